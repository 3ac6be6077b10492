/** Reads request bodies from sockets, with back-pressure and a minimum speed. */
import type { IncomingMessage } from 'node:http';
import { fault } from '@sampan/protocol';
import { collect } from '../body/collect.ts';
import type { IncomingBody } from '../body/stream.ts';
import { bytesFreed, bytesMoved } from '../runtime/gc-pressure.ts';

// A body may take its time to begin: mobile networks do.
const graceMs = 10_000;
const checkMs = 1000;

/** The body of a request on a socket. The first read sends `100 Continue` to a client that waits for it. */
export class RequestBody implements IncomingBody {
  readonly sizeBytes: number | undefined;
  readonly #request: IncomingMessage;
  #invite: (() => void) | undefined;
  #failure: Error | undefined;
  #receivedBytes = 0;
  #waitedMs = 0;
  #wake: (() => void) | undefined;

  /** `invite` answers `Expect: 100-continue`; it is called at most once, when the body is first read. */
  constructor(request: IncomingMessage, invite?: () => void) {
    this.#request = request;
    this.#invite = invite;
    const announced = request.headers['content-length'];
    const chunked = request.headers['transfer-encoding'] !== undefined;
    this.sizeBytes = announced === undefined ? (chunked ? undefined : 0) : Number(announced);
    if (this.sizeBytes === 0) return;
    request.on('close', () => {
      if (!request.readableEnded) this.fail(fault('IncompleteBody'));
    });
    request.on('error', () => this.fail(fault('IncompleteBody')));
  }

  /** How much of the body was read so far. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** How long its readers waited for the sender. */
  get waitedMs(): number {
    return this.#waitedMs;
  }

  /** Whether the client still waits for `100 Continue`. */
  get waiting(): boolean {
    return this.#invite !== undefined;
  }

  /** Whether everything that was sent has been read. */
  get ended(): boolean {
    return this.#receivedBytes === this.sizeBytes || this.#request.readableEnded;
  }

  /** Ends reading with an error: the client has stopped sending, or sends what is not HTTP. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  /**
   * Demands that the body comes at a rate, after some time of grace, until the function that is returned is called.
   * Otherwise reading it fails.
   */
  demand(bytesPerSecond: number): () => void {
    const startedAtMs = performance.now();
    const before = this.#receivedBytes;
    const timer = setInterval(() => {
      const seconds = (performance.now() - startedAtMs - graceMs) / 1000;
      if (this.#receivedBytes - before < seconds * bytesPerSecond) this.fail(fault('RequestTimeout'));
    }, checkMs);
    timer.unref();
    return () => clearInterval(timer);
  }

  async all(limitBytes: number): Promise<Uint8Array> {
    const { sizeBytes: announced } = this;
    if (announced !== undefined && announced <= limitBytes && !this.waiting) {
      const whole = this.#whole(announced);
      if (whole) return whole;
    }
    return collect(this, limitBytes);
  }

  /** The body when all of it is here already, as small ones are that come in one packet with their head. */
  #whole(sizeBytes: number): Uint8Array | undefined {
    if (sizeBytes === 0 || this.#request.readableLength < sizeBytes) return undefined;
    const chunk = this.#request.read() as Uint8Array;
    this.#receivedBytes = chunk.length;
    bytesMoved(chunk.length);
    return chunk;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    if (this.sizeBytes === 0) return;
    this.#invite?.();
    this.#invite = undefined;
    const request = this.#request;
    const wake = () => this.#wake?.();
    request.on('readable', wake).on('end', wake);
    try {
      for (;;) {
        const chunk = request.read() as Uint8Array | null;
        if (chunk !== null) {
          this.#receivedBytes += chunk.length;
          bytesMoved(chunk.length);
          yield chunk;
        } else if (request.readableEnded) return;
        else if (this.#failure) throw this.#failure;
        else {
          const sinceMs = performance.now();
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          this.#waitedMs += performance.now() - sinceMs;
        }
      }
    } finally {
      request.off('readable', wake).off('end', wake);
    }
  }

  release(chunk: Uint8Array): void {
    // Of what was read, a chunk is alone in its memory unless it is tiny.
    const { buffer, length } = chunk;
    if (length !== buffer.byteLength) return;
    (buffer as ArrayBuffer).transfer(0);
    bytesFreed(length);
  }

  /** Reads and forgets what is still coming, up to a number of bytes or a time, whichever is reached first. */
  async drain(limitBytes: number, limitMs: number): Promise<void> {
    let sizeBytes = 0;
    const timer = setTimeout(() => this.fail(fault('RequestTimeout')), limitMs);
    try {
      for await (const chunk of this) {
        sizeBytes += chunk.length;
        if (sizeBytes > limitBytes) return;
      }
    } catch {
      // The client went away, or took too long: nothing is left to do for it.
    } finally {
      clearTimeout(timer);
    }
  }
}
