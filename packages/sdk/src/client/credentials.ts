/**
 * Supplies the keys for signatures, from the constructor's options or from the application's provider function. A
 * provider may call back, return a promise, throw, or never answer; each case ends in one result or one clear error.
 * Concurrent callers share one fetch. Temporary keys are cached until shortly before they expire.
 */
import { isCosError, TimeoutError, UsageError } from '@sampan/protocol';
import type { Platform, Timer } from '../core/platform.ts';
import type { Settings } from '../core/options.ts';
import type { Credentials, CredentialsRequest, Scope } from '../core/credentials-provider.ts';
import { isThenable } from '../core/wait.ts';

/** What a request is signed with. */
export type Credential =
  | {
      readonly kind: 'keys';
      readonly secretId: string;
      readonly secretKey: string;
      readonly token: string | undefined;
      /** Span in which the keys are good, in Unix seconds, when it is known. */
      readonly startTime: number | undefined;
      readonly expiredTime: number | undefined;
    }
  | {
      readonly kind: 'signature';
      readonly authorization: string;
      readonly token: string | undefined;
      /** Further pairs that a presigned address carries. */
      readonly extra: Readonly<Record<string, string>>;
    };

export interface CredentialsSource {
  /** Keys for a call; fetched, shared or remembered. */
  for(request: CredentialsRequest): Promise<Credential>;
  /** Keys that are at hand without waiting, for the synchronous methods. */
  atHand(scope: Scope): Credential | undefined;
}

/** Keys are not started with when they expire within this time. Source: the official SDKs. */
const marginSeconds = 60;

interface Cached {
  readonly credential: Credential & { readonly kind: 'keys' };
  /** Set when the keys are good for one scope only. */
  readonly scope: string | undefined;
}

/** Makes the source of keys of one instance; `self` is what providers are called on. */
export function createCredentials(platform: Platform, settings: Settings, self: unknown): CredentialsSource {
  let cache: Cached[] = [];
  // One fetch under way per key: '' while it is not known that keys are limited to their scope.
  const flights = new Map<string, Promise<Credential>>();
  let perScope = false;
  let signs = false;

  const nowSeconds = (): number => (platform.clock.now() + settings.SystemClockOffset) / 1000;
  const cached = (scope: string): Credential | undefined => {
    cache = cache.filter(({ credential }) => (credential.expiredTime ?? 0) - nowSeconds() >= marginSeconds);
    return cache.find((entry) => entry.scope === undefined || entry.scope === scope)?.credential;
  };

  const fetch = async (request: CredentialsRequest, scope: string): Promise<Credential> => {
    const response = await ask(platform, settings, self, request);
    const credential = readAnswer(response);
    signs = credential.kind === 'signature';
    if (credential.kind === 'keys') {
      const limited = (response as Credentials).ScopeLimit === true;
      perScope = limited;
      cache.push({ credential, scope: limited ? scope : undefined });
    }
    return credential;
  };

  return {
    async for(request) {
      const fixed = fixedKeys(settings);
      if (fixed) return fixed;
      if (!settings.getAuthorization && !settings.getSTS)
        throw new UsageError('SecretId and SecretKey, or getAuthorization, must be given');
      const scope = JSON.stringify(request.Scope);
      for (;;) {
        const known = cached(scope);
        if (known) return known;
        // A signature is good for one request, so there is nothing to share.
        if (signs) return fetch(request, scope);
        const flightKey = perScope ? scope : '';
        const flight = flights.get(flightKey);
        if (!flight) {
          const own = fetch(request, scope).finally(() => flights.delete(flightKey));
          flights.set(flightKey, own);
          return own;
        }
        const credential = await flight;
        // Keys too short-lived to be remembered still serve those who waited for them, when they may be shared.
        if (credential.kind === 'keys' && !perScope) return credential;
      }
    },
    atHand: (scope) => fixedKeys(settings) ?? cached(JSON.stringify(scope)),
  };
}

function fixedKeys(settings: Settings): Credential | undefined {
  const secretId = settings.Credentials?.secretId ?? settings.SecretId;
  const secretKey = settings.Credentials?.secretKey ?? settings.SecretKey;
  if (!secretId || !secretKey) return undefined;
  return {
    kind: 'keys',
    secretId,
    secretKey,
    token: settings.SecurityToken || undefined,
    startTime: seconds(settings, 'StartTime', 'params'),
    expiredTime: seconds(settings, 'ExpiredTime', 'params'),
  };
}

