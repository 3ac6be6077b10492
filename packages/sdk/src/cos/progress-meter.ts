/** Reports a request's progress to the caller's `onProgress`. */
import { intervalOf, meter, type Meter } from '../upload/queue/progress.ts';
import { notify } from '../core/notify.ts';
import type { Run } from '../upload/queue/queue.ts';
import type { Instance } from './instance.ts';
import type { Params } from './params.ts';

/** Makes the meter of a call, which the task of the queue also follows when there is one. */
export function meterOf({ platform, settings }: Instance, params: Params, run?: Run): Meter {
  const metered = meter(platform.clock, intervalOf(params, settings), (progress) => {
    if (run && !run.isCurrent()) return;
    run?.progressed(progress);
    notify(params['onProgress'] as ((progress: unknown) => void) | undefined, progress);
  });
  if (!run) return metered;
  return {
    ...metered,
    expect(bytes) {
      run.sized(bytes);
      metered.expect(bytes);
    },
  };
}
