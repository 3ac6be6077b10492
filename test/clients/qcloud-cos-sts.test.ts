/**
 * The official `qcloud-cos-sts`, as it is published, against a served process: a backend asks for temporary keys, and
 * the official Node SDK works with them. The package always speaks HTTPS, so the service does here.
 */
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';
import OfficialCos from 'cos-nodejs-sdk-v5';
import { expect, test, vi } from 'vitest';
import { serviceForTests } from '../service.ts';

interface StsOptions {
  readonly secretId: string;
  readonly secretKey: string;
  readonly policy: object;
  readonly durationSeconds?: number;
  readonly region?: string;
  readonly host?: string;
  readonly endpoint?: string;
  readonly roleArn?: string;
}

interface StsAnswer {
  readonly credentials: {
    readonly tmpSecretId: string;
    readonly tmpSecretKey: string;
    readonly sessionToken: string;
  };
  readonly startTime: number;
  readonly expiredTime: number;
  readonly expiration: string;
  readonly requestId: string;
}

/** The part of the package that applications use; it publishes no types. */
interface Sts {
  getCredential(options: StsOptions): Promise<StsAnswer>;
  getCredential(options: StsOptions, callback: (error: unknown, answer?: StsAnswer) => void): void;
  getRoleCredential(options: StsOptions): Promise<StsAnswer>;
  getPolicy(scope: readonly { action: string; bucket: string; region: string; prefix: string }[]): object;
}

const require = createRequire(import.meta.url);
const sts = require('qcloud-cos-sts') as Sts;
const bucket = 'examplebucket-1250000000';
const region = 'ap-guangzhou';
const place = { Bucket: bucket, Region: region };
// The certificate is signed by itself, and the package has no option for that.
process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
const pem = (name: string) => fileURLToPath(new URL(`../fixtures/tls/${name}.pem`, import.meta.url));
const service = await serviceForTests({
  name: 'qcloud-cos-sts',
  flags: ['--bucket', bucket, '--tls-cert', pem('cert'), '--tls-key', pem('key')],
});
const host = `localhost:${service.port}`;
const { secretId, secretKey } = service;
const usual = { secretId, secretKey, host };
const anything = {
  version: '2.0',
  statement: [{ effect: 'allow', action: ['name/cos:*'], resource: ['*'] }],
};

/** The official client with temporary keys. */
function clientWith({ credentials, startTime, expiredTime }: StsAnswer): OfficialCos {
  return new OfficialCos({
    Domain: `${host}/{Bucket}`,
    ServiceDomain: host,
    StrictSsl: false,
    getAuthorization: (_options, callback) => {
      callback({
        TmpSecretId: credentials.tmpSecretId,
        TmpSecretKey: credentials.tmpSecretKey,
        SecurityToken: credentials.sessionToken,
        StartTime: startTime,
        ExpiredTime: expiredTime,
      });
    },
  });
}

/** The code that a promise rejects with; `none` when it does not. */
function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'none',
    (error: unknown) => {
      const { Code, code } = error as { readonly Code?: unknown; readonly code?: unknown };
      return Code ?? code;
    },
  );
}

test('gives keys that the official client works with', async () => {
  const answer = await sts.getCredential({ ...usual, policy: anything, durationSeconds: 900 });
  const cos = clientWith(answer);

  await cos.putObject({ ...place, Key: 'sts/a', Body: 'hello' });
  const read = await cos.getObject({ ...place, Key: 'sts/a' });

  expect(String(read.Body)).toBe('hello');
  expect(answer.expiredTime - answer.startTime).toBe(900);
  expect(answer.requestId).not.toBe('');
});

test('calls back as well', async () => {
  const answer = await new Promise<StsAnswer>((resolve, reject) => {
    sts.getCredential({ ...usual, policy: anything }, (error, data) => {
      if (data) resolve(data);
      else reject(new Error('no keys were given', { cause: error }));
    });
  });

  expect(answer.credentials.tmpSecretId).toMatch(/^AKID/);
});

