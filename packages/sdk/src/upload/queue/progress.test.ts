import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../testing/platform.ts';
import { measure, meter, type Measured, type Progress } from './progress.ts';

const step = fc.record({
  loaded: fc.integer({ min: 0, max: 1000 }),
  afterMs: fc.integer({ min: -5, max: 5000 }),
});

describe('progress', () => {
  test('never goes back, stays in its bounds, and is 1 only in the last event', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 0, max: 1000 }), (steps, total) => {
        let last: Measured | undefined;
        let atMs = 0;
        for (const { loaded, afterMs } of steps) {
          atMs += afterMs;
          const next = measure(last, { loaded, total, atMs });
          expect(next.progress.loaded).toBeGreaterThanOrEqual(last?.progress.loaded ?? 0);
          expect(next.progress.percent).toBeGreaterThanOrEqual(last?.progress.percent ?? 0);
          expect(next.progress.percent).toBeLessThan(1);
          expect(next.progress.speed).toBeGreaterThanOrEqual(0);
          last = next;
        }
        const end = measure(last, { loaded: total, total, atMs: atMs + 1, done: true }).progress;
        expect(end.percent).toBe(1);
        expect(end.loaded).toBe(end.total);
        expect(end.timeLeft).toBe(0);
      }),
    );
  });

  test('tells a smoothed speed and the time left', () => {
    const start = measure(undefined, { loaded: 0, total: 1000, atMs: 0 });
    const steady = measure(start, { loaded: 100, total: 1000, atMs: 1000 });
    const jump = measure(steady, { loaded: 900, total: 1000, atMs: 2000 });

    expect(steady.progress).toEqual({ loaded: 100, total: 1000, speed: 100, percent: 0.1, timeLeft: 9 });
    expect(jump.progress.speed).toBeGreaterThan(100);
    expect(jump.progress.speed).toBeLessThan(800);
  });

  test('of a resumed file counts what was there, but not into its speed', () => {
    const start = measure(undefined, { loaded: 500, total: 1000, atMs: 0 });

    expect(measure(start, { loaded: 600, total: 1000, atMs: 1000 }).progress.speed).toBe(100);
  });
});

describe('a meter', () => {
  test('tells at most once per interval, the last state too, and the end at once', async () => {
    const clock = virtualClock(0);
    const told: [number, Progress][] = [];
    const it = meter(clock, 1000, (progress) => told.push([clock.now(), progress]));
    it.expect(100);

    it.report();
    for (let loaded = 1; loaded <= 50; loaded++) {
      it.reach(loaded);
      await clock.advance(50);
    }
    await clock.advance(5000);
    it.finish();

    expect(told.map(([at]) => at)).toEqual([0, 1000, 2000, 3000, 7500]);
    expect(told.at(-2)?.[1].loaded).toBe(50);
    expect(told.at(-1)?.[1]).toMatchObject({ loaded: 100, percent: 1 });
    expect(clock.pendingTimers).toBe(0);
  });

  test('that is stopped tells nothing more and leaves no timer', async () => {
    const clock = virtualClock(0);
    let told = 0;
    const it = meter(clock, 1000, () => told++);

    it.reach(1);
    it.stop();
    it.finish();
    await clock.advance(5000);

    expect(told).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });
});

test('progress that is carried on to a smaller file stays within it', () => {
  const before = measure(undefined, { loaded: 900, total: 1000, atMs: 0 });
  const now = measure(before, { loaded: 100, total: 500, atMs: 1000 });
  const end = measure(now, { loaded: 500, total: 500, atMs: 2000, done: true });

  expect([now.progress, end.progress]).toMatchObject([
    { loaded: 500, total: 500, speed: 0, percent: 0.99 },
    { loaded: 500, total: 500, percent: 1 },
  ]);
});
