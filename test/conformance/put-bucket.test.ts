import { describe, expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientFor, freshName } from './client.ts';

const service = await serviceForTests({ name: 'put-bucket' });

test('creates a bucket in the region of the host', async () => {
  const client = clientFor(service, freshName());

  const answer = await client.send({ method: 'PUT', region: 'ap-beijing' });

  expect([answer.status, answer.text]).toEqual([200, '']);
  const head = await client.send({ method: 'HEAD', region: 'ap-beijing' });
  expect(head.headers['x-cos-bucket-region']).toBe('ap-beijing');
});

test('a bucket is not found in another region', async () => {
  const client = clientFor(service, freshName());
  await client.send({ method: 'PUT', region: 'ap-beijing' });

  const answer = await client.send({ region: 'ap-shanghai' });

  expect([answer.status, answer.code]).toEqual([404, 'NoSuchBucket']);
});

test('creating it again is BucketAlreadyOwnedByYou', async () => {
  const client = clientFor(service, freshName());
  await client.send({ method: 'PUT' });

  const again = await client.send({ method: 'PUT' });

  expect([again.status, again.code]).toEqual([409, 'BucketAlreadyOwnedByYou']);
});

test('has one winner among callers that race', async () => {
  const client = clientFor(service, freshName());

  const answers = await Promise.all(Array.from({ length: 8 }, () => client.send({ method: 'PUT' })));

  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
  expect(answers.filter((answer) => answer.code === 'BucketAlreadyOwnedByYou')).toHaveLength(7);
});

describe('a name', () => {
  test.each([
    ['Upper-1250000000', 'InvalidBucketName'],
    ['under_score-1250000000', 'InvalidBucketName'],
    ['-dash-1250000000', 'InvalidBucketName'],
    ['noappid', 'InvalidBucketName'],
    ['dotted.name-1250000000', 'InvalidBucketName'],
    [`${'a'.repeat(51)}-1250000000`, 'BucketNameTooLong'],
  ])('%s is refused', async (bucket, code) => {
    const answer = await clientFor(service, bucket).send({ method: 'PUT', style: 'path' });

    expect([answer.status, answer.code]).toEqual([400, code]);
    const list = await clientFor(service, bucket).send({ bucket: null });
    expect(list.text).not.toContain(bucket);
  });

  test('of another account is refused', async () => {
    const answer = await clientFor(service, freshName('1259999999')).send({ method: 'PUT' });

    expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
  });
});

test('a configuration for several zones is refused', async () => {
  const body = '<CreateBucketConfiguration><BucketAZConfig>MAZ</BucketAZConfig></CreateBucketConfiguration>';

  const answer = await clientFor(service, freshName()).send({ method: 'PUT', body });

  expect([answer.status, answer.code]).toEqual([400, 'MultiAZFeatureNotSupport']);
});

test.each([
  '<CreateBucketConfiguration>',
  '<Other/>',
  'no xml at all',
  '<!DOCTYPE a [<!ENTITY b "c">]><CreateBucketConfiguration>&b;</CreateBucketConfiguration>',
])('the body %j is MalformedXML and no bucket is made', async (body) => {
  const client = clientFor(service, freshName());

  const answer = await client.send({ method: 'PUT', body });

  expect([answer.status, answer.code]).toEqual([400, 'MalformedXML']);
  expect((await client.send({ method: 'HEAD' })).status).toBe(404);
});

test('nobody makes a bucket without a signature', async () => {
  const answer = await clientFor(service, freshName()).send({ method: 'PUT', sign: 'none' });

  expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
});

test('an unknown access control list is refused', async () => {
  const client = clientFor(service, freshName());

  const answer = await client.send({ method: 'PUT', headers: { 'x-cos-acl': 'everybody' } });

  expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
  expect((await client.send({ method: 'HEAD' })).status).toBe(404);
});

describe('a canned list', () => {
  const key = 'a';

  test.each([
    ['private', 403, 403, 403],
    ['public-read', 200, 200, 403],
    ['public-read-write', 200, 200, 200],
    ['authenticated-read', 403, 403, 403],
  ])('%s lets strangers read %i, list %i, write %i', async (acl, read, list, write) => {
    const client = clientFor(service, freshName());
    await client.send({ method: 'PUT', headers: { 'x-cos-acl': acl } });
    await client.put(key, 'x');

    const got = await client.send({ key, sign: 'none' });
    const listed = await client.send({ sign: 'none' });
    const put = await client.send({ method: 'PUT', key: 'b', body: 'x', sign: 'none' });

    expect([got.status, listed.status, put.status]).toEqual([read, list, write]);
    expect((await client.head('b')).status).toBe(write === 200 ? 200 : 404);
  });

  test("an object's own list comes before its bucket's", async () => {
    const client = clientFor(service, freshName());
    await client.send({ method: 'PUT', headers: { 'x-cos-acl': 'public-read' } });
    await client.put('closed', 'x', { 'x-cos-acl': 'private' });
    await client.put('open', 'x');

    expect((await client.send({ key: 'closed', sign: 'none' })).code).toBe('AccessDenied');
    expect((await client.send({ key: 'open', sign: 'none' })).status).toBe(200);
  });

  test('a signature that does not hold is refused even where all may read', async () => {
    const client = clientFor(service, freshName());
    await client.send({ method: 'PUT', headers: { 'x-cos-acl': 'public-read' } });
    await client.put(key, 'x');

    const wrong = await client.send({ key, secretKey: 'wrong' });
    const expired = await client.send({ key, sign: 'url', validity: [-100, -10] });

    expect([wrong.code, expired.code]).toEqual(['SignatureDoesNotMatch', 'AccessDenied']);
  });
});

test('an account has at most 200 buckets', async () => {
  const many = await serviceForTests({ name: 'put-bucket-many' });
  const create = (n: number) => clientFor(many, `b${n}-1250000000`).send({ method: 'PUT' });
  const made = await Promise.all(Array.from({ length: 200 }, (_, n) => create(n)));

  const next = await create(200);

  expect(made.every((answer) => answer.status === 200)).toBe(true);
  expect([next.status, next.code]).toEqual([400, 'TooManyBuckets']);
});
