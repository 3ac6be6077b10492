/** The CRC-64 of this host: by WebAssembly, unless the process runs without it (`--jitless`). */
import { fastCrc64, type Crc64, type WebAssemblyHost } from '@sampan/protocol';

const NodeCrc64 = fastCrc64((globalThis as { readonly WebAssembly?: WebAssemblyHost }).WebAssembly);

/** A running CRC-64. */
export function createCrc64(): Crc64 {
  return new NodeCrc64();
}
