/**
 * The retry policy: decides whether, when and how a failed request is sent again. It is pure; the client consults it
 * after each failed attempt. Delays follow "exponential backoff with full jitter", so that clients that failed together
 * do not return together. A budget per instance keeps retries a small share of all requests, which spares a failing
 * service.
 */
import { isServiceError, isTimeoutError, isTransportError, type CosError } from '@sampan/protocol';

/** Attempts of one request by default, the first included; as many as the official SDKs make. */
export const maxAttempts = 4;
const baseDelayMs = 300;
const maxDelayMs = 20_000;
/** A longer `Retry-After` ends the call instead: the application decides about waits of minutes. */
const maxRetryAfterMs = 120_000;
/** A clock less wrong than this is not why a signature was refused. Source: the official SDKs' CorrectClockSkew. */
const minSkewMs = 30_000;

/** Retries that one instance may still afford. */
export interface RetryBudget {
  /** Takes the cost of one retry, or says that there is not enough left. */
  spend(cost: number): boolean;
  /** Gives some back after a request that went well. */
  refill(): void;
}

const budgetCapacity = 120;
const refillPerMs = 2 / 1000;
/** What repeating a request costs, by how much its failure says of a service in trouble. */
const costs = {
  refused: 4,
  /** No answer for long: it held a connection. */
  silent: 6,
  /** No connection, or one that broke before anything moved. */
  broken: 2,
  /** A link that was moving a moment ago. */
  cut: 1,
  /** A portal's page, or headers that something hides: the service has not seen the request, or is well. */
  foreign: 0,
} as const;

/** Makes a full budget; it refills with time, two in a second, and with each request that goes well. */
export function retryBudget(nowMs: () => number): RetryBudget {
  let left = budgetCapacity;
  let atMs = nowMs();
  const add = (count: number): void => {
    left = Math.min(budgetCapacity, left + count);
  };
  return {
    spend(cost) {
      const now = nowMs();
      // A clock that was set back refills nothing.
      add(Math.max(0, now - atMs) * refillPerMs);
      atMs = now;
      if (left < cost) return false;
      left -= cost;
      return true;
    },
    refill: () => add(1),
  };
}

function costOf({ error, moved }: Failure): number {
  if (isServiceError(error)) return costs.refused;
  if (error.code === 'InvalidResponse') return costs.foreign;
  if (isTimeoutError(error)) return costs.silent;
  return moved ? costs.cut : costs.broken;
}

/** What is known after an attempt failed. */
export interface Failure {
  readonly error: CosError;
  /** Attempts made so far, this one included. */
  readonly attempts: number;
  /** Most attempts of this call. */
  readonly mostAttempts: number;
  /** Whether this attempt's bytes were on their way when it failed: the link was there a moment ago. */
  readonly moved: boolean;
  readonly idempotent: boolean;
  readonly bodyRepeatable: boolean;
  /** Whether the host that was called has a second name. */
  readonly hasBackupHost: boolean;
  /** Whether the clock may be corrected and has not been for this call. */
  readonly mayCorrectClock: boolean;
  /** The signing clock as it was, in ms since 1970. */
  readonly signedAtMs: number;
  readonly headers: Readonly<Record<string, string>>;
}

export type Decision =
  | { readonly again: false }
  | {
      readonly again: true;
      readonly delayMs: number;
      /** Call the host's other name next. */
      readonly switchHost: boolean;
      /** Move the signing clock by so much before the next attempt. */
      readonly clockShiftMs?: number;
    };

const stop: Decision = { again: false };

/** Decides about the next attempt. */
export function decide(failure: Failure, budget: RetryBudget, random: () => number): Decision {
  const { error, attempts } = failure;
  const clockShiftMs = clockShift(failure);
  if (clockShiftMs !== undefined && failure.mayCorrectClock && failure.bodyRepeatable)
    return { again: true, delayMs: 0, switchHost: false, clockShiftMs };
  if (attempts >= failure.mostAttempts || !failure.bodyRepeatable || !worthRepeating(failure)) return stop;

  const retryAfterMs = retryAfter(failure.headers, failure.signedAtMs) ?? 0;
  if (retryAfterMs > maxRetryAfterMs) return stop;
  if (!budget.spend(costOf(failure))) return stop;

  const ceilingMs = Math.min(maxDelayMs, baseDelayMs * 2 ** attempts);
  const jitterMs = random() * ceilingMs;
  // A connection that broke while bytes moved is made again at once, the first time.
  const isCut = failure.moved && attempts === 1 && isTransportError(error) && !isTimeoutError(error);
  return {
    again: true,
    // Jitter is added to the named time, so that clients with the same `Retry-After` still spread.
    delayMs: retryAfterMs > 0 ? retryAfterMs + jitterMs / 4 : isCut ? 0 : jitterMs,
    switchHost: failure.hasBackupHost && error.RequestId === undefined,
  };
}

/**
 * How far the service's clock is ahead of the signing clock, when that is why it refused; undefined otherwise.
 * Source: https://cloud.tencent.com/document/product/436/7730, codes RequestTimeTooSkewed and AccessDenied.
 */
export function clockShift(failure: Pick<Failure, 'error' | 'headers' | 'signedAtMs'>): number | undefined {
  const { error } = failure;
  if (!isServiceError(error) || !refusesTime(error.error.Code, error.error.Message)) return undefined;
  const serverMs = Date.parse(error.error['ServerTime'] ?? failure.headers['date'] ?? '');
  const shift = serverMs - failure.signedAtMs;
  return Math.abs(shift) >= minSkewMs ? shift : undefined;
}

function refusesTime(code: string, message: string): boolean {
  // Quirk: an expired signature has no code of its own, only AccessDenied and this text.
  return code === 'RequestTimeTooSkewed' || (code === 'AccessDenied' && message === 'Request has expired');
}

function worthRepeating({ error, idempotent }: Failure): boolean {
  if (isTransportError(error)) return error.retryable && (idempotent || neverArrived(error.code));
  if (!isServiceError(error)) return false;
  const { statusCode, code } = error;
  // These refuse before they act, so even an append may be sent again.
  if (statusCode === 429 || code === 'SlowDown' || code === 'ServiceUnavailable') return true;
  if (statusCode === 408 || code === 'RequestTimeout') return idempotent;
  return error.retryable && idempotent;
}

/** The connection was never made, so the service cannot have acted. */
function neverArrived(code: string): boolean {
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN';
}

function retryAfter(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const text = headers['retry-after']?.trim();
  if (!text) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return ms > 0 ? ms : undefined;
}
