/** Bodies on their way through the laboratory: slowed, cut at a byte, with a bit turned. */
import { fault } from '@sampan/protocol';
import { collect } from '../body/collect.ts';
import type { IncomingBody, OutgoingBody } from '../body/stream.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Lane } from './lane.ts';

/** What happens to the bodies of one request. */
export interface Spoiling {
  readonly up: readonly Lane[];
  readonly down: readonly Lane[];
  /** Bytes of both bodies together after which the connection is cut. */
  readonly cutAfterBytes: number;
  /** Where in a body of so many bytes a bit is turned; absent: nowhere. */
  readonly turnedIn: { readonly request?: () => number; readonly answer?: () => number };
  readonly clock: Pick<Clock, 'sleep'>;
  readonly signal: AbortSignal;
  cut(): void;
}

/** Counts what both bodies of a request have carried. */
export class Passage {
  readonly #spoiling: Spoiling;
  #passedBytes = 0;

  constructor(spoiling: Spoiling) {
    this.#spoiling = spoiling;
  }

  request(body: IncomingBody): IncomingBody {
    const { up, turnedIn } = this.#spoiling;
    return new SpoiledBody(body, (chunks) =>
      this.#pass(chunks, up, placeIn(body.sizeBytes, turnedIn.request)),
    );
  }

  answer(body: OutgoingBody): OutgoingBody {
    const { down, turnedIn } = this.#spoiling;
    const isWhole = body instanceof Uint8Array;
    const place = placeIn(isWhole ? body.length : undefined, turnedIn.answer);
    return this.#pass(isWhole ? only(body) : body, down, place);
  }

  async *#pass(
    chunks: AsyncIterable<Uint8Array>,
    lanes: readonly Lane[],
    turned: number | undefined,
  ): AsyncGenerator<Uint8Array> {
    const { clock, signal, cutAfterBytes, cut } = this.#spoiling;
    const most = Math.min(...lanes.map((lane) => lane.sliceBytes));
    let at = 0;
    for await (const arrived of chunks) {
      const chunk = turned === undefined ? arrived : turnedAt(arrived, turned - at);
      at += chunk.length;
      const sliceBytes = Math.min(most, chunk.length);
      for (let from = 0; from < chunk.length; from += sliceBytes) {
        const left = cutAfterBytes - this.#passedBytes;
        const slice = chunk.subarray(from, from + Math.min(sliceBytes, left));
        for (const lane of lanes) await lane.pass(slice.length, clock, signal);
        this.#passedBytes += slice.length;
        if (slice.length > 0) yield slice;
        if (this.#passedBytes < cutAfterBytes) continue;
        cut();
        throw fault('IncompleteBody');
      }
    }
  }
}

/** A body whose bytes are passed through something. */
class SpoiledBody implements IncomingBody {
  readonly #body: IncomingBody;
  readonly #pass: (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

  constructor(body: IncomingBody, pass: (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>) {
    this.#body = body;
    this.#pass = pass;
  }

  get sizeBytes(): number | undefined {
    return this.#body.sizeBytes;
  }

  all(limitBytes: number): Promise<Uint8Array> {
    return collect(this, limitBytes);
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#pass(this.#body)[Symbol.asyncIterator]();
  }

  demand(bytesPerSecond: number): () => void {
    return this.#body.demand?.(bytesPerSecond) ?? (() => undefined);
  }
}

/** A place in a body; one of unknown length is spoiled in its first byte. */
function placeIn(sizeBytes: number | undefined, random: (() => number) | undefined): number | undefined {
  if (!random || sizeBytes === 0) return undefined;
  return sizeBytes === undefined ? 0 : Math.floor(random() * sizeBytes);
}

/** The chunk with one bit turned at a place, if it has that place. The chunk itself may be a stored body, and stays. */
function turnedAt(chunk: Uint8Array, place: number): Uint8Array {
  if (place < 0 || place >= chunk.length) return chunk;
  const turned = Uint8Array.from(chunk);
  turned[place]! ^= 1;
  return turned;
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
