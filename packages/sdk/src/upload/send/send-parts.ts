/**
 * Sends the parts of one multipart upload, with as many in flight as `pace.ts` allows. A part is read when its turn
 * comes and its buffer is released when the service has it. The first part that fails for good stops the others. A
 * pause lets parts finish that are mostly sent.
 */
import { isAbortedError, multipartUpload } from '@sampan/protocol';
import { canceller, type Canceller, type CancelSignal } from '../../core/cancel.ts';
import type { Timer } from '../../core/platform.ts';
import { sendBody, type Sendable, type SentBody, type Tally } from '../../client/send-body.ts';
import {
  bytesAllowed,
  launchEveryMs,
  paceAfterFailure,
  paceAfterSuccess,
  startPace,
  type Pace,
} from '../parts/pace.ts';
import { type PaceBounds } from '../parts/part-size.ts';
import { checksMd5, followingCall } from '../uploader/params.ts';
import type { Part } from '../parts/layout.ts';
import { whileReady } from '../uploader/wait-until-active.ts';
import type { SentPart } from '../resume/verify-parts.ts';
import type { Uploader, UploadParams } from '../uploader/uploader.ts';
import { orCancelled, pause } from '../../core/wait.ts';

/** So long a pause waits for parts of which most has gone out. */
const pauseGraceMs = 10_000;

/** Where parts come from. */
export interface Supply {
  /** The next part, of about `wantBytes`; undefined after the last. */
  next(wantBytes: number, signal: CancelSignal): Promise<Part | undefined>;
  /** The bytes of a part that is not sent yet; may be called again after a failure. */
  bytes(part: Part, signal: CancelSignal): Promise<Uint8Array>;
  /** Takes back the bytes of a part that the service has. */
  release?(bytes: Uint8Array): void;
}

export interface Sending {
  readonly uploader: Uploader;
  readonly params: UploadParams;
  readonly UploadId: string;
  readonly supply: Supply;
  readonly bounds: PaceBounds;
  readonly signal: CancelSignal;
  readonly tally: Tally;
  readonly onSent: (part: SentPart) => void;
  /** Bytes under way, of parts that the service does not have yet. */
  readonly onFlight: (bytes: number) => void;
}

/** Sends every part that the supply gives; rejects with what stopped it. */
export async function sendParts(sending: Sending): Promise<void> {
  const { supply, bounds, uploader } = sending;
  const { clock } = uploader.platform;
  const stop = canceller();
  const stops = new Map<Part, Canceller>();
  const flights = new Map<number, number>();
  const active = new Set<Promise<void>>();
  const state: Flying = {
    sending,
    pace: startPace(bounds, clock.now()),
    launchAtMs: -Infinity,
    countedBytes: sending.tally.sentBytes,
    fly(part, bytes) {
      if (bytes === undefined) flights.delete(part.number);
      else flights.set(part.number, Math.min(bytes, part.length));
      let sum = 0;
      for (const flight of flights.values()) sum += flight;
      sending.onFlight(sum);
    },
  };
  let failure: unknown;
  let heldBytes = 0;
  let part: Part | undefined;
  let atEnd = false;

  let grace: Timer | undefined;
  const halt = (reason: Error): void => {
    failure ??= reason;
    stop.cancel(reason);
    const isPause = isAbortedError(reason) && reason.code === 'Paused';
    for (const [flying, own] of stops) {
      const isMostlySent = (flights.get(flying.number) ?? 0) > flying.length / 2;
      if (!isPause || !isMostlySent) own.cancel(reason);
      else grace ??= clock.setTimer(() => stops.forEach((late) => late.cancel(reason)), pauseGraceMs);
    }
  };
  const launch = (flying: Part): void => {
    heldBytes += flying.length;
    const own = canceller();
    stops.set(flying, own);
    const flight = sendPart(state, flying, own.signal)
      .then(sending.onSent)
      .catch((error: unknown) => halt(error as Error))
      .then(() => {
        stops.delete(flying);
        heldBytes -= flying.length;
        active.delete(flight);
      });
    active.add(flight);
  };

  const unlisten = sending.signal.onCancel(halt);
  try {
    while (failure === undefined) {
      if (!part && !atEnd && active.size < state.pace.parallel) {
        part = await orCancelled(stop.signal, supply.next(state.pace.partBytes, stop.signal));
        atEnd = !part;
      }
      const fits = active.size === 0 || heldBytes + (part?.length ?? 0) <= bytesAllowed(state.pace, bounds);
      if (part && fits && active.size < state.pace.parallel) {
        launch(part);
        part = undefined;
      } else if (active.size > 0) await Promise.race(active);
      else if (atEnd) break;
    }
  } catch (error) {
    halt(error as Error);
  }
  await Promise.all(active);
  unlisten();
  if (grace) clock.clearTimer(grace);
  if (failure !== undefined) throw failure as Error;
}

