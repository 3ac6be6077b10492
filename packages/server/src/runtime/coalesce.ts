import type { Clock } from './clock.ts';

/**
 * Passes a call on at once, and those that follow within `everyMs` together at its end: for news that matter soon but
 * are one and the same however often they come.
 */
export function coalesce(notify: () => void, everyMs: number, clock: Pick<Clock, 'sleep'>): () => void {
  let state: 'quiet' | 'told' | 'more' = 'quiet';
  const call = (): void => {
    if (state !== 'quiet') {
      state = 'more';
      return;
    }
    state = 'told';
    notify();
    void clock.sleep(everyMs).then(() => {
      const isMore = state === 'more';
      state = 'quiet';
      if (isMore) call();
    });
  };
  return call;
}
