import { AbortedError, ServiceError, TimeoutError, TransportError, type CosError } from '@sampan/protocol';
import { describe, expect, test } from 'vitest';
import { decide, maxAttempts, retryBudget, type Failure, type RetryBudget } from './retry.ts';

const now = Date.UTC(2026, 0, 1);

function failure(error: CosError, change: Partial<Failure> = {}): Failure {
  return {
    error,
    attempts: 1,
    mostAttempts: maxAttempts,
    moved: false,
    idempotent: true,
    bodyRepeatable: true,
    hasBackupHost: false,
    mayCorrectClock: true,
    signedAtMs: now,
    headers: {},
    ...change,
  };
}

function refusal(code: string, status: number, fields: Record<string, string> = {}): ServiceError {
  return new ServiceError({ Code: code, Message: code, ...fields }, status, { requestId: 'id' });
}

const half = (): number => 0.5;
/** A full budget of a clock that stands still. */
const newBudget = (): RetryBudget => retryBudget(() => now);

describe('what is repeated', () => {
  test.each([
    ['no answer', new TransportError('gone')],
    ['a timeout', new TimeoutError('late')],
    ['500', refusal('InternalError', 500)],
    ['503', refusal('SlowDown', 503)],
    ['429', refusal('TooManyRequests', 429)],
    ['a request that arrived too slowly', refusal('RequestTimeout', 400)],
  ])('%s is repeated', (_what, error) => {
    expect(decide(failure(error), newBudget(), half).again).toBe(true);
  });

  test.each([
    ['403', refusal('AccessDenied', 403)],
    ['404', refusal('NoSuchKey', 404)],
    ['501', refusal('NotImplemented', 501)],
    ['a call that was stopped', new AbortedError()],
  ])('%s is not repeated', (_what, error) => {
    expect(decide(failure(error), newBudget(), half).again).toBe(false);
  });

  test('a call that is not idempotent is repeated only when the service cannot have acted', () => {
    const once = { idempotent: false };
    const lost = decide(failure(new TransportError('gone'), once), newBudget(), half);
    const refused = decide(failure(refusal('SlowDown', 503), once), newBudget(), half);
    const unreached = decide(
      failure(new TransportError('no', { code: 'ECONNREFUSED' }), once),
      newBudget(),
      half,
    );

    expect([lost.again, refused.again, unreached.again]).toEqual([false, true, true]);
  });

  test('a body that cannot be read again is never sent again', () => {
    const decision = decide(failure(refusal('SlowDown', 503), { bodyRepeatable: false }), newBudget(), half);

    expect(decision.again).toBe(false);
  });

  test('the last attempt is not repeated', () => {
    const decision = decide(
      failure(new TransportError('gone'), { attempts: maxAttempts }),
      newBudget(),
      half,
    );

    expect(decision.again).toBe(false);
  });
});

describe('delays', () => {
  test('grow with each attempt and are random from nothing up', () => {
    const delay = (attempts: number, random: number): number => {
      const decision = decide(failure(new TransportError('gone'), { attempts }), newBudget(), () => random);
      return decision.again ? decision.delayMs : -1;
    };

    expect([delay(1, 0), delay(1, 1), delay(2, 1), delay(3, 1)]).toEqual([0, 600, 1200, 2400]);
  });

  test.each([
    ['seconds', '7', 7000],
    ['a date', new Date(now + 9000).toUTCString(), 9000],
  ])('Retry-After in %s is waited for at least', (_form, value, least) => {
    const decision = decide(
      failure(refusal('SlowDown', 503), { headers: { 'retry-after': value } }),
      newBudget(),
      half,
    );

    expect(decision.again && decision.delayMs).toBeGreaterThanOrEqual(least);
  });

  test('a Retry-After of minutes ends the call', () => {
    const decision = decide(
      failure(refusal('SlowDown', 503), { headers: { 'retry-after': '3600' } }),
      newBudget(),
      half,
    );

    expect(decision.again).toBe(false);
  });
});

