import { createHash, hash } from 'node:crypto';
import { fastCrc64, type WebAssemblyHost } from '@sampan/protocol';

/** What the service says of bytes it received. */
export interface Digests {
  /** Lower-case hexadecimal. */
  readonly md5: string;
  /** Unsigned decimal, as COS writes it. */
  readonly crc64: string;
  /** Lower-case hexadecimal; only when asked for. */
  readonly sha1?: string | undefined;
}

/** A running computation of all digests of one body. */
export interface Hashing {
  update(chunk: Uint8Array): void | Promise<void>;
  finish(): Digests | Promise<Digests>;
  /** Gives up; `finish` is not called any more. */
  drop(): void;
}

export interface HashingOptions {
  readonly sha1: boolean;
}

// Node has it; its types are those of browsers, which this package does not load.
const Crc64 = fastCrc64((globalThis as { readonly WebAssembly?: WebAssemblyHost }).WebAssembly);

/** Digests of a body that is at hand. */
export function digestAll(bytes: Uint8Array, { sha1 }: HashingOptions): Digests {
  return {
    md5: hash('md5', bytes, 'hex'),
    crc64: decimal(new Crc64().update(bytes).value()),
    sha1: sha1 ? hash('sha1', bytes, 'hex') : undefined,
  };
}

/** Hashes on the calling thread. */
export function hashHere({ sha1 }: HashingOptions): Hashing {
  const md5 = createHash('md5');
  const crc = new Crc64();
  const sha = sha1 ? createHash('sha1') : undefined;
  return {
    update(chunk) {
      md5.update(chunk);
      crc.update(chunk);
      sha?.update(chunk);
    },
    finish: () => ({ md5: md5.digest('hex'), crc64: decimal(crc.value()), sha1: sha?.digest('hex') }),
    drop: () => undefined,
  };
}

function decimal({ hi, lo }: { readonly hi: number; readonly lo: number }): string {
  return String((BigInt(hi) << 32n) | BigInt(lo));
}
