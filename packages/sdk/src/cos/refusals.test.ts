import { expect, test } from 'vitest';
import { defineCos } from './define-cos.ts';
import { downloadFile } from './download.ts';
import { hostFiles } from './host-files.ts';
import { hostDefaults } from '../testing/defaults.ts';
import { fakePlatform, refuse, respond, type FakeOptions } from '../testing/platform.ts';

const object = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou', Key: 'a.txt' };

type Callback = (error: unknown, data?: unknown) => void;
type Instance = Record<string, (params: object, callback?: Callback) => Promise<Record<string, unknown>>>;

function setup(service: NonNullable<FakeOptions['service']>, options: Record<string, unknown> = {}) {
  const platform = fakePlatform({ service });
  const COS = defineCos({
    defaults: hostDefaults,
    platform: () => platform,
    files: hostFiles,
    works: { downloadFile },
  });
  const keys = { SecretId: 'id', SecretKey: 'key' };
  return { cos: new COS({ ...keys, ...options }) as unknown as Instance, platform };
}

const refusalOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'went well',
    (error: unknown) => error,
  );

test.each(['/./', '///////', 'a/..', '..'])(
  'downloadFile refuses the key %s, which is the bucket, before a request',
  async (Key) => {
    const { cos, platform } = setup(() => respond(200, {}, 'x'));

    const error = await platform.clock.run(
      refusalOf(cos['downloadFile']!({ ...object, Key, FilePath: 'to' })),
    );

    expect(error).toMatchObject({ name: 'UsageError', message: 'The Getobject Key is illegal' });
    expect(platform.requests).toEqual([]);
  },
);

test('what a callback throws leaves from a timer, where hosts report exceptions, and not as a rejection', async () => {
  const { cos, platform } = setup(() => respond(200));
  const returned: unknown = cos['headBucket']!(object, () => {
    throw new Error('of the application');
  });

  // The clock of tests gives what its timers throw; a rejection would have failed the run of tests.
  await expect(platform.clock.advance(10)).rejects.toThrow('of the application');
  expect(returned).toBeUndefined();
});

test.each([
  ['StartTime', 1_580_000_000_000],
  ['ExpiredTime', 1_580_000_900_000],
  ['ExpiredTime', '1580000900000'],
])('%s of the constructor in milliseconds is refused by the call that needs keys', async (name, value) => {
  const { cos, platform } = setup(() => respond(200), { [name]: value });

  const error = await platform.clock.run(refusalOf(cos['headObject']!(object)));

  expect(error).toMatchObject({ message: `params "${name}" should be 10 digits` });
  expect(platform.requests).toEqual([]);
});

test('keys that had expired are named as the affair of the backend, after one request', async () => {
  const { cos, platform } = setup(() => refuse(403, 'ExpiredToken'));

  const error = await platform.clock.run(refusalOf(cos['getObject']!(object)));

  expect(error).toMatchObject({ code: 'ExpiredToken', statusCode: 403 });
  expect((error as Error).message).toMatch(/temporary keys had expired .*cache and the clock of the backend/);
  expect(platform.requests.length).toBe(1);
});
