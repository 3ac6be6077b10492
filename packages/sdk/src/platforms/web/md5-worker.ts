/**
 * The code of the MD5 worker. The function uses nothing from around it, and only what ES2018 has, so that its text
 * is a program: RFC 1321 once more, in loops, which a compiler turns into what the protocol's own MD5 has written out.
 * The bundler leaves files that are named like this one as they are.
 */

/** A message to the worker. */
export interface Question {
  readonly id: number;
  readonly content: Blob | Uint8Array;
}

/** What it answers. */
export interface CosResponse {
  readonly id: number;
  /** Missing when the content could not be read. */
  readonly digest?: Uint8Array | undefined;
}

/** What it needs of its global. */
export interface Md5Scope {
  onmessage: ((event: { readonly data: Question }) => void) | null;
  postMessage(answer: CosResponse): void;
}

/** Serves MD5s to a page. */
export function serveMd5(scope: Md5Scope): void {
  const pieceBytes = 4194304;
  const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
  const sines = new Int32Array(64);
  for (let at = 0; at < 64; at++) sines[at] = Math.floor(Math.abs(Math.sin(at + 1)) * 4294967296) | 0;

  const compress = (state: Int32Array, words: Int32Array): void => {
    for (let from = 0; from < words.length; from += 16) {
      let a = state[0]!;
      let b = state[1]!;
      let c = state[2]!;
      let d = state[3]!;
      for (let step = 0; step < 64; step++) {
        const round = step >> 4;
        let mixed: number;
        let word: number;
        if (round === 0) {
          mixed = d ^ (b & (c ^ d));
          word = step;
        } else if (round === 1) {
          mixed = c ^ (d & (b ^ c));
          word = 5 * step + 1;
        } else if (round === 2) {
          mixed = b ^ c ^ d;
          word = 3 * step + 5;
        } else {
          mixed = c ^ (b | ~d);
          word = 7 * step;
        }
        const sum = (a + mixed + words[from + (word & 15)]! + sines[step]!) | 0;
        const shift = shifts[round * 4 + (step & 3)]!;
        a = d;
        d = c;
        c = b;
        b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
      }
      state[0] = (state[0]! + a) | 0;
      state[1] = (state[1]! + b) | 0;
      state[2] = (state[2]! + c) | 0;
      state[3] = (state[3]! + d) | 0;
    }
  };

  const digestOf = async (content: Blob | Uint8Array): Promise<Uint8Array> => {
    const isBytes = content instanceof Uint8Array;
    const size = isBytes ? content.byteLength : content.size;
    const state = Int32Array.of(1732584193, -271733879, -1732584194, 271733878);
    let tail = new Uint8Array(0);
    for (let at = 0; at < size; at += pieceBytes) {
      const end = Math.min(at + pieceBytes, size);
      const piece = isBytes
        ? content.slice(at, end)
        : new Uint8Array(await content.slice(at, end).arrayBuffer());
      if (piece.length !== end - at) throw new Error('shorter than it was');
      const whole = piece.length - (piece.length % 64);
      compress(state, new Int32Array(piece.buffer, 0, whole / 4));
      // Only the last piece is no multiple of 64.
      tail = piece.slice(whole);
    }
    const last = new Uint8Array(tail.length < 56 ? 64 : 128);
    last.set(tail);
    last[tail.length] = 128;
    const view = new DataView(last.buffer);
    view.setUint32(last.length - 8, (size * 8) % 4294967296, true);
    view.setUint32(last.length - 4, Math.floor(size / 536870912), true);
    compress(state, new Int32Array(last.buffer));
    return new Uint8Array(state.buffer);
  };

  scope.onmessage = (event) => {
    const id = event.data.id;
    digestOf(event.data.content).then(
      (digest) => scope.postMessage({ id: id, digest: digest }),
      () => scope.postMessage({ id: id }),
    );
  };
}
