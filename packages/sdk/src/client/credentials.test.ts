import { describe, expect, test } from 'vitest';
import { createCredentials, type Credential } from './credentials.ts';
import { resolveOptions, type Settings } from '../core/options.ts';
import type { CredentialsProvider, CredentialsRequest } from '../core/credentials-provider.ts';
import { fakePlatform, type FakePlatform } from '../testing/platform.ts';
import { hostDefaults } from '../testing/defaults.ts';

const start = Date.UTC(2026, 0, 1) / 1000;

function request(change: Partial<CredentialsRequest> = {}): CredentialsRequest {
  return {
    Bucket: 'examplebucket-1250000000',
    Region: 'ap-guangzhou',
    Method: 'PUT',
    Key: 'a',
    Pathname: '/a',
    Query: {},
    Headers: {},
    Scope: [{ action: 'name/cos:PutObject', bucket: 'b', region: 'r', prefix: 'a' }],
    SystemClockOffset: 0,
    ForceSignHost: true,
    ...change,
  };
}

const keys = { TmpSecretId: 'id', TmpSecretKey: 'key', SecurityToken: 'token', ExpiredTime: start + 1800 };

function setup(options: Record<string, unknown>): {
  platform: FakePlatform;
  settings: Settings;
  get: (change?: Partial<CredentialsRequest>) => Promise<Credential>;
} {
  const platform = fakePlatform();
  const settings = resolveOptions(options, hostDefaults);
  const source = createCredentials(platform, settings, { me: true });
  return { platform, settings, get: (change) => source.for(request(change)) };
}

describe('keys of the constructor', () => {
  test('are used as they are', async () => {
    const { get } = setup({ SecretId: 'a', SecretKey: 'b', SecurityToken: 't' });

    expect(await get()).toMatchObject({ kind: 'keys', secretId: 'a', secretKey: 'b', token: 't' });
  });

  test('follow an object that the application changes', async () => {
    const Credentials = { secretId: 'a', secretKey: 'b' };
    const { get } = setup({ Credentials });
    await get();
    Credentials.secretId = 'c';

    expect(await get()).toMatchObject({ secretId: 'c' });
  });

  test('are asked for when there are none at all', async () => {
    await expect(setup({}).get()).rejects.toMatchObject({ name: 'UsageError' });
  });
});

describe('a provider', () => {
  test.each<[string, CredentialsProvider]>([
    ['calls back', (_request, callback) => callback(keys)],
    ['gives a promise', async () => keys],
    ['calls back late', (_request, callback) => void Promise.resolve().then(() => callback(keys))],
    ['calls back and gives a promise of nothing', async (_request, callback) => callback(keys)],
  ])('that %s is understood', async (_how, getAuthorization) => {
    expect(await setup({ getAuthorization }).get()).toMatchObject({ secretId: 'id', token: 'token' });
  });

  test('is called on the instance, with what the call needs', async () => {
    let seen: unknown;
    const { get } = setup({
      getAuthorization(this: unknown, asked: CredentialsRequest, callback: (answer: unknown) => void) {
        seen = [this, asked.Method, asked.Pathname, asked.Scope[0]?.action];
        callback(keys);
      },
    });
    await get();

    expect(seen).toEqual([{ me: true }, 'PUT', '/a', 'name/cos:PutObject']);
  });

  test.each<[string, CredentialsProvider, string]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
      'CredentialsFailed',
    ],
    ['rejects', () => Promise.reject(new Error('no')), 'CredentialsFailed'],
    ['calls back with an error', (_request, callback) => callback(new Error('no')), 'CredentialsFailed'],
    ['gives an empty object', async () => ({}), 'InvalidCredentials'],
    ['gives null', (_request, callback) => callback(null as never), 'InvalidCredentials'],
    ['gives a number', (_request, callback) => callback(7 as never), 'InvalidCredentials'],
    ['gives a string that is no signature', async () => 'hello', 'InvalidCredentials'],
    ['gives no key', async () => ({ ...keys, TmpSecretKey: '' }), 'InvalidCredentials'],
    [
      'gives a time in milliseconds',
      async () => ({ ...keys, ExpiredTime: start * 1000 }),
      'InvalidCredentials',
    ],
    ['never answers', () => undefined, 'CredentialsTimeout'],
    ['gives a promise that stays open', () => new Promise(() => undefined), 'CredentialsTimeout'],
  ])('that %s ends in one clear error', async (_how, getAuthorization, code) => {
    const { platform, get } = setup({ getAuthorization });

    await expect(platform.clock.run(get())).rejects.toMatchObject({ code });
    expect(platform.clock.pendingTimers).toBe(0);
  });

  test('that answers twice settles once', async () => {
    const { get } = setup({
      getAuthorization: (_request: unknown, callback: (answer: unknown) => void) => {
        callback(keys);
        callback(new Error('too late'));
      },
    });

    expect(await get()).toMatchObject({ secretId: 'id' });
  });

  test('never sees its keys in an error', async () => {
    const getAuthorization = async () => ({ ...keys, TmpSecretKey: 'very-secret', ExpiredTime: 5 });
    const error: unknown = await setup({ getAuthorization })
      .get()
      .catch((thrown: unknown) => thrown);

    expect(JSON.stringify(error) + String(error)).not.toContain('very-secret');
  });
});

