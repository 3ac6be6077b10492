import { expect, test } from 'vitest';
import { clientInNewBucket } from '../conformance/client.ts';
import { serviceForTests } from '../service.ts';
import { askInspector, explainedBy, listedBy } from './inspector.ts';

const user = { secretId: 'AKIDuser', secretKey: 'user-secret-key' };
const other = { secretId: 'AKIDother', secretKey: 'other-secret-key' };
const accounts = {
  accounts: [
    { uin: '100000000001', appid: '1250000000', users: [{ uin: '100000000021', ...user }] },
    { uin: '100000000002', appid: '1250000001', ...other },
  ],
};

const service = await serviceForTests({ accounts, name: 'inspect', flags: ['--threads', '1'] });
const client = await clientInNewBucket(service);

test('a request is listed with its operation, who sent it, and where its time went', async () => {
  await client.put('a/b.txt', 'hello', { 'user-agent': 'probe/1' });
  const { requests } = await listedBy(service, { key: 'a/*', operation: 'putObject' });

  expect(requests).toEqual([
    expect.objectContaining({
      method: 'PUT',
      bucket: client.bucket,
      key: 'a/b.txt',
      operation: 'putObject',
      principal: 'qcs::cam::uin/100000000001:uin/100000000001',
      userAgent: 'probe/1',
      status: 200,
      receivedBytes: 5,
      explained: false,
    }),
  ]);
  const [{ durationMs, phases } = { durationMs: 0, phases: {} }] = requests;
  expect(Object.keys(phases)).toEqual(['waitMs', 'verifyMs', 'bodyMs', 'storeMs', 'answerMs']);
  const sum = Object.values(phases).reduce((all, ms) => all + ms, 0);
  expect(Math.abs(sum - durationMs)).toBeLessThan(0.01);
});

test('the parts of an upload have its id from its beginning to its end', async () => {
  const begun = await client.send({ method: 'POST', key: 'big', query: { uploads: '' } });
  const uploadId = /<UploadId>(.*?)<\/UploadId>/.exec(begun.text)![1]!;
  await client.send({ method: 'PUT', key: 'big', query: { partNumber: '7', uploadId }, body: 'x' });
  await client.delete('big', { uploadId });
  const { requests } = await listedBy(service, { uploadId });

  expect(requests.map(({ operation, partNumber }) => [operation, partNumber])).toEqual([
    ['multipartAbort', undefined],
    ['multipartUpload', 7],
    ['multipartInit', undefined],
  ]);
});

test('refusals are found by status, and signatures and tokens are masked in addresses', async () => {
  await client.send({
    key: 'a',
    sign: 'url',
    secretKey: 'wrong',
    query: { 'x-cos-security-token': 'secrettoken' },
  });
  const { requests } = await listedBy(service, { status: '4xx,503', limit: '1' });

  expect(requests[0]).toMatchObject({ status: 403, explained: true });
  expect(requests[0]!.address).toContain('q-ak=');
  expect(requests[0]!.address).toMatch(/x-cos-security-token=\*\*\*/);
  expect(requests[0]!.address).toMatch(/q-signature=\*\*\*/);
  expect(JSON.stringify(requests)).not.toContain('secrettoken');
});

test('who follows the list is answered when the next request has ended', async () => {
  const { cursor } = await listedBy(service);
  expect((await listedBy(service, { after: cursor })).requests).toEqual([]);
  const news = listedBy(service, { after: cursor, wait: '20' });
  await client.put('followed', 'x');

  expect((await news).requests.map(({ key }) => key)).toEqual(['followed']);
});

test('looking at requests is itself not listed', async () => {
  const { cursor } = await listedBy(service);
  await listedBy(service);

  expect((await listedBy(service, { after: cursor })).requests).toEqual([]);
});

test('the archive has what developer tools ask for', async () => {
  await client.put('har', 'four', {});
  const answer = await askInspector(service, '/-/requests', { format: 'har', key: 'har' }, { keys: service });
  const { log } = (await answer.json()) as { log: { version: string; entries: Record<string, unknown>[] } };

  expect(log.version).toBe('1.2');
  expect(log.entries).toHaveLength(1);
  expect(log.entries[0]).toMatchObject({
    request: { method: 'PUT', url: expect.stringMatching(/^http:\/\/.*\/har/) as string, bodySize: 4 },
    response: { status: 200, statusText: 'OK' },
  });
});

test.each([
  ['no keys', undefined],
  ['a user of the account', user],
  ['the root of another account', other],
])('%s may not look', async (_, keys) => {
  await client.put('seen', 'x');
  const { requests } = await listedBy(service, { limit: '1' });
  const answers = await Promise.all([
    askInspector(service, '/-/requests', {}, { keys }),
    askInspector(service, '/-/requests', { format: 'har' }, { keys }),
    askInspector(service, `/-/requests/${requests[0]!.id}`, {}, { keys }),
  ]);

  for (const answer of answers) {
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>AccessDenied</Code>');
  }
});

test('a signature for another path does not open the list', async () => {
  const wrong = { secretId: service.secretId, secretKey: 'not-the-key' };
  const answer = await askInspector(service, '/-/requests', {}, { keys: wrong });

  expect([answer.status, /<Code>(.*)<\/Code>/.exec(await answer.text())?.[1]]).toEqual([
    403,
    'SignatureDoesNotMatch',
  ]);
});

test.each([
  [{ status: 'bad' }, 'status is a list'],
  [{ limit: '0' }, 'limit is a number from 1 to 1000'],
  [{ wait: '31' }, 'wait is a number from 0 to 30'],
  [{ format: 'xml' }, 'format is json or har'],
  [{ colour: 'red' }, 'The parameter colour is not one of'],
])('a parameter that makes no sense is refused: %j', async (query, message) => {
  const answer = await askInspector(service, '/-/requests', query, { keys: service });

  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain(message);
});

test('a request that is no longer kept is said to be none', async () => {
  const answer = await askInspector(service, '/-/requests/NjQ', {}, { keys: service });

  expect([answer.status, /<Code>(.*)<\/Code>/.exec(await answer.text())?.[1]]).toEqual([
    404,
    'NoSuchRequest',
  ]);
});

test('requests of all threads are one list', async () => {
  const several = await serviceForTests({ name: 'inspect-threads', flags: ['--threads', '2'] });
  const many = await clientInNewBucket(several);
  // Connections are shared out among the threads by the system.
  const keys = Array.from({ length: 24 }, (_, at) => `k${at}`);
  await Promise.all(
    keys.map((key) => many.send({ method: 'PUT', key, body: 'x', headers: { connection: 'close' } })),
  );
  const { requests, cursor } = await listedBy(several, { operation: 'putObject' });
  expect(requests.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());

  await many.put('later', 'x');
  const news = await listedBy(several, { after: cursor });
  expect(news.requests.map(({ key }) => key)).toEqual(['later']);
  expect((await explainedBy(several, news.requests[0]!.id)).request.key).toBe('later');
});

test('with --inspect off there is no list, and the code says so', async () => {
  const off = await serviceForTests({ name: 'inspect-off', flags: ['--inspect', 'off'] });
  const answer = await askInspector(off, '/-/requests', {}, { keys: off });

  expect([answer.status, /<Code>(.*)<\/Code>/.exec(await answer.text())?.[1]]).toEqual([404, 'InspectorOff']);
});