interface Flying {
  readonly sending: Sending;
  pace: Pace;
  /** When the next part may begin. */
  launchAtMs: number;
  /** What the pace knows of the tally: as parts that got through, or as lost. */
  countedBytes: number;
  fly(part: Part, bytes: number | undefined): void;
}

/** Sends one part until the service has it, or gives up. */
async function sendPart(state: Flying, part: Part, stop: CancelSignal): Promise<SentPart> {
  const { uploader, params, UploadId, supply, bounds, tally } = state.sending;
  const { clock } = uploader.platform;
  let startedMs = clock.now();
  const failed = (): void => {
    state.fly(part, undefined);
    const lostBytes = tally.sentBytes - state.countedBytes;
    state.countedBytes += lostBytes;
    const nowMs = clock.now();
    // The first part that falls to a failure begins again at once.
    if (startedMs > state.pace.failedAtMs) state.launchAtMs = nowMs;
    state.pace = paceAfterFailure(state.pace, bounds, { startedMs, nowMs, lostBytes });
  };
  /** Waits until the part that began last has had the link for most of its time. */
  const turn = async (signal: CancelSignal): Promise<void> => {
    const nowMs = clock.now();
    const everyMs = launchEveryMs(state.pace);
    // A clock that was set back would make the wait as long as it was set back.
    const atMs = Math.min(Math.max(nowMs, state.launchAtMs), nowMs + everyMs * state.pace.parallel);
    const waitMs = atMs - nowMs;
    state.launchAtMs = atMs + everyMs;
    if (waitMs > 0) await pause(clock, waitMs, signal);
    startedMs = clock.now();
  };

  const attempt = async (signal: CancelSignal): Promise<SentPart> => {
    await turn(signal);
    const bytes = await supply.bytes(part, signal);
    const body: Sendable = {
      bytes,
      sendsMd5: checksMd5(uploader, params),
      call: () => followingCall(multipartUpload, params, { UploadId, PartNumber: part.number }),
      repairs: uploader.options.ChunkRetryTimes,
      what: `Part ${part.number}`,
      fate: 'No object was made.',
      onProgress: (sentBytes) => state.fly(part, sentBytes),
      onRetry: failed,
      beforeRetry: () => turn(signal),
    };
    let sent: SentBody;
    try {
      sent = await sendBody(uploader, body, { signal, tally });
    } catch (error) {
      if (!stop.reason) failed();
      throw error;
    }
    state.countedBytes += part.length;
    const done = { bytes: part.length, startedMs, nowMs: clock.now() };
    state.pace = paceAfterSuccess(state.pace, bounds, done);
    // Bytes of a failed attempt are not given back: a host may still hold on to them.
    supply.release?.(bytes);
    const { crc64 = '', md5, ETag, isProven } = sent;
    return { number: part.number, length: part.length, crc64, md5, ETag, isProven };
  };

  try {
    return await whileReady(uploader, stop, attempt);
  } finally {
    state.fly(part, undefined);
  }
}