test('asks at the endpoint that it is told', async () => {
  const answer = await sts.getCredential({ secretId, secretKey, endpoint: host, policy: anything });

  expect(answer.credentials.sessionToken).not.toBe('');
});

test('keys with a policy that the package makes do what it says and nothing else', async () => {
  const action = (name: string) => ({ action: `name/cos:${name}`, bucket, region, prefix: 'mine/*' });
  const policy = sts.getPolicy([action('PutObject'), action('GetObject')]);
  const cos = clientWith(await sts.getCredential({ ...usual, policy }));

  await cos.putObject({ ...place, Key: 'mine/a', Body: 'x' });

  expect(await codeOf(cos.putObject({ ...place, Key: 'other/a', Body: 'x' }))).toBe('AccessDenied');
  expect(await codeOf(cos.deleteObject({ ...place, Key: 'mine/a' }))).toBe('AccessDenied');
  expect(await codeOf(cos.getService({}))).toBe('AccessDenied');
});

test('keys for the listing of buckets list buckets', async () => {
  const policy = sts.getPolicy([{ action: 'name/cos:GetService', bucket, region, prefix: '*' }]);
  const cos = clientWith(await sts.getCredential({ ...usual, policy }));

  const { Buckets } = await cos.getService({});

  expect(Buckets.map(({ Name }) => Name)).toContain(bucket);
});

test('an upload in parts goes through with the actions that the samples list', async () => {
  const names = [
    'PutObject',
    'InitiateMultipartUpload',
    'ListMultipartUploads',
    'ListParts',
    'UploadPart',
    'CompleteMultipartUpload',
  ];
  const policy = sts.getPolicy(
    names.map((name) => ({ action: `name/cos:${name}`, bucket, region, prefix: 'parts/*' })),
  );
  const cos = clientWith(await sts.getCredential({ ...usual, policy }));
  const Key = 'parts/large';

  const { UploadId } = await cos.multipartInit({ ...place, Key });
  const { ETag } = await cos.multipartUpload({
    ...place,
    Key,
    UploadId,
    PartNumber: 1,
    Body: Buffer.from('x'),
  });
  const done = await cos.multipartComplete({ ...place, Key, UploadId, Parts: [{ PartNumber: 1, ETag }] });

  expect(done.statusCode).toBe(200);
});

test.each<[string, Partial<StsOptions>, string]>([
  ['a wrong key', { secretKey: 'wrong' }, 'AuthFailure.SignatureFailure'],
  ['an unknown id', { secretId: 'AKIDnobody' }, 'AuthFailure.SecretIdNotFound'],
  ['a policy that is none', { policy: { version: '2.0' } }, 'InvalidParameter.StrategyInvalid'],
  ['too long a time', { durationSeconds: 7201 }, 'InvalidParameter.OverTimeError'],
])('%s is refused in the way that the package understands', async (_what, wrong, code) => {
  expect(await codeOf(sts.getCredential({ ...usual, policy: anything, ...wrong }))).toBe(code);
});

test('there are no roles to assume', async () => {
  const role = { ...usual, policy: anything, roleArn: 'qcs::cam::uin/100000000001:roleName/Uploader' };

  expect(await codeOf(sts.getRoleCredential(role))).toBe('ResourceNotFound.RoleNotFound');
});

test('keys end', async () => {
  const cos = clientWith(await sts.getCredential({ ...usual, policy: anything, durationSeconds: 1 }));
  const head = () => codeOf(cos.getObject({ ...place, Key: 'absent' }));

  await vi.waitUntil(async () => (await head()) !== 'NoSuchKey', { timeout: 10_000 });

  // Which of the two is told depends on whether the client signs with a time that has passed as well.
  expect(['ExpiredToken', 'AccessDenied']).toContain(await head());
});