describe('a link that broke while bytes moved', () => {
  const cut = failure(new TransportError('reset', { code: 'ECONNRESET' }), { moved: true });

  test('is tried again at once, and after a pause the next time', () => {
    expect(decide(cut, newBudget(), half)).toMatchObject({ again: true, delayMs: 0 });
    expect(decide({ ...cut, attempts: 2 }, newBudget(), half)).toMatchObject({ delayMs: 600 });
  });

  test.each([
    ['nothing moved', { moved: false }],
    ['it fell silent', { error: new TimeoutError('late') }],
    ['the service refused', { error: refusal('SlowDown', 503) }],
  ])('is not tried at once when %s', (_, change) => {
    expect(decide({ ...cut, ...change }, newBudget(), half)).toMatchObject({ delayMs: 300 });
  });
});

describe('the budget', () => {
  test('ends retries of a service that never answers', () => {
    const budget = newBudget();
    let retries = 0;
    while (retries < 1000 && decide(failure(new TimeoutError('late')), budget, half).again) retries += 1;

    expect(retries).toBe(20);
  });

  test('grows again with time', () => {
    let nowMs = now;
    const budget = retryBudget(() => nowMs);
    while (budget.spend(6));

    nowMs += 1000;
    expect([budget.spend(6), budget.spend(2), budget.spend(2)]).toEqual([false, true, false]);
    nowMs += 3_600_000;
    expect([budget.spend(120), budget.spend(6)]).toEqual([true, false]);
  });

  test('is not spent on answers that are not the service’s', () => {
    const budget = newBudget();
    const foreign = failure(new TransportError('a page', { code: 'InvalidResponse' }));
    for (let i = 0; i < 1000; i++) expect(decide(foreign, budget, half).again).toBe(true);

    expect(budget.spend(120)).toBe(true);
  });

  test('grows again with requests that go well', () => {
    const budget = newBudget();
    while (budget.spend(6));
    for (let good = 0; good < 6; good++) budget.refill();

    expect(decide(failure(new TransportError('gone')), budget, half).again).toBe(true);
  });
});

describe('the clock', () => {
  const headers = { date: new Date(now + 3_600_000).toUTCString() };

  test('is corrected by the difference to the date of the answer', () => {
    const decision = decide(failure(refusal('RequestTimeTooSkewed', 403), { headers }), newBudget(), half);

    expect(decision).toMatchObject({ again: true, delayMs: 0, clockShiftMs: 3_600_000 });
  });

  test('is corrected by the time that the error names', () => {
    const error = refusal('RequestTimeTooSkewed', 403, { ServerTime: new Date(now - 90_000).toISOString() });

    expect(decide(failure(error), newBudget(), half)).toMatchObject({ clockShiftMs: -90_000 });
  });

  test('is corrected for a signature that has expired too early', () => {
    const error = new ServiceError({ Code: 'AccessDenied', Message: 'Request has expired' }, 403);

    expect(decide(failure(error, { headers }), newBudget(), half).again).toBe(true);
  });

  test.each([
    ['a second time', { mayCorrectClock: false, headers }],
    ['for less than half a minute', { headers: { date: new Date(now + 20_000).toUTCString() } }],
    ['without a date to compare with', { headers: {} }],
  ])('is not corrected %s', (_when, change) => {
    expect(decide(failure(refusal('RequestTimeTooSkewed', 403), change), newBudget(), half).again).toBe(
      false,
    );
  });
});

describe('the other host', () => {
  test('is tried when nothing came from the service', () => {
    const decision = decide(failure(new TransportError('gone'), { hasBackupHost: true }), newBudget(), half);

    expect(decision).toMatchObject({ again: true, switchHost: true });
  });

  test('is not tried when the service itself refused', () => {
    const decision = decide(failure(refusal('SlowDown', 503), { hasBackupHost: true }), newBudget(), half);

    expect(decision).toMatchObject({ again: true, switchHost: false });
  });
});
