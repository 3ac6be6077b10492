import type { Clock } from './clock.ts';

/** Throttles with a leading and a trailing call: calls within `everyMs` of one another become one at its end. */
export function coalesce(notify: () => void, everyMs: number, clock: Pick<Clock, 'sleep'>): () => void {
  let state: 'idle' | 'paused' | 'pending' = 'idle';
  const call = (): void => {
    if (state !== 'idle') {
      state = 'pending';
      return;
    }
    state = 'paused';
    notify();
    void clock.sleep(everyMs).then(() => {
      const isPending = state === 'pending';
      state = 'idle';
      if (isPending) call();
    });
  };
  return call;
}
