import { describe, expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientFor } from './client.ts';

const service = await serviceForTests({
  name: 'get-service',
  flags: ['--bucket', 'first', '--bucket', 'second-1250000000'],
});
const client = clientFor(service, 'third-1250000000');
await client.send({ method: 'PUT', region: 'ap-beijing', headers: { 'x-cos-tagging': 'team=blue' } });

const list = (request: Parameters<typeof client.send>[0] = {}) =>
  client.send({ bucket: null, host: 'service.cos.myqcloud.com', ...request });
const names = (text: string) => [...text.matchAll(/<Name>([^<]*)<\/Name>/g)].map((found) => found[1]);

test('lists the buckets of the caller, those made at start among them', async () => {
  const answer = await list();

  expect(answer.status).toBe(200);
  expect(names(answer.text)).toEqual(['first-1250000000', 'second-1250000000', 'third-1250000000']);
  expect(answer.xml()).toMatchObject({
    Owner: { ID: 'qcs::cam::uin/100000000001:uin/100000000001', DisplayName: '100000000001' },
    Buckets: {
      Bucket: [
        {
          Name: 'first-1250000000',
          Location: 'ap-guangzhou',
          CreationDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
          BucketType: 'cos',
        },
        {},
        {},
      ],
    },
  });
});

test('the host of a region lists the buckets of that region', async () => {
  expect(names((await list({ host: 'cos.ap-beijing.myqcloud.com' })).text)).toEqual(['third-1250000000']);
});

test('the bare address of the service lists all buckets', async () => {
  expect(names((await list({ host: service.host })).text)).toHaveLength(3);
});

describe('filters', () => {
  test.each([
    [{ region: 'ap-beijing' }, ['third-1250000000']],
    [{ tagkey: 'team', tagvalue: 'blue' }, ['third-1250000000']],
    [{ tagkey: 'team', tagvalue: 'red' }, []],
    [{ 'create-time': '1', range: 'lt' }, []],
    [{ 'create-time': '1', range: 'gt', region: 'ap-beijing' }, ['third-1250000000']],
  ])('%j', async (query, expected) => {
    expect(names((await list({ query })).text)).toEqual(expected);
  });
});

test('pages follow one another', async () => {
  const first = await list({ query: { 'max-keys': '2' } });
  const second = await list({ query: { 'max-keys': '2', marker: 'second-1250000000' } });

  expect(names(first.text)).toEqual(['first-1250000000', 'second-1250000000']);
  expect(first.xml()).toMatchObject({ IsTruncated: 'true', NextMarker: 'second-1250000000' });
  expect(names(second.text)).toEqual(['third-1250000000']);
  expect(second.xml()).toMatchObject({ IsTruncated: 'false', Marker: 'second-1250000000' });
});

test('nobody lists buckets without a signature', async () => {
  const answer = await list({ sign: 'none' });

  expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
});

test('other methods are not allowed', async () => {
  const answer = await list({ method: 'DELETE' });

  expect([answer.status, answer.code]).toEqual([405, 'MethodNotAllowed']);
});
