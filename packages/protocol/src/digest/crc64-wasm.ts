/**
 * CRC-64/XZ by WebAssembly, for hosts that have it: about three times as fast as in JavaScript. A register of 64 bits is
 * one number there, and four braided registers let the processor work on four words at once, as zlib does for CRC-32:
 * register r takes words r, r + 4, r + 8, …; each step moves it on by 32 bytes. What the four registers hold at the
 * end stands for the last 32 bytes, whose plain checksum from zero is that of everything.
 *
 * The module is put together here, instruction by instruction: some 300 bytes that need no build step and no file.
 */
import { Crc64, crc64Tables, type Crc64Value } from './crc64.ts';

/** What of the global `WebAssembly` is used. */
export interface WebAssemblyHost {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: never) => { readonly exports: object };
}

/** Moves a register on by a run of whole strides. */
type Braid = (register: Crc64Value, bytes: Uint8Array) => Crc64Value;

/** Below this the way to the other side and back costs more than it saves. */
const leastBytes = 1024;

/**
 * Gives a {@link Crc64} whose long runs go through WebAssembly; it is the same class where the host has none. Compiled
 * at the first use. A host that refuses to compile, as a page's policy may, gets the plain computation.
 */
export function fastCrc64(host: WebAssemblyHost | undefined): typeof Crc64 {
  if (!host) return Crc64;
  let braid: Braid | undefined;
  let refused = false;

  return class extends Crc64 {
    override update(bytes: Uint8Array): this {
      const long = bytes.length - (bytes.length % strideBytes);
      if (long < leastBytes || refused) return super.update(bytes);
      try {
        braid ??= compile(host);
      } catch {
        refused = true;
        return super.update(bytes);
      }
      const { hi, lo } = braid({ hi: this.hi, lo: this.lo }, bytes.subarray(0, long));
      this.hi = hi;
      this.lo = lo;
      return super.update(bytes.subarray(long));
    }
  };
}

const registers = 4;
const strideBytes = 8 * registers;
/** A block and the tables share the one page of memory, and so the first cache of a processor. */
const blockBytes = 32_768;
/** Behind what the registers leave, which is carried from block to block, and the block. */
const tablesAt = strideBytes + blockBytes;

/** A checksum is the complement of its register. */
const fromZero: Crc64Value = { hi: ~0, lo: ~0 };

function compile(host: WebAssemblyHost): Braid {
  const instance = new host.Instance(new host.Module(moduleBytes()) as never);
  const { memory, braid } = instance.exports as {
    readonly memory: { readonly buffer: ArrayBuffer };
    readonly braid: (end: number) => void;
  };
  const shared = new Uint8Array(memory.buffer);
  const view = new DataView(memory.buffer);
  // A byte's contribution once the rest of its word and the words of the other registers have followed it.
  const { high, low } = crc64Tables(strideBytes);
  for (let table = 0; table < 8; table++)
    for (let byte = 0; byte < 256; byte++) {
      const from = (strideBytes - 1 - table) * 256 + byte;
      const at = tablesAt + table * 2048 + byte * 8;
      view.setInt32(at, low[from]!, true);
      view.setInt32(at + 4, high[from]!, true);
    }
  const left = shared.subarray(0, strideBytes);
  return ({ hi, lo }, bytes) => {
    left.fill(0);
    for (let at = 0; at < bytes.length; at += blockBytes) {
      const block = bytes.subarray(at, at + blockBytes);
      // What the last block left stands before this one, as if it were bytes of it: 32 that have the same checksum.
      shared.set(block, strideBytes);
      if (at === 0) {
        view.setInt32(strideBytes, view.getInt32(strideBytes, true) ^ lo, true);
        view.setInt32(strideBytes + 4, view.getInt32(strideBytes + 4, true) ^ hi, true);
      }
      braid(strideBytes + block.length);
    }
    const sum = new Crc64(fromZero).update(left).value();
    return { hi: ~sum.hi, lo: ~sum.lo };
  };
}

// Numbers of the binary format: https://webassembly.github.io/spec/core/binary/
const i32 = 0x7f;
const i64 = 0x7e;
const op = {
  loop: 0x03,
  brIf: 0x0d,
  end: 0x0b,
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  load64: 0x29,
  store64: 0x37,
  const32: 0x41,
  const64: 0x42,
  less32: 0x49,
  add32: 0x6a,
  and32: 0x71,
  shiftLeft32: 0x74,
  shiftRight64: 0x88,
  xor64: 0x85,
  wrap: 0xa7,
} as const;
const noBlockType = 0x40;
const align8 = 3;

/** `(memory "memory" 1) (func "braid" (param $end i32))`: braids bytes 0 to `end`, and leaves its registers at 0. */
function moduleBytes(): Uint8Array<ArrayBuffer> {
  const body = [
    ...vector([
      [...unsigned(1), i32],
      [...unsigned(registers), i64],
    ]),
    ...braidCode(),
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector([[0x60, ...vector([[i32]]), ...vector([])]])),
    ...section(3, vector([[0]])),
    ...section(5, vector([[0x00, 1]])),
    ...section(
      7,
      vector([
        [...name('memory'), 2, 0],
        [...name('braid'), 0, 0],
      ]),
    ),
    ...section(10, vector([[...unsigned(body.length), ...body]])),
  ]);
}

function braidCode(): number[] {
  const [end, at, first] = [0, 1, 2];
  // Registers and place begin as zero, and a zero register contributes nothing.
  const code: number[] = [op.loop, noBlockType];
  for (let r = 0; r < registers; r++) {
    code.push(op.get, at, op.load64, align8, ...unsigned(8 * r));
    for (let byte = 0; byte < 8; byte++) code.push(...contribution(first + r, byte), op.xor64);
    code.push(op.set, first + r);
  }
  code.push(op.get, at, op.const32, ...signed(strideBytes), op.add32, op.tee, at);
  code.push(op.get, end, op.less32, op.brIf, 0, op.end);
  for (let r = 0; r < registers; r++)
    code.push(op.const32, 0, op.get, first + r, op.store64, align8, ...unsigned(8 * r));
  return [...code, op.end];
}

/** The table's entry for one byte of a register. An entry has 8 bytes, so the byte is taken out times eight. */
function contribution(register: number, byte: number): number[] {
  const shifted =
    byte === 0
      ? [op.get, register, op.wrap, op.const32, 3, op.shiftLeft32]
      : [op.get, register, op.const64, ...signed(8 * byte - 3), op.shiftRight64, op.wrap];
  const table = unsigned(tablesAt + 2048 * byte);
  return [...shifted, op.const32, ...signed(0x7f8), op.and32, op.load64, align8, ...table];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.reduce<number[]>((all, item) => [...all, ...item], [])];
}

function name(text: string): number[] {
  const letters = Array.from({ length: text.length }, (_, at) => [text.charCodeAt(at)]);
  return vector(letters);
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** LEB128 of a number that is not negative, where the format expects a sign. */
function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}
