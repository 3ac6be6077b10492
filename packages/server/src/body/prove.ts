/** Proof that a body which is sent is the one that was received: its CRC-64, which metadata keeps. */
import { crc64Text, fastCrc64, type WebAssemblyHost } from '@sampan/protocol';
import { BlobDamaged, BlobMissing } from '../blobs/port.ts';
import { InlineDamaged, MetadataDamaged } from '../metadata/failures.ts';
import type { ObjectVersion } from '../metadata/port.ts';

/** Thrown when the bytes of a version are not the ones that its CRC-64 is of. */
export class BodyDamaged extends Error {
  override readonly name = 'BodyDamaged';

  constructor({ key, versionId }: Pick<ObjectVersion, 'key' | 'versionId'>, detail: string) {
    super(
      `the body of ${JSON.stringify(key)}${versionId === '' ? '' : ` (version ${versionId})`}: ${detail}`,
    );
  }
}

/** Whether stored bytes are missing or are not what was stored. */
export function isDamage(error: unknown): boolean {
  if (error instanceof MetadataDamaged || error instanceof InlineDamaged) return true;
  return error instanceof BodyDamaged || error instanceof BlobDamaged || error instanceof BlobMissing;
}

// Node has it; its types are those of browsers, which this package does not load.
const Crc64 = fastCrc64((globalThis as { readonly WebAssembly?: WebAssemblyHost }).WebAssembly);

/** Throws `BodyDamaged` unless these are the bytes of the version, all of them. */
export function proveWhole(version: ObjectVersion, bytes: Uint8Array): void {
  if (bytes.length !== version.sizeBytes)
    throw new BodyDamaged(version, `${bytes.length} bytes instead of ${version.sizeBytes}`);
  if (version.crc64 === undefined) return;
  const found = crc64Text(new Crc64().update(bytes).value());
  if (found !== version.crc64) throw mismatch(version, found);
}

/** Passes the bytes of a whole version on. The last chunk is handed on only when it and those before it are proven. */
export async function* provenAtEnd(
  version: ObjectVersion,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const { sizeBytes, crc64 } = version;
  const crc = crc64 === undefined ? undefined : new Crc64();
  let passed = 0;
  for await (const chunk of chunks) {
    crc?.update(chunk);
    passed += chunk.length;
    if (passed > sizeBytes) throw new BodyDamaged(version, `more bytes than its ${sizeBytes}`);
    if (passed === sizeBytes && crc) {
      const found = crc64Text(crc.value());
      if (found !== crc64) throw mismatch(version, found);
    }
    yield chunk;
  }
  if (passed < sizeBytes) throw new BodyDamaged(version, `${passed} bytes instead of ${sizeBytes}`);
}

function mismatch(version: ObjectVersion, found: string): BodyDamaged {
  return new BodyDamaged(version, `CRC-64 ${found} instead of ${version.crc64}`);
}
