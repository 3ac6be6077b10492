import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bytesAllowed,
  launchEveryMs,
  paceAfterFailure,
  paceAfterSuccess,
  startPace,
  type Pace,
} from './pace.ts';
import { type PaceBounds } from './part-size.ts';

const mib = 1_048_576;
const bounds: PaceBounds = {
  maxParallel: 6,
  startPartBytes: mib,
  minPartBytes: mib,
  maxPartBytes: 8 * mib,
  maxBytes: 32 * mib,
};

/** Parts one after the other on a link of `bytesPerMs` for each of at most `lanes` parts in flight. */
function onLink(bytesPerMs: number, lanes: number, parts: number, from = startPace(bounds, 0)): Pace {
  let pace = from;
  let nowMs = from.round.startedMs;
  for (let i = 0; i < parts; i++) {
    const rate = bytesPerMs * Math.min(pace.parallel, lanes);
    const startedMs = nowMs;
    nowMs += pace.partBytes / rate;
    pace = paceAfterSuccess(pace, bounds, { bytes: pace.partBytes, startedMs, nowMs });
  }
  return pace;
}

describe('the pace', () => {
  test('begins with three parts of the smallest size', () => {
    expect(startPace(bounds, 0)).toMatchObject({ parallel: 3, partBytes: mib });
    expect(startPace({ ...bounds, maxParallel: 2 }, 0).parallel).toBe(2);
  });

  test('takes more parts in flight while that makes the whole faster', () => {
    expect(onLink(1000, 100, 100).parallel).toBe(6);
  });

  test('goes back when another part in flight brings nothing', () => {
    expect(onLink(1000, 3, 100).parallel).toBeLessThanOrEqual(4);
  });

  test('takes larger parts on a fast link, and keeps them small on a slow one', () => {
    expect(onLink(20_000, 4, 200).partBytes).toBeGreaterThanOrEqual(4 * mib);
    expect(onLink(50, 4, 50).partBytes).toBe(mib);
  });

  test('halves the parts in flight after a failure that several parts fall to, once', () => {
    const before = onLink(1000, 100, 100);

    const { startedMs } = before.round;
    const failure = { startedMs: startedMs + 1, nowMs: startedMs + 100, lostBytes: 0 };
    const once = paceAfterFailure(before, bounds, failure);
    const twice = paceAfterFailure(once, bounds, { ...failure, nowMs: failure.nowMs + 1 });

    expect(once.parallel).toBe(3);
    expect(twice).toEqual(once);
  });

  test('lets two parts fly after failures, so that one fills the link while the other is answered', () => {
    let pace = startPace(bounds, 0);
    for (let nowMs = 1000; nowMs < 10_000; nowMs += 1000)
      pace = paceAfterFailure(pace, bounds, { startedMs: nowMs - 1, nowMs, lostBytes: mib });

    expect(pace.parallel).toBe(2);
    expect(bytesAllowed(pace, bounds)).toBeGreaterThanOrEqual(2 * mib);
  });

  test('lets fewer parts fly where failures cost much and fewer fill the link as well', () => {
    const costly: Pace = { ...onLink(1000, 2, 100), parallel: 4, knownParallel: 0, hold: 0, trial: 'none' };

    const pace = onLink(1000, 2, 200, { ...costly, spareBytes: -1e12, bytesBetween: 1e9 });

    expect(pace.parallel).toBe(2);
  });

  test('takes a part back that the link misses', () => {
    const costly: Pace = { ...onLink(1000, 100, 100), parallel: 4, knownParallel: 0, hold: 0, trial: 'none' };
    const pace = onLink(1000, 4, 200, { ...costly, spareBytes: -1e12 });

    expect(pace.parallel).toBeGreaterThanOrEqual(3);
  });

  test('begins parts one after the other once a link has broken', () => {
    const before = onLink(1000, 3, 30);
    const failure = { startedMs: before.round.startedMs, nowMs: before.round.startedMs + 1, lostBytes: 0 };
    const after = paceAfterFailure(before, bounds, failure);

    expect(launchEveryMs(before)).toBe(0);
    expect(launchEveryMs(after)).toBeCloseTo((0.9 * after.partBytes) / 3000, -2);
  });

  test('takes up again what flew before a failure, one part more each round', () => {
    const before = onLink(1000, 100, 100);
    const nowMs = before.round.startedMs + 100;
    const failed = paceAfterFailure(before, bounds, { startedMs: nowMs - 1, nowMs, lostBytes: mib });

    expect(onLink(1000, 4, 3, failed).parallel).toBe(4);
    expect(onLink(1000, 4, 3 + 4 + 5, failed).parallel).toBe(6);
  });

  test('lets more fly while failures cost less than a twenty-fifth of all bytes, and counts what each part lost', () => {
    let pace: Pace = { ...startPace(bounds, 0), failedAtMs: 0 };
    const fails = (lostBytes: number): void => {
      const nowMs = pace.failedAtMs + 1000;
      const startedMs = nowMs - 10;
      pace = paceAfterSuccess(pace, bounds, { bytes: 100 * mib, startedMs, nowMs });
      for (const half of [lostBytes / 2, lostBytes / 2])
        pace = paceAfterFailure(pace, bounds, { startedMs, nowMs, lostBytes: half });
    };
    fails(20 * mib);
    for (let i = 0; i < 10; i++) fails(0.5 * mib);
    const cheap = bytesAllowed(pace, bounds);
    for (let i = 0; i < 10; i++) fails(8 * mib);

    expect(cheap).toBeGreaterThan(5 * mib);
    expect(bytesAllowed(pace, bounds)).toBeLessThan(4 * mib);
  });

  test('lets no more fly before the first failure than a small share of what got through', () => {
    expect(bytesAllowed(startPace(bounds, 0), bounds)).toBe(8 * mib);

    const later = onLink(20_000, 4, 100);

    expect(bytesAllowed(later, bounds)).toBeLessThanOrEqual(Math.max(8 * mib, later.cleanBytes / 8));
    expect(bytesAllowed(onLink(20_000, 4, 500), bounds)).toBe(32 * mib);
  });

  test('keeps what may be lost by a failure under a thirtieth of what gets through between two', () => {
    let pace = onLink(20_000, 4, 40);
    for (let i = 0; i < 10; i++) {
      const nowMs = pace.round.startedMs + 10;
      const failure = { startedMs: nowMs - 1, nowMs, lostBytes: 4 * mib };
      pace = paceAfterFailure({ ...pace, cleanBytes: 100 * mib }, bounds, failure);
    }

    expect(bytesAllowed(pace, bounds)).toBeLessThanOrEqual((100 / 30) * mib);
    expect(pace.partBytes).toBeLessThanOrEqual((100 / 30) * mib);
  });

  test('stays between its bounds whatever happens', () => {
    const event = fc.record({ fails: fc.boolean(), tookMs: fc.integer({ min: 0, max: 60_000 }) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), (events) => {
        let pace = startPace(bounds, 0);
        let nowMs = 0;
        for (const { fails, tookMs } of events) {
          const startedMs = nowMs;
          nowMs += tookMs;
          pace = fails
            ? paceAfterFailure(pace, bounds, { startedMs, nowMs, lostBytes: pace.partBytes })
            : paceAfterSuccess(pace, bounds, { bytes: pace.partBytes, startedMs, nowMs });
          expect(pace.parallel).toBeGreaterThanOrEqual(1);
          expect(pace.parallel).toBeLessThanOrEqual(6);
          expect(pace.partBytes).toBeGreaterThanOrEqual(mib);
          expect(pace.partBytes).toBeLessThanOrEqual(8 * mib);
          expect(pace.partBytes % mib).toBe(0);
        }
      }),
    );
  });

  test('leaves a size alone that the caller set', () => {
    const exact = {
      ...bounds,
      startPartBytes: 3 * mib + 5,
      minPartBytes: 3 * mib + 5,
      maxPartBytes: 3 * mib + 5,
    };
    let pace = startPace(exact, 0);
    for (let nowMs = 1; nowMs < 100; nowMs++)
      pace = paceAfterSuccess(pace, exact, { bytes: pace.partBytes, startedMs: nowMs - 1, nowMs });

    expect(pace.partBytes).toBe(3 * mib + 5);
  });
});
