import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { clientInNewBucket } from '../conformance/client.ts';
import { serviceForTests } from '../service.ts';
import { sampanHere } from './in-process.ts';

const user = { secretId: 'AKIDuser', secretKey: 'user-secret-key' };
const accounts = {
  accounts: [{ uin: '100000000001', appid: '1250000000', users: [{ uin: '100000000021', ...user }] }],
};
const service = await serviceForTests({ name: 'cli-explain', accounts, flags: ['--threads', '1'] });
const client = await clientInNewBucket(service);
const cwd = await mkdtemp(join(tmpdir(), 'sampan-explain-'));
afterAll(() => rm(cwd, { recursive: true, force: true }));

const explain = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  sampanHere(['explain', ...words], {
    cwd,
    env: {
      SAMPAN_ENDPOINT: service.url,
      SAMPAN_SECRET_ID: service.secretId,
      SAMPAN_SECRET_KEY: service.secretKey,
      ...env,
    },
  });

test('a request id is explained: what came, why it was refused, and what to paste', async () => {
  const { headers } = await client.send({ ...user, method: 'PUT', key: 'a b', body: 'x' });
  const { status, stdout, stderr } = await explain([String(headers['x-cos-request-id'])]);

  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /^403 AccessDenied PUT \/a%20b\nputObject {2}qcs::cam::uin\/100000000001:uin\/100000000021 /,
  );
  expect(stdout).toMatch(/\nNo statement allows .* to do PutObject "a b"\. \(permission-not-allowed\)\n/);
  expect(stdout).toContain('"name/cos:PutObject"');
  expect(stdout).not.toContain('"context"');
});

test('the last refused request is found by its status and key, and -v shows the details', async () => {
  await client.send({ ...user, key: 'photos/a.jpg' });
  await client.put('fine', 'x');
  await client.get('missing');
  const { stdout } = await explain(['last', '--status', '403', '--key', 'photos/*', '-v']);

  expect(stdout).toMatch(/^403 AccessDenied GET \/photos\/a\.jpg\n/);
  expect(stdout).toContain('"action": "name/cos:GetObject"');
});

test('words are in the language of the user, and JSON has all that is known', async () => {
  await client.get('missing');

  expect((await explain(['last', '--status', '404'], { LANG: 'zh_CN.UTF-8' })).stdout).toMatch(
    /对象 "missing" 不存在/,
  );
  expect(JSON.parse((await explain(['last', '--json'])).stdout)).toMatchObject({
    event: 'explanation',
    request: { status: 404, code: 'NoSuchKey', key: 'missing' },
    explanation: { cause: 'key-unknown' },
  });
});

test('a request that went well was not refused', async () => {
  const { headers } = await client.put('fine', 'x');

  expect((await explain([String(headers['x-cos-request-id'])])).stdout).toMatch(/\nIt was not refused\.\n$/);
});

test.each([
  ['an unknown id', ['NjQ'], {}, 3, /NoSuchRequest/],
  ['filters of an id', ['NjQ', '--status', '403'], {}, 2, /--status goes with last/],
  ['nothing that fits', ['last', '--status', '418'], {}, 3, /no refused request is kept that fits/],
  [
    'keys of a user',
    ['last'],
    { SAMPAN_SECRET_ID: user.secretId, SAMPAN_SECRET_KEY: user.secretKey },
    4,
    /Only the root key/,
  ],
])('%s: the message and the status say so', async (_, words, env, status, stderr) => {
  const done = await explain(words, env);

  expect([done.status, done.stdout]).toEqual([status, '']);
  expect(done.stderr).toMatch(stderr);
});

test('a service that explains nothing is named', async () => {
  const off = await serviceForTests({ name: 'cli-explain-off', flags: ['--inspect', 'off'] });
  const keys = { SAMPAN_SECRET_ID: off.secretId, SAMPAN_SECRET_KEY: off.secretKey };
  const { status, stderr } = await explain(['last'], { SAMPAN_ENDPOINT: off.url, ...keys });

  expect(status).toBe(3);
  expect(stderr).toMatch(/InspectorOff: .*--inspect on/);
});
