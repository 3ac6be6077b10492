/**
 * Sends the parts of one upload: as many at once as the pace allows, each read when its turn comes and let go when the
 * service has it. The first part that fails for good stops the others.
 */
import { multipartUpload } from '@sampan/protocol';
import { canceller, type CancelSignal } from '../../core/cancel.ts';
import { sendBody, type Sendable, type Tally } from '../uploader/send-body.ts';
import {
  bytesAllowed,
  paceAfterFailure,
  paceAfterSuccess,
  startPace,
  type Pace,
  type PaceBounds,
} from '../parts/pace.ts';
import { followingCall } from '../uploader/params.ts';
import type { Part } from '../parts/layout.ts';
import { retryInForeground } from '../uploader/retry-in-foreground.ts';
import type { SentPart } from '../resume/verify-parts.ts';
import type { Uploader, UploadParams } from '../uploader/uploader.ts';
import { orCancelled } from '../../core/wait.ts';

/** Where parts come from. */
export interface Supply {
  /** The next part, of about `wantBytes`; undefined after the last. */
  next(wantBytes: number, signal: CancelSignal): Promise<Part | undefined>;
  /** The bytes of a part that is not sent yet; may be asked again after a failure. */
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
  const stop = canceller(sending.signal);
  const flights = new Map<number, number>();
  const active = new Set<Promise<void>>();
  const state: Flying = {
    sending,
    signal: stop.signal,
    pace: startPace(bounds, uploader.platform.clock.now()),
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

  const launch = (flying: Part): void => {
    heldBytes += flying.length;
    const flight = sendPart(state, flying)
      .then(sending.onSent)
      .catch((error: unknown) => {
        failure ??= error;
        stop.cancel(error as Error);
      })
      .then(() => {
        heldBytes -= flying.length;
        active.delete(flight);
      });
    active.add(flight);
  };

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
    failure ??= error;
    stop.cancel(error as Error);
  }
  await Promise.all(active);
  stop.release();
  if (failure !== undefined) throw failure as Error;
}

interface Flying {
  readonly sending: Sending;
  readonly signal: CancelSignal;
  pace: Pace;
  /** What the pace knows of the tally: as parts that got through, or as lost. */
  countedBytes: number;
  fly(part: Part, bytes: number | undefined): void;
}

/** Sends one part until the service has it, or gives up. */
async function sendPart(state: Flying, part: Part): Promise<SentPart> {
  const { uploader, params, UploadId, supply, bounds, tally } = state.sending;
  const { clock } = uploader.platform;
  const failed = (startedMs: number): void => {
    state.fly(part, undefined);
    const lostBytes = tally.sentBytes - state.countedBytes;
    state.countedBytes += lostBytes;
    state.pace = paceAfterFailure(state.pace, bounds, { startedMs, nowMs: clock.now(), lostBytes });
  };

  const attempt = async (signal: CancelSignal): Promise<SentPart> => {
    const leave = await uploader.requests.enter(signal);
    try {
      const startedMs = clock.now();
      const body: Sendable = {
        bytes: await supply.bytes(part, signal),
        call: ({ md5 }) =>
          followingCall(multipartUpload, params, { UploadId, PartNumber: part.number, ContentMD5: md5 }),
        what: `Part ${part.number}`,
        fate: 'No object was made.',
        onProgress: (sentBytes) => state.fly(part, sentBytes),
      };
      const { response, digest, ETag } = await sendBody(uploader, params, body, { signal, tally });
      state.countedBytes += part.length;
      // The client's own retries hide a failure that the pace should know.
      if (response.attempts > 1) failed(startedMs);
      const done = { bytes: part.length, startedMs, nowMs: clock.now() };
      state.pace = paceAfterSuccess(state.pace, bounds, done);
      // Bytes of a failed attempt are not given back: a host may still hold on to them.
      supply.release?.(body.bytes);
      return { number: part.number, length: part.length, crc64: digest.crc64, ETag };
    } finally {
      leave();
    }
  };

  try {
    return await retryInForeground(uploader, state.signal, attempt, failed);
  } finally {
    state.fly(part, undefined);
  }
}
