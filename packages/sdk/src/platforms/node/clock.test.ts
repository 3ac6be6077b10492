import fc from 'fast-check';
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

test('limits run once, in their order and in time, whichever of them are cleared', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('set' as const), ms: fc.constantFrom(10_000, 60_000) }),
    fc.record({ do: fc.constant('clear' as const), which: fc.nat(20) }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.nat(40_000) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const clock = createClock();
      const ran: string[] = [];
      const set: { readonly timer: ReturnType<typeof clock.setTimer>; readonly name: string }[] = [];
      let open: { readonly name: string; readonly dueMs: number }[] = [];
      const expected: string[] = [];
      let nowMs = 0;
      for (const { do: what, ...how } of [...steps, { do: 'wait' as const, ms: 60_000 }])
        if (what === 'set' && 'ms' in how) {
          const name = `${set.length} of ${how.ms}`;
          set.push({ timer: clock.setTimer(() => ran.push(name), how.ms), name });
          open.push({ name, dueMs: nowMs + how.ms });
        } else if (what === 'clear' && 'which' in how && set.length > 0) {
          // Some of them again, or after they have run.
          const { timer, name } = set[how.which % set.length]!;
          clock.clearTimer(timer);
          open = open.filter((one) => one.name !== name);
        } else if (what === 'wait' && 'ms' in how) {
          vi.advanceTimersByTime(how.ms);
          nowMs += how.ms;
          const due = open.filter(({ dueMs }) => dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs);
          expected.push(...due.map(({ name }) => name));
          open = open.filter(({ dueMs }) => dueMs > nowMs);
        }

      expect([...ran].sort()).toEqual([...expected].sort());
      for (const ms of ['10000', '60000'])
        expect(ran.filter((name) => name.endsWith(ms))).toEqual(expected.filter((name) => name.endsWith(ms)));
      expect(vi.getTimerCount()).toBe(0);
    }),
  );
});
