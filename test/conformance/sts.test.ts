import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import { expect, test, vi } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, type TestRequest } from './client.ts';
import { putDocument } from './documents.ts';
import { completeUpload, sendParts, startUpload } from './uploads.ts';

const user = { uin: '100000000011', secretId: 'AKIDuser', secretKey: 'user-key' };
const userPolicy = {
  version: '2.0',
  statement: [{ effect: 'allow', action: ['name/cos:GetObject', 'name/cos:PutObject'], resource: '*' }],
};
const service = await serviceForTests({
  name: 'sts',
  accounts: {
    accounts: [{ uin: '100000000001', appid: '1250000000', users: [{ ...user, policies: [userPolicy] }] }],
  },
});
const client = await clientInNewBucket(service);

interface StsResponse {
  readonly Response: {
    readonly Credentials?: {
      readonly Token: string;
      readonly TmpSecretId: string;
      readonly TmpSecretKey: string;
    };
    readonly ExpiredTime?: number;
    readonly Expiration?: string;
    readonly Error?: { readonly Code: string; readonly Message: string };
    readonly RequestId: string;
  };
}

interface Posted {
  readonly path?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

function post({
  path = '/-/sts',
  host = service.host,
  headers = {},
  body,
}: Posted): Promise<StsResponse['Response']> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: service.port,
        method: 'POST',
        path,
        setHost: false,
        headers: { host, 'content-length': Buffer.byteLength(body), ...headers },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => {
          resolve((JSON.parse(Buffer.concat(chunks).toString()) as StsResponse).Response);
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

interface Asking {
  readonly secretId?: string;
  readonly secretKey?: string;
  readonly policy?: unknown;
  readonly seconds?: number;
  readonly name?: string;
  readonly timestamp?: number;
  readonly action?: string;
  readonly version?: string;
}

const anything = { version: '2.0', statement: [{ effect: 'allow', action: '*', resource: '*' }] };

/** The older generation: form parameters under HMAC-SHA1. */
function askWithForm(asking: Asking = {}, at: Pick<Posted, 'path' | 'host' | 'headers'> = {}) {
  const host = at.host ?? service.host;
  const parameters: Record<string, string> = {
    SecretId: asking.secretId ?? service.secretId,
    Timestamp: String(asking.timestamp ?? Math.floor(Date.now() / 1000)),
    Nonce: '12345',
    Action: asking.action ?? 'GetFederationToken',
    Version: asking.version ?? '2018-08-13',
    Region: 'ap-guangzhou',
    Name: asking.name ?? 'tests',
    Policy: encodeURIComponent(JSON.stringify(asking.policy ?? anything)),
    ...(asking.seconds === undefined ? {} : { DurationSeconds: String(asking.seconds) }),
  };
  const pairs = Object.keys(parameters)
    .sort()
    .map((name) => `${name}=${parameters[name] ?? ''}`);
  const source = `POST${host}${at.path ?? '/-/sts'}?${pairs.join('&')}`;
  const Signature = createHmac('sha1', asking.secretKey ?? service.secretKey)
    .update(source)
    .digest('base64');
  return post({ ...at, host, body: new URLSearchParams({ ...parameters, Signature }).toString() });
}

/** The current generation: a JSON body under TC3-HMAC-SHA256. */
function askWithJson(asking: Asking = {}, at: Pick<Posted, 'path' | 'host'> = {}) {
  const host = at.host ?? service.host;
  const body = JSON.stringify({
    Name: asking.name ?? 'tests',
    Policy: encodeURIComponent(JSON.stringify(asking.policy ?? anything)),
    ...(asking.seconds === undefined ? {} : { DurationSeconds: asking.seconds }),
  });
  const timestamp = asking.timestamp ?? Math.floor(Date.now() / 1000);
  const date = new Date(timestamp * 1000).toISOString().slice(0, 10);
  const type = 'application/json; charset=utf-8';
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const canonical = `POST\n${at.path ?? '/-/sts'}\n\ncontent-type:${type}\nhost:${host}\n\ncontent-type;host\n${sha256(body)}`;
  const toSign = `TC3-HMAC-SHA256\n${timestamp}\n${date}/sts/tc3_request\n${sha256(canonical)}`;
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = hmac(hmac(hmac(`TC3${asking.secretKey ?? service.secretKey}`, date), 'sts'), 'tc3_request');
  const signature = hmac(key, toSign).toString('hex');
  const authorization = `TC3-HMAC-SHA256 Credential=${asking.secretId ?? service.secretId}/${date}/sts/tc3_request, SignedHeaders=content-type;host, Signature=${signature}`;
  return post({
    ...at,
    host,
    body,
    headers: {
      authorization,
      'content-type': type,
      'x-tc-action': asking.action ?? 'GetFederationToken',
      'x-tc-version': asking.version ?? '2018-08-13',
      'x-tc-timestamp': String(timestamp),
    },
  });
}

/** A temporary key as requests use it. */
async function temporary(asking: Asking = {}) {
  const { Credentials } = await askWithForm(asking);
  if (!Credentials) throw new Error('no credentials');
  return { secretId: Credentials.TmpSecretId, secretKey: Credentials.TmpSecretKey, token: Credentials.Token };
}

function allow(action: string | readonly string[], resource: string): object {
  const place = `qcs::cos:${service.region}:uid/${service.appId}:${client.bucket}/${resource}`;
  return { version: '2.0', statement: [{ effect: 'allow', action, resource: [place] }] };
}

test.each([
  ['form parameters', askWithForm],
  ['a JSON body', askWithJson],
])('a key is given for a request with %s', async (_what, ask) => {
  const before = Math.floor(Date.now() / 1000);

  const answer = await ask({ seconds: 900 });

  expect(answer.Error).toBeUndefined();
  expect(answer.Credentials?.TmpSecretId).toMatch(/^AKID/);
  expect(answer.ExpiredTime).toBeGreaterThanOrEqual(before + 900);
  expect(answer.ExpiredTime).toBeLessThanOrEqual(before + 910);
  expect(Date.parse(answer.Expiration ?? '')).toBe((answer.ExpiredTime ?? 0) * 1000);
  expect(answer.Credentials?.Token.length).toBeLessThanOrEqual(4096);
});

test.each([
  ['form parameters', askWithForm],
  ['a JSON body', askWithJson],
])('the root of a host named sts. answers as well, with %s', async (_what, ask) => {
  const answer = await ask({}, { path: '/', host: 'sts.tencentcloudapi.com' });

  expect(answer.Credentials?.TmpSecretId).toMatch(/^AKID/);
});

test('the root of the service answers as well, with form parameters', async () => {
  const type = { 'content-type': 'application/x-www-form-urlencoded' };

  const answer = await askWithForm({}, { path: '/', headers: type });

  expect(answer.Credentials?.TmpSecretId).toMatch(/^AKID/);
});

test('a key lasts half an hour when nothing else is said', async () => {
  const answer = await askWithForm();

  expect((answer.ExpiredTime ?? 0) - Math.floor(Date.now() / 1000)).toBeGreaterThan(1790);
});

test.each<[string, Asking, string]>([
  ['a wrong key', { secretKey: 'wrong' }, 'AuthFailure.SignatureFailure'],
  ['an unknown SecretId', { secretId: 'AKIDnobody' }, 'AuthFailure.SecretIdNotFound'],
  ['an old time', { timestamp: 1_500_000_000 }, 'AuthFailure.SignatureExpire'],
  ['a policy that is none', { policy: { version: '2.0' } }, 'InvalidParameter.StrategyInvalid'],
  ['a policy that is no object', { policy: 'all' }, 'InvalidParameter.StrategyInvalid'],
  ['too long a time', { seconds: 7201 }, 'InvalidParameter.OverTimeError'],
  ['no time', { seconds: 0 }, 'InvalidParameter.ParamError'],
  ['a name that is none', { name: '1' }, 'InvalidParameterValue'],
  ['another action', { action: 'GetCallerIdentity' }, 'InvalidParameter'],
  ['a role', { action: 'AssumeRole' }, 'ResourceNotFound.RoleNotFound'],
  ['another version', { version: '2017-01-01' }, 'InvalidParameter'],
  [
    'resources of another account',
    {
      policy: {
        version: '2.0',
        statement: [{ effect: 'allow', action: '*', resource: 'qcs::cos:*:uid/1250000009:b/*' }],
      },
    },
    'InvalidParameter.GrantOtherResource',
  ],
  [
    'a policy that no token can hold',
    {
      policy: {
        version: '2.0',
        statement: Array.from({ length: 200 }, (_, index) => ({
          effect: 'allow',
          action: 'name/cos:GetObject',
          resource: `qcs::cos:*:uid/1250000000:b-1250000000/${createHash('sha256').update(String(index)).digest('hex')}`,
        })),
      },
    },
    'InvalidParameter.ExtendStrategyOverSize',
  ],
])('a request with %s is refused in both generations', async (_what, asking, code) => {
  const form = await askWithForm(asking);
  const json = await askWithJson(asking);

  expect([form.Error?.Code, json.Error?.Code]).toEqual([code, code]);
  expect(form.Credentials).toBeUndefined();
});

test('users may ask for longer than their account', async () => {
  const answer = await askWithForm({ secretId: user.secretId, secretKey: user.secretKey, seconds: 129_600 });

  expect(answer.Error).toBeUndefined();
});

test('a temporary key signs in the header and in the address', async () => {
  const key = await temporary();

  const put = await client.send({ method: 'PUT', key: 'a', body: 'x', ...key });
  const inHeader = await client.send({ key: 'a', ...key });
  const { token, ...pair } = key;
  const inUrl = await client.send({
    key: 'a',
    sign: 'url',
    query: { 'x-cos-security-token': token },
    ...pair,
  });

  expect([put.status, inHeader.status, inUrl.status]).toEqual([200, 200, 200]);
});

test('a temporary key without its token, or with another, is refused', async () => {
  const { secretId, secretKey, token } = await temporary();
  const other = await temporary();

  const without = await client.send({ key: 'a', secretId, secretKey });
  const foreign = await client.send({ key: 'a', secretId, secretKey, token: other.token });
  const tampered = await client.send({ key: 'a', secretId, secretKey, token: `${token.slice(0, -4)}AAAA` });
  const nonsense = await client.send({ key: 'a', secretId, secretKey, token: 'token' });

  for (const answer of [without, foreign, tampered, nonsense])
    expect([answer.status, answer.code]).toEqual([403, 'InvalidAccessKeyId']);
});

test('a permanent key with a token, made up or of another, is refused', async () => {
  const { token } = await temporary();

  const answers = [
    await client.send({ key: 'k', token: 'made-up' }),
    await client.send({ key: 'k', token }),
    await client.send({ key: 'k', sign: 'url', query: { 'x-cos-security-token': 'made-up' } }),
  ];

  expect(answers.map(({ status, code }) => [status, code])).toEqual(
    answers.map(() => [403, 'InvalidAccessKeyId']),
  );
});

test('a temporary key does what its policy allows and nothing else', async () => {
  await client.put('other/b', 'x');
  const key = await temporary({ policy: allow(['name/cos:PutObject', 'name/cos:GetObject'], 'mine/*') });
  const attempt = async (request: TestRequest) => (await client.send({ ...request, ...key })).status;

  expect(await attempt({ method: 'PUT', key: 'mine/a', body: 'x' })).toBe(200);
  expect(await attempt({ key: 'mine/a' })).toBe(200);
  expect(await attempt({ key: 'other/b' })).toBe(403);
  expect(await attempt({ method: 'PUT', key: 'other/c', body: 'x' })).toBe(403);
  expect(await attempt({ method: 'HEAD', key: 'mine/a' })).toBe(403);
  expect(await attempt({ method: 'DELETE', key: 'mine/a' })).toBe(403);
  expect(await attempt({})).toBe(403);
  expect(await attempt({ query: { policy: '' } })).toBe(403);
  expect(await attempt({ bucket: null })).toBe(403);
});

test('a temporary key copies only what it may read', async () => {
  await client.put('other/source', 'x');
  const key = await temporary({ policy: allow(['name/cos:PutObject', 'name/cos:GetObject'], 'mine/*') });
  const source = (name: string) => ({
    'x-cos-copy-source': `${client.bucket}.cos.${service.region}.myqcloud.com/${name}`,
  });
  await client.put('mine/source', 'x');

  const allowed = await client.send({ method: 'PUT', key: 'mine/c', headers: source('mine/source'), ...key });
  const refused = await client.send({
    method: 'PUT',
    key: 'mine/c',
    headers: source('other/source'),
    ...key,
  });

  expect(allowed.status).toBe(200);
  expect([refused.status, refused.code]).toEqual([403, 'AccessDenied']);
});

test('the policy that the uploading samples use is enough for an upload in parts', async () => {
  const actions = [
    'InitiateMultipartUpload',
    'ListMultipartUploads',
    'ListParts',
    'UploadPart',
    'CompleteMultipartUpload',
  ];
  const key = await temporary({
    policy: allow(
      actions.map((name) => `name/cos:${name}`),
      'up/*',
    ),
  });
  const as = { ...client, send: (request: TestRequest) => client.send({ ...request, ...key }) };
  const upload = { key: 'up/a', uploadId: await startUpload(as, 'up/a') };

  const completed = await completeUpload(as, upload, await sendParts(as, upload, ['x']));
  const simple = await as.send({ method: 'PUT', key: 'up/b', body: 'x' });

  expect(completed.status).toBe(200);
  expect(simple.status).toBe(403);
});

test.each(['PutObject', 'UploadPart'])('%s with GetObject is enough to copy a part', async (action) => {
  await client.put('up/source', 'x');
  const key = await temporary({ policy: allow([`name/cos:${action}`, 'name/cos:GetObject'], 'up/*') });
  const uploadId = await startUpload(client, 'up/copied');
  const query = { partNumber: '1', uploadId };
  const headers = { 'x-cos-copy-source': `${client.bucket}.cos.${service.region}.myqcloud.com/up/source` };

  const answer = await client.send({ method: 'PUT', key: 'up/copied', query, headers, ...key });

  expect(answer.status).toBe(200);
});

test('resources in the older form, which qcloud-cos-sts writes, are understood', async () => {
  const short = client.bucket.replace(/-\d+$/, '');
  const resource = `qcs::cos:${service.region}:uid/${service.appId}:prefix//${service.appId}/${short}/old/*`;
  const statement = [{ effect: 'allow', principal: { qcs: '*' }, action: 'name/cos:PutObject', resource }];
  const key = await temporary({ policy: { version: '2.0', statement } });

  const inside = await client.send({ method: 'PUT', key: 'old/a', body: 'x', ...key });
  const outside = await client.send({ method: 'PUT', key: 'new/a', body: 'x', ...key });

  expect([inside.status, outside.status]).toEqual([200, 403]);
});

test('a temporary key is never more than who asked for it', async () => {
  const key = await temporary({ secretId: user.secretId, secretKey: user.secretKey });
  await client.put('u', 'x');

  const read = await client.send({ key: 'u', ...key });
  const deleted = await client.send({ method: 'DELETE', key: 'u', ...key });

  expect([read.status, deleted.status]).toEqual([200, 403]);
});

test('a denial in the bucket policy binds a temporary key', async () => {
  const guarded = await clientInNewBucket(service);
  await guarded.put('k', 'x');
  const key = await temporary();
  const root = 'qcs::cam::uin/100000000001:uin/100000000001';
  const resource = [`qcs::cos:${service.region}:uid/${service.appId}:${guarded.bucket}/*`];
  const statement = [
    { principal: { qcs: [root] }, effect: 'deny', action: ['name/cos:GetObject'], resource },
  ];
  await putDocument(guarded, 'policy', JSON.stringify({ version: '2.0', statement }));

  const answer = await guarded.send({ key: 'k', ...key });

  expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
});

test('a temporary key ends', async () => {
  const key = await temporary({ seconds: 1 });

  await vi.waitUntil(async () => (await client.send({ key: 'a', ...key })).code === 'ExpiredToken', {
    timeout: 10_000,
  });

  expect((await client.send({ key: 'a', ...key })).status).toBe(400);
});

test('a temporary key cannot ask for another', async () => {
  const { secretId, secretKey } = await temporary();

  const answer = await askWithForm({ secretId, secretKey });

  expect(answer.Error?.Code).toBe('AuthFailure.SecretIdNotFound');
});

test('a temporary key outlives a restart of the service', async () => {
  const key = await temporary();

  await service.restart();

  expect((await client.send({ key: 'a', ...key })).status).toBe(200);
});
