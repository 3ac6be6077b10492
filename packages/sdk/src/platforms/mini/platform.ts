/** Implements the platform port for mini programs, from the host's global object and its traits. */
import { pureDigests } from '@sampan/protocol';
import type { Clock, Platform } from '../../core/platform.ts';
import type { MiniHost, MiniTraits } from './host.ts';
import { digestInSlices } from '../slices.ts';
import { lifecycleOf } from './lifecycle.ts';
import { createSend, type RequestOptions } from './request.ts';
import { createOpen } from './source.ts';
import { createStorage, locks } from './storage.ts';

/** Timers beyond this run at once. */
const longestTimerMs = 2 ** 31 - 1;

const clock: Clock = {
  now: () => Date.now(),
  setTimer: (run, delayMs) => ({ timer: setTimeout(run, Math.min(delayMs, longestTimerMs)) }),
  clearTimer: ({ timer }) => clearTimeout(timer as number),
};

const pace = {
  now: () => Date.now(),
  rest: () => new Promise<void>((resolve) => void setTimeout(resolve, 0)),
};

/** Makes the platform; `createSendForm` for entries that send forms. */
export function miniPlatform(
  host: MiniHost,
  traits: MiniTraits,
  options: RequestOptions,
  createSendForm?: (host: MiniHost) => NonNullable<Platform['sendForm']>,
): Platform {
  const forms =
    createSendForm && host.uploadFile && traits.maxFormBytes > 0
      ? { sendForm: createSendForm(host), maxFormBytes: traits.maxFormBytes }
      : {};
  return {
    name: traits.name,
    maxRequests: traits.maxRequests,
    tidiesPaths: true,
    send: createSend(host, options),
    ...forms,
    open: createOpen(host, traits),
    digest: (bytes, want) => digestInSlices(pace, bytes, want),
    // No host has HMAC, so signatures are computed here; they are short.
    digests: pureDigests,
    storage: createStorage(host),
    locks,
    clock,
    lifecycle: lifecycleOf(host),
    random: () => Math.random(),
  };
}
