/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call -- the SDK publishes no types */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { madeUpContent } from '../hosts/wx/files.ts';
import { durationSeconds, temporaryKeys } from './temporary-keys.ts';
import { BUCKET, REGION, codeOf, startOfficial } from './wx-official.ts';
import type { Answer, Official } from './wx-official.ts';

/** cos-wx-sdk-v5 1.8.0 with temporary keys that a backend asks the service for. */

let cos: Official;
let issued: unknown[];
beforeAll(async () => {
  cos = await startOfficial();
});
beforeEach(() => {
  issued = [];
});
afterAll(() => cos.stop());

/** The backend: asks the service for keys with the given policy, and answers what the SDK wants to hear. */
async function issue(policy: object): Promise<object> {
  const { SecretId: secretId, SecretKey: secretKey } = cos.keys;
  const keys = await temporaryKeys({ url: cos.service.url, secretId, secretKey }, policy);
  issued.push(policy);
  return {
    TmpSecretId: keys.TmpSecretId,
    TmpSecretKey: keys.TmpSecretKey,
    SecurityToken: keys.Token,
    StartTime: keys.ExpiredTime - durationSeconds,
    ExpiredTime: keys.ExpiredTime,
  };
}

/** The policy for one step, as backends make it from the scope that the SDK names. */
function policyFor(scope: readonly Answer[]): object {
  const statement = scope.map(({ action, bucket, region, prefix }) => ({
    action: [String(action)],
    effect: 'allow',
    resource: [`qcs::cos:${String(region)}:uid/1250000000:${String(bucket)}/${String(prefix)}`],
  }));
  return { version: '2.0', statement };
}

/** Makes the SDK ask `answer` for keys. */
function construct(answer: (scope: readonly Answer[]) => Promise<object>): Promise<void> {
  return cos.program.run(
    ({ exports, state, input }) => {
      state['cos'] = new exports({
        getAuthorization(options: Answer, callback: (answer: object) => void) {
          void input(options['Scope'] as Answer[]).then(callback);
        },
      });
    },
    (scope: readonly Answer[]) => answer(scope),
  );
}

const onlyMine = {
  version: '2.0',
  statement: [
    {
      action: ['name/cos:PutObject', 'name/cos:GetObject'],
      effect: 'allow',
      resource: [`qcs::cos:${REGION}:uid/1250000000:${BUCKET}/mine/*`],
    },
  ],
};

test('do what their policy allows, and nothing else', async () => {
  await construct(() => issue(onlyMine));

  const allowed = await cos.call('putObject', { Key: 'mine/a', Body: 'x' });
  const read = await cos.call('getObject', { Key: 'mine/a' });
  const elsewhere = await cos.call('putObject', { Key: 'theirs/a', Body: 'x' });
  const another = await cos.call('deleteObject', { Key: 'mine/a' });

  expect([allowed.error, read.error]).toEqual([null, null]);
  expect(elsewhere.error).toMatchObject({ statusCode: 403 });
  expect(codeOf(elsewhere)).toBe('AccessDenied');
  expect(another.error).toMatchObject({ statusCode: 403 });
  expect(issued).toHaveLength(1);
});

test('of each step’s own scope carry a whole multipart upload', async () => {
  await construct(async (scope) => ({ ...(await issue(policyFor(scope))), ScopeLimit: true }));
  const FilePath = cos.host.addFile(madeUpContent(3 * 1024 * 1024));

  const { error, data } = await cos.call('sliceUploadFile', { Key: 'scoped/large', FilePath });

  expect(error).toBeNull();
  expect(data['ETag']).toMatch(/-3"$/);
  expect(issued.length).toBeGreaterThanOrEqual(4);
});

test('work for forms', async () => {
  await construct(async (scope) => ({ ...(await issue(policyFor(scope))), ScopeLimit: true }));
  const FilePath = cos.host.addFile(madeUpContent(1000));

  const { error } = await cos.call('postObject', { Key: 'scoped/form', FilePath });

  expect(error).toBeNull();
});

test('are refused with a token that was changed', async () => {
  await construct(async () => ({ ...(await issue(onlyMine)), SecurityToken: 'made up' }));

  const reply = await cos.call('putObject', { Key: 'mine/b', Body: 'x' });

  expect(reply.error).toMatchObject({ statusCode: 403 });
});

test('for one prefix list that prefix only, however the parameter is repeated', async () => {
  await cos.construct();
  for (const Key of ['mine/1', 'theirs/1']) await cos.call('putObject', { Key, Body: 'x' });
  const policy = policyFor([
    { action: 'name/cos:GetBucket', bucket: BUCKET, region: REGION, prefix: 'mine/*' },
  ]);
  const keys = await issue(policy);

  const statuses = await cos.program.run(
    `function (scope) {
      var keys = scope.input.keys;
      return Promise.all(scope.input.queries.map(function (query) {
        return new Promise(function (resolve, reject) {
          var Authorization = scope.exports.getAuthorization({
            SecretId: keys.TmpSecretId, SecretKey: keys.TmpSecretKey, Method: 'GET', Pathname: '/',
          });
          wx.request({
            url: 'https://${BUCKET}.cos.${REGION}.myqcloud.com/?' + query,
            header: { Authorization: Authorization, 'x-cos-security-token': keys.SecurityToken },
            fail: reject,
            success: function (result) { resolve(result.statusCode); },
          });
        });
      }));
    }`,
    {
      keys,
      queries: [
        'prefix=mine/',
        'prefix=theirs/',
        'prefix=theirs/&prefix=mine/',
        'prefix=theirs/&Prefix=mine/',
        '',
      ],
    },
  );

  expect(statuses).toEqual([200, 403, 403, 403, 403]);
});
