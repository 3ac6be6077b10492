import { createHash, hash } from 'node:crypto';
import { fastCrc64, type WebAssemblyHost } from '@sampan/protocol';

/** What the service says of bytes it received. */
export interface Digests {
  /** Lower-case hexadecimal. */
  readonly md5: string;
  /** Unsigned decimal, as COS writes it. */
  readonly crc64: string;
  /** Lower-case hexadecimal; only on request. */
  readonly sha1?: string | undefined;
}

/**
 * A running computation of all digests of one body. The body goes through its memory run by run: what fills a run is
 * hashed there and may be read there, so that it is copied once.
 */
export interface Hashing {
  /** The run of memory to fill next. */
  room(): Uint8Array | Promise<Uint8Array>;
  /** Takes the start of that run as the next bytes. They stand until the second `room` after this one. */
  update(filled: Uint8Array): void;
  finish(): Digests | Promise<Digests>;
  /** Gives the memory back, whether finished or not: its reading has ended. */
  end(): void;
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

/** Hashes on the calling thread, in runs that are not used again. */
export function hashHere(options: HashingOptions, runBytes: number): Hashing {
  const digests = digester(options);
  return {
    room: () => Buffer.allocUnsafeSlow(runBytes),
    update: (filled) => digests.update(filled),
    finish: () => digests.finish(),
    end: () => undefined,
  };
}

/** All digests at once, of bytes as they come. */
export function digester({ sha1 }: HashingOptions): { update(bytes: Uint8Array): void; finish(): Digests } {
  const md5 = createHash('md5');
  const crc = new Crc64();
  const sha = sha1 ? createHash('sha1') : undefined;
  return {
    update(bytes) {
      md5.update(bytes);
      crc.update(bytes);
      sha?.update(bytes);
    },
    finish: () => ({ md5: md5.digest('hex'), crc64: decimal(crc.value()), sha1: sha?.digest('hex') }),
  };
}

function decimal({ hi, lo }: { readonly hi: number; readonly lo: number }): string {
  return String((BigInt(hi) << 32n) | BigInt(lo));
}
