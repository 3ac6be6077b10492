import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClock } from './clock.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('limits of one length share a timer, and each is due in its own time', () => {
  const clock = createClock();
  const due: string[] = [];
  clock.setTimer(() => due.push('first'), 60_000);
  vi.advanceTimersByTime(20_000);
  const cleared = clock.setTimer(() => due.push('cleared'), 60_000);
  clock.setTimer(() => due.push('second'), 60_000);
  clock.clearTimer(cleared);

  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(39_999);
  expect(due).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(due).toEqual(['first']);
  vi.advanceTimersByTime(19_999);
  expect(due).toEqual(['first']);
  vi.advanceTimersByTime(1);
  expect(due).toEqual(['first', 'second']);
  expect(vi.getTimerCount()).toBe(0);
});

test('a limit that is set after all others were cleared is kept', () => {
  const clock = createClock();
  const run = vi.fn();
  clock.clearTimer(clock.setTimer(() => undefined, 60_000));
  vi.advanceTimersByTime(59_000);
  clock.setTimer(run, 60_000);

  vi.advanceTimersByTime(59_999);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledOnce();
});

test('a limit that another one clears when both are due does not run', () => {
  const clock = createClock();
  const run = vi.fn();
  clock.setTimer(() => clock.clearTimer(second), 60_000);
  const second = clock.setTimer(run, 60_000);

  vi.advanceTimersByTime(120_000);

  expect(run).not.toHaveBeenCalled();
});

test('limits keep a process alive only while they are set', () => {
  const timers: { ref: () => unknown; unref: () => unknown; hasRef: () => boolean }[] = [];
  const set = globalThis.setTimeout;
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms: number) => {
    const timer = set(run, ms) as unknown as (typeof timers)[0];
    timers.push(timer);
    return timer;
  }) as never);
  const clock = createClock();

  const first = clock.setTimer(() => undefined, 60_000);
  expect(timers.map((timer) => timer.hasRef())).toEqual([true]);
  clock.clearTimer(first);
  expect(timers.map((timer) => timer.hasRef())).toEqual([false]);
  clock.setTimer(() => undefined, 60_000);
  expect(timers.map((timer) => timer.hasRef())).toEqual([true]);
});