/** Calls the provider and waits for its one answer, however it comes, for no longer than `CredentialsTimeout`. */
function ask(
  platform: Platform,
  settings: Settings,
  self: unknown,
  request: CredentialsRequest,
): Promise<unknown> {
  const { getAuthorization, getSTS, CredentialsTimeout } = settings;
  const name = getAuthorization ? 'getAuthorization' : 'getSTS';
  return new Promise((resolve, reject) => {
    const failed = (cause: unknown): void => {
      platform.clock.clearTimer(timer);
      if (isCosError(cause)) reject(cause);
      else reject(new UsageError(`${name} failed to give credentials`, { code: 'CredentialsFailed', cause }));
    };
    const answered = (response: unknown): void => {
      if (response instanceof Error) return failed(response);
      platform.clock.clearTimer(timer);
      resolve(getAuthorization ? response : fromSts(response));
    };
    const timer: Timer = platform.clock.setTimer(() => {
      const why = `${name} gave no answer within ${CredentialsTimeout} ms`;
      reject(new TimeoutError(why, { code: 'CredentialsTimeout', retryable: false }));
    }, CredentialsTimeout);

    try {
      const returned = getAuthorization
        ? getAuthorization.call(self, request, answered)
        : getSTS?.call(self, { Bucket: request.Bucket, Region: request.Region }, answered);
      // An async provider may return its answer, or call back and return nothing.
      if (isThenable(returned))
        returned.then((response) => response !== undefined && answered(response), failed);
      else if (typeof returned === 'object' && returned !== null) answered(returned);
    } catch (thrown) {
      failed(thrown);
    }
  });
}

function fromSts(response: unknown): unknown {
  if (typeof response !== 'object' || response === null) return response;
  const { SecretId, SecretKey, ...rest } = response as Record<string, unknown>;
  return { ...(SecretId ? { TmpSecretId: SecretId, TmpSecretKey: SecretKey } : {}), ...rest };
}

/** Reads an answer or says what is wrong with it; no part of a key is ever in the message. */
function readAnswer(response: unknown): Credential {
  const given = (typeof response === 'string' ? { Authorization: response } : response) as Texts | null;
  if (typeof given !== 'object' || !given) throw badAnswer('must be a string or an object');
  const { Authorization, TmpSecretId, TmpSecretKey } = given;
  const token = given['SecurityToken'] ?? given['XCosSecurityToken'];
  if (Authorization) {
    if (!/(^|&)q-signature=[0-9a-f]/.test(Authorization) || /\s/.test(Authorization))
      throw badAnswer('format error');
    const extra: Record<string, string> = {};
    for (const name of ['ClientIP', 'ClientUA', 'Token'])
      // The service's names: clientIP, clientUA, token.
      if (isText(given[name])) extra[name.replace(/^./, (first) => first.toLowerCase())] = given[name];
    return {
      kind: 'signature',
      authorization: Authorization,
      token: isText(token) ? token : undefined,
      extra,
    };
  }
  const expiredTime = seconds(given, 'ExpiredTime');
  const needed = { TmpSecretId, TmpSecretKey, SecurityToken: token, ExpiredTime: expiredTime ? 'known' : '' };
  for (const [name, value] of Object.entries(needed))
    if (!isText(value)) throw badAnswer(`missing "${name}"`);
  return {
    kind: 'keys',
    secretId: TmpSecretId!,
    secretKey: TmpSecretKey!,
    token,
    startTime: seconds(given, 'StartTime'),
    expiredTime,
  };
}

/** What a provider answers with, as far as it keeps to its contract. */
type Texts = Readonly<Record<string, string | undefined>>;

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** A time in Unix seconds: exactly 10 digits, so that milliseconds are noticed. */
function seconds(given: Readonly<Record<string, unknown>>, name: string, whose?: string): number | undefined {
  const value = given[name];
  if (value === undefined || value === null || value === '' || value === 0) return undefined;
  if (!/^"?\d{10}"?$/.test(JSON.stringify(value))) throw badAnswer(`"${name}" should be 10 digits`, whose);
  return Number(value);
}

function badAnswer(what: string, whose = 'getAuthorization callback params'): UsageError {
  return new UsageError(`${whose} ${what}`, { code: 'InvalidCredentials' });
}