describe('fetches', () => {
  test('are shared by concurrent callers of any scope', async () => {
    let calls = 0;
    const getAuthorization = async () => {
      calls += 1;
      return keys;
    };
    const { get } = setup({ getAuthorization });
    await Promise.all([get(), get(), get({ Scope: [] }), get()]);

    expect(calls).toBe(1);
  });

  test('are one per scope when the provider says so', async () => {
    let calls = 0;
    const getAuthorization = async () => {
      calls += 1;
      return { ...keys, ScopeLimit: true };
    };
    const { get } = setup({ getAuthorization });
    await Promise.all([get(), get(), get({ Scope: [] }), get({ Scope: [] })]);
    await get();

    expect(calls).toBe(2);
  });

  test('are repeated before the keys expire', async () => {
    let calls = 0;
    const getAuthorization = async () => ({
      ...keys,
      TmpSecretId: `id${++calls}`,
      ExpiredTime: start + calls * 1800,
    });
    const { platform, get } = setup({ getAuthorization });
    await get();
    await platform.clock.advance(1_739_000);
    const early = await get();
    await platform.clock.advance(2_000);
    const late = await get();

    expect([early, late]).toMatchObject([{ secretId: 'id1' }, { secretId: 'id2' }]);
  });

  test('expire by the service’s clock where the device’s own is known to be wrong', async () => {
    let calls = 0;
    const getAuthorization = async () => ({
      ...keys,
      TmpSecretId: `id${++calls}`,
      ExpiredTime: start + 7200,
    });
    const { settings, get } = setup({ getAuthorization });
    await get();
    settings.SystemClockOffset = 7_000_000;
    const early = await get();
    settings.SystemClockOffset = 7_190_000;
    const late = await get();

    expect([early, late]).toMatchObject([{ secretId: 'id1' }, { secretId: 'id2' }]);
  });

  test('are repeated after one that failed', async () => {
    let calls = 0;
    const getAuthorization = async () => {
      calls += 1;
      if (calls === 1) throw new Error('no');
      return keys;
    };
    const { get } = setup({ getAuthorization });
    await get().catch(() => undefined);

    expect(await get()).toMatchObject({ secretId: 'id' });
  });

  test('of signatures are made for each request', async () => {
    let calls = 0;
    const getAuthorization = async () => `q-sign-algorithm=sha1&q-signature=a${++calls}`;
    const { get } = setup({ getAuthorization });
    const [first, second] = await Promise.all([get(), get()]);

    expect(new Set([first, second].map((one) => one?.kind === 'signature' && one.authorization)).size).toBe(
      2,
    );
  });
});

test('getSTS answers with its own names', async () => {
  const getSTS = (_request: unknown, callback: (answer: unknown) => void): void =>
    callback({ SecretId: 'id', SecretKey: 'key', XCosSecurityToken: 't', ExpiredTime: start + 1800 });

  expect(await setup({ getSTS }).get()).toMatchObject({ secretId: 'id', secretKey: 'key', token: 't' });
});
