import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, type TestAnswer, type TestClient, type TestRequest } from './client.ts';
import { covers } from './covers.ts';
import { documentHeaders, elements, putDocument, setVersioning } from './documents.ts';

covers('deleteMultipleObject');

const service = await serviceForTests({ name: 'delete-multiple-object' });
const client = await clientInNewBucket(service);

function deleteMany(by: TestClient, body: string, request: TestRequest = {}): Promise<TestAnswer> {
  const headers = documentHeaders(body);
  return by.send({ method: 'POST', query: { delete: '' }, body, headers, ...request });
}

function listOf(...keys: readonly string[]): string {
  return keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('');
}

test('each key is answered, also one that was not there', async () => {
  await Promise.all(['a', 'b'].map((key) => client.put(key, 'x')));

  const answer = await deleteMany(client, `<Delete>${listOf('a', 'absent', 'b')}</Delete>`);

  expect(answer.status).toBe(200);
  expect(elements(answer.text, 'Key')).toEqual(['a', 'absent', 'b']);
  expect(await client.keys()).toEqual([]);
});

test('a quiet request is answered with failures alone', async () => {
  await client.put('quiet', 'x');

  const answer = await deleteMany(client, `<Delete><Quiet>true</Quiet>${listOf('quiet')}</Delete>`);

  expect(answer.text).toContain('<DeleteResult/>');
  expect((await client.head('quiet')).status).toBe(404);
});

test('keys are text: markup in them is escaped, white space counts', async () => {
  await client.put('a&b <c>', 'x');
  await client.put(' spaced ', 'x');

  const answer = await deleteMany(client, `<Delete>${listOf('a&amp;b &lt;c&gt;', ' spaced ')}</Delete>`);

  expect(answer.status).toBe(200);
  expect(elements(answer.text, 'Key')).toEqual(['a&amp;b &lt;c&gt;', ' spaced ']);
  expect(await client.keys()).toEqual([]);
});

test('in a versioned bucket markers are made, and named versions removed', async () => {
  const versioned = await clientInNewBucket(service);
  await setVersioning(versioned, 'Enabled');
  const put = await versioned.put('k', 'x');
  const versionId = String(put.headers['x-cos-version-id']);

  const marked = await deleteMany(versioned, `<Delete>${listOf('k')}</Delete>`);
  const removed = await deleteMany(
    versioned,
    `<Delete><Object><Key>k</Key><VersionId>${versionId}</VersionId></Object></Delete>`,
  );

  expect(elements(marked.text, 'DeleteMarker')).toEqual(['true']);
  expect(elements(marked.text, 'DeleteMarkerVersionId')[0]).toMatch(/^[A-Za-z0-9+/]{27}$/);
  expect(elements(removed.text, 'VersionId')).toEqual([versionId]);
  expect(elements(removed.text, 'DeleteMarker')).toEqual([]);
  const left = await versioned.send({ query: { versions: '' } });
  expect(left.text).not.toContain('<Version>');
  expect(left.text).toContain('<DeleteMarker>');
});

test('a request without Content-MD5 is refused', async () => {
  const body = `<Delete>${listOf('a')}</Delete>`;

  const answer = await deleteMany(client, body, { headers: { 'content-type': 'application/xml' } });

  expect([answer.status, answer.code]).toEqual([400, 'InvalidRequest']);
  expect(elements(answer.text, 'Message')).toEqual(['Missing required header for this request: Content-MD5']);
});

test('a body that is not what Content-MD5 says deletes nothing', async () => {
  await client.put('stays', 'x');

  const answer = await deleteMany(client, `<Delete>${listOf('stays')}</Delete>`, {
    headers: { 'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==' },
  });

  expect([answer.status, answer.code]).toEqual([400, 'BadDigest']);
  expect((await client.head('stays')).status).toBe(200);
});

test('a thousand keys are deleted at once, one more is refused', async () => {
  const keys = Array.from({ length: 1000 }, (_, index) => `k${index}`);

  const answer = await deleteMany(client, `<Delete>${listOf(...keys)}</Delete>`);
  const tooMany = await deleteMany(client, `<Delete>${listOf(...keys, 'more')}</Delete>`);

  expect(elements(answer.text, 'Key')).toHaveLength(1000);
  expect([tooMany.status, tooMany.code]).toEqual([400, 'MalformedXML']);
});

test.each(['', '<Delete/>', '<Delete><Object/></Delete>', '<Remove/>', '<Delete>'])(
  'the document %j is malformed',
  async (body) => {
    const answer = await deleteMany(client, body);

    expect([answer.status, answer.code]).toEqual([400, 'MalformedXML']);
  },
);

test('keys that the caller may not delete are answered with AccessDenied, the others are deleted', async () => {
  const guarded = await clientInNewBucket(service);
  await guarded.put('free/a', 'x');
  await guarded.put('kept/b', 'x');
  const root = 'qcs::cam::uin/100000000001:uin/100000000001';
  const policy = JSON.stringify({
    version: '2.0',
    statement: [
      {
        principal: { qcs: [root] },
        effect: 'deny',
        action: ['name/cos:DeleteObject'],
        resource: [`qcs::cos:${service.region}:uid/${service.appId}:${guarded.bucket}/kept/*`],
      },
    ],
  });
  await putDocument(guarded, 'policy', policy);

  const answer = await deleteMany(guarded, `<Delete>${listOf('free/a', 'kept/b')}</Delete>`);

  expect(answer.status).toBe(200);
  expect(answer.text).toContain('<Error><Key>kept/b</Key><Code>AccessDenied</Code>');
  expect(answer.text).toContain('<Deleted><Key>free/a</Key></Deleted>');
  expect(await guarded.keys()).toEqual(['kept/b']);
});

test('somebody without a key deletes nothing', async () => {
  await client.put('anonymous', 'x');

  const answer = await deleteMany(client, `<Delete>${listOf('anonymous')}</Delete>`, { sign: 'none' });

  expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
  expect((await client.head('anonymous')).status).toBe(200);
});
