/** The progress of a call that a caller listens to. */
import { meter, type Meter } from '../upload/queue/progress.ts';
import { tell } from '../core/notify.ts';
import type { Run } from '../upload/queue/queue.ts';
import type { Instance } from './instance.ts';
import type { Params } from './params.ts';

/** Makes the meter of a call, which the task of the queue also follows when there is one. */
export function meterOf({ platform, settings }: Instance, params: Params, run?: Run): Meter {
  const told = meter(platform.clock, settings.ProgressInterval, (progress) => {
    if (run && !run.isCurrent()) return;
    run?.progressed(progress);
    tell(params['onProgress'] as ((progress: unknown) => void) | undefined, progress);
  });
  if (!run) return told;
  return {
    ...told,
    expect(bytes) {
      run.sized(bytes);
      told.expect(bytes);
    },
  };
}
