import { putObject } from '@sampan/protocol';
import { describe, expect, test } from 'vitest';
import type { CredentialsRequest } from '../core/credentials-provider.ts';
import { resolveOptions } from '../core/options.ts';
import { hostDefaults } from '../testing/defaults.ts';
import { fakePlatform, respond } from '../testing/platform.ts';
import { keyTimeOf } from './authorize.ts';
import { createClient } from './client.ts';
import { createCredentials } from './credentials.ts';

const values = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou', Key: 'a' };

describe('a provider', () => {
  test.each([
    [true, 'examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com'],
    [false, undefined],
  ])('is given the host to sign when ForceSignHost is %s as %s', async (ForceSignHost, host) => {
    const asked: CredentialsRequest[] = [];
    const platform = fakePlatform({ service: () => respond(200, { etag: '"e"' }) });
    const options = {
      ForceSignHost,
      getAuthorization: (about: CredentialsRequest, callback: (answer: string) => void) => {
        asked.push(about);
        callback('q-signature=0');
      },
    };
    const settings = resolveOptions(options, hostDefaults);
    const credentials = createCredentials(platform, settings, undefined);
    const client = createClient(platform, { settings, credentials });

    await platform.clock.run(
      client.call({ operation: putObject, values, body: 'x', headers: { 'x-cos-meta-a': '1' } }),
    );

    expect(asked[0]?.Headers['Host']).toBe(host);
    expect(asked[0]?.Headers).not.toHaveProperty('host');
    expect(asked[0]?.Headers['x-cos-meta-a']).toBe('1');
  });
});

describe('the span of a signature', () => {
  const platform = fakePlatform();
  const now = Math.floor(platform.clock.now() / 1000);
  const settings = resolveOptions({ SecretId: 'id', SecretKey: 'key' }, hostDefaults);
  const keys = {
    kind: 'keys',
    secretId: 'id',
    secretKey: 'key',
    token: undefined,
    startTime: undefined,
    expiredTime: undefined,
  } as const;

  test('begins a second ago, for clocks that are not quite even', () => {
    expect(keyTimeOf(platform, settings, keys, 900)).toEqual({ start: now - 1, end: now + 899 });
  });

  test('is that of the keys where the server said when both ends are', () => {
    const served = { ...keys, startTime: 100, expiredTime: 200 };

    expect(keyTimeOf(platform, settings, served, 900)).toEqual({ start: 100, end: 200 });
  });

  test('follows the clock that was found out to be right', () => {
    const ahead = { ...settings, SystemClockOffset: 60_000 };

    expect(keyTimeOf(platform, ahead, keys, 900)).toEqual({ start: now + 59, end: now + 959 });
  });
});
