/**
 * Uploads a stream, of known or unknown length, in parts. The bytes of a part are held in memory until the service has
 * them, so that a pause or a failure loses none. A stream cannot be read again after the process ends, so there is no
 * record for a later run.
 */
import { IntegrityError, isCosError, UsageError } from '@sampan/protocol';
import type { CancelSignal } from '../core/cancel.ts';
import type { SequentialSource } from '../core/platform.ts';
import type { Tally } from '../client/send-body.ts';
import { complete } from './send/complete.ts';
import { sendParts } from './send/send-parts.ts';
import { after, cutPart, firstCut, type Cut, type Part } from './parts/layout.ts';
import { checkSize } from './parts/part-size.ts';
import type { SentPart } from './resume/verify-parts.ts';
import { resultOf } from './uploader/result.ts';
import type { StreamWork, TakeStream, UploadResult } from './uploader/uploader.ts';
import { orCancelled } from '../core/wait.ts';

export const takeStream: TakeStream = (source) => {
  const stream = openStream(source);
  return {
    again() {
      if (stream.spent) throw new UsageError('A stream cannot be read again; pass a new one');
      return source;
    },
    async send(work) {
      if (source.size !== undefined) work.sized(source.size);
      const short = await readShort({ ...work, stream });
      if (short) work.sized(short.length);
      const result = await (short ? work.whole(short, false) : uploadStream({ ...work, stream }));
      await source.close().catch(() => undefined);
      return result;
    },
    async drop(discardParts) {
      if (stream.spent) return;
      stream.held.clear();
      stream.spent = true;
      await source.close().catch(() => undefined);
      await discardParts();
    },
  };
};

/** A stream and what has been taken from it. */
interface Stream {
  readonly source: SequentialSource;
  readonly held: Map<number, { readonly part: Part; readonly bytes: Uint8Array }>;
  readonly sent: Map<number, SentPart>;
  readonly tally: Tally;
  cut: Cut;
  atEnd: boolean;
  /** Given up: what was read is let go and cannot be read again. */
  spent: boolean;
  /** A read under way; the run that finds it takes what it gives. */
  reading: { readonly part: Part; readonly bytes: Promise<Uint8Array> } | undefined;
}

function openStream(source: SequentialSource): Stream {
  return {
    source,
    held: new Map(),
    sent: new Map(),
    tally: { sentBytes: 0 },
    cut: firstCut,
    atEnd: false,
    spent: false,
    reading: undefined,
  };
}

interface StreamRun extends StreamWork {
  readonly stream: Stream;
}

/** All bytes, when there are no more than `wholeBytes`; undefined when there are, and what was read is held as parts. */
async function readShort({
  uploader,
  stream,
  run,
  bounds,
  wholeBytes: mostBytes,
}: StreamRun): Promise<Uint8Array | undefined> {
  const { sent, held } = stream;
  const { MaxPartNumber } = uploader.options;
  const firstBytes = mostBytes > 0 ? mostBytes : bounds.startPartBytes;
  if (sent.size === 0 && held.size === 0) await pull(stream, firstBytes, MaxPartNumber, run.signal);
  // Whether that was all shows only when the stream gives no more.
  if (mostBytes > 0 && sent.size === 0 && held.size === 1 && !isAll(stream))
    await pull(stream, bounds.startPartBytes, MaxPartNumber, run.signal);
  if (sent.size > 0 || held.size > 1 || !isAll(stream) || (mostBytes === 0 && held.size > 0))
    return undefined;
  checkLength(stream);
  return held.get(1)?.bytes ?? new Uint8Array();
}

function isAll({ atEnd, source, cut }: Stream): boolean {
  return atEnd || source.size === cut.offset;
}

/** Uploads a stream in parts. */
async function uploadStream(work: StreamRun): Promise<UploadResult> {
  const { uploader, params, stream, run, meter, bounds } = work;
  if (stream.source.size !== undefined) checkSize(stream.source.size, uploader.options.MaxPartNumber);
  const UploadId = await work.begin();
  const again = [...stream.held.values()].map(({ part }) => part);
  let sentBytes = lengthOf(stream);
  run.sending();
  meter.reach(sentBytes);
  meter.report();
  await sendParts({
    uploader,
    params,
    UploadId,
    supply: {
      next: async (wantBytes, signal) =>
        again.shift() ?? pull(stream, wantBytes, uploader.options.MaxPartNumber, signal),
      bytes: (part) => Promise.resolve(stream.held.get(part.number)?.bytes ?? new Uint8Array()),
    },
    bounds,
    signal: run.signal,
    tally: stream.tally,
    onSent(part) {
      stream.held.delete(part.number);
      stream.sent.set(part.number, part);
      sentBytes += part.length;
      meter.reach(sentBytes);
    },
    onFlight: (bytes) => meter.reach(sentBytes + bytes),
  });
  checkLength(stream);
  const parts = [...stream.sent.values()].sort((a, b) => a.number - b.number);
  const made = await complete(uploader, params, { UploadId, parts, signal: run.signal });
  if (!made)
    throw new UsageError('The upload is gone from the service, and a stream cannot be sent again', {
      code: 'NoSuchUpload',
    });
  work.ended();
  return resultOf(params, made.response, {
    UploadId,
    ETag: made.ETag,
    CRC64: made.CRC64,
    verified: made.verified,
    sentBytes: stream.tally.sentBytes,
    resentBytes: Math.max(0, stream.tally.sentBytes - sentBytes),
    resumedBytes: 0,
  });
}

async function pull(
  stream: Stream,
  wantBytes: number,
  maxParts: number,
  signal: CancelSignal,
): Promise<Part | undefined> {
  if (stream.atEnd) return undefined;
  if (!stream.reading) {
    const part = cutPart(stream.cut, wantBytes, undefined, maxParts);
    if (!part)
      throw new UsageError(`The stream is longer than ${maxParts} parts can hold`, {
        code: 'EntityTooLarge',
      });
    stream.reading = { part, bytes: stream.source.next(part.length) };
  }
  const { part: wanted, bytes: coming } = stream.reading;
  const bytes = await orCancelled(signal, coming).catch((error: unknown) => {
    throw signal.reason ?? unreadable(error);
  });
  stream.reading = undefined;
  stream.atEnd = bytes.length < wanted.length;
  if (bytes.length === 0) return undefined;
  const part = { ...wanted, length: bytes.length };
  stream.held.set(part.number, { part, bytes });
  stream.cut = after(part);
  return part;
}

function checkLength({ source, cut }: Stream): void {
  if (source.size !== undefined && source.size !== cut.offset)
    throw new IntegrityError(`The stream gave ${cut.offset} bytes, ${source.size} were announced`, {
      code: 'FileChanged',
    });
}

function unreadable(cause: unknown): Error {
  if (isCosError(cause)) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new IntegrityError(`The stream cannot be read: ${message}`, { code: 'FileUnreadable', cause });
}

function lengthOf(stream: Stream): number {
  let sum = 0;
  for (const part of stream.sent.values()) sum += part.length;
  return sum;
}
