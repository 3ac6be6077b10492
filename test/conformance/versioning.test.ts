import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, type TestClient } from './client.ts';
import { covers } from './covers.ts';
import { elements, putDocument, setVersioning } from './documents.ts';

covers('putBucketVersioning', 'getBucketVersioning', 'listObjectVersions');

const service = await serviceForTests({ name: 'versioning' });

/** What a listing of versions says, in its order: `key version-id latest kind`. */
async function versions(client: TestClient, query: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const { text } = await client.send({ query: { versions: '', ...query } });
  return [...text.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/gs)].map((found) => {
    const [, kind = '', inner = ''] = found;
    const [key, id, latest] = ['Key', 'VersionId', 'IsLatest'].map((name) => elements(inner, name)[0] ?? '');
    return `${key} ${id} ${latest} ${kind}`;
  });
}

async function put(client: TestClient, key: string, body: string): Promise<string> {
  return String((await client.put(key, body)).headers['x-cos-version-id']);
}

test('a bucket that never had versioning says nothing of it', async () => {
  const client = await clientInNewBucket(service);
  await client.put('k', 'x');

  const answer = await client.send({ query: { versioning: '' } });

  expect(answer.status).toBe(200);
  expect(answer.text).toContain('<VersioningConfiguration/>');
  expect((await client.put('k', 'y')).headers['x-cos-version-id']).toBeUndefined();
  expect((await client.head('k')).headers['x-cos-version-id']).toBeUndefined();
  expect(await versions(client)).toEqual(['k  true Version']);
});

test('versioning is switched on and suspended, and cannot be forgotten', async () => {
  const client = await clientInNewBucket(service);

  await setVersioning(client, 'Enabled');
  const enabled = await client.send({ query: { versioning: '' } });
  await setVersioning(client, 'Suspended');
  const suspended = await client.send({ query: { versioning: '' } });
  const never = await putDocument(client, 'versioning', '<VersioningConfiguration/>');
  const other = await putDocument(
    client,
    'versioning',
    '<VersioningConfiguration><Status>Off</Status></VersioningConfiguration>',
  );

  expect(elements(enabled.text, 'Status')).toEqual(['Enabled']);
  expect(elements(suspended.text, 'Status')).toEqual(['Suspended']);
  expect([never.status, never.code]).toEqual([400, 'MalformedXML']);
  expect([other.status, other.code]).toEqual([400, 'MalformedXML']);
});

test('every write makes a version, the newest is read, and each can be read by its id', async () => {
  const client = await clientInNewBucket(service);
  await setVersioning(client, 'Enabled');

  const one = await put(client, 'k', 'one');
  const two = await put(client, 'k', 'two');

  const read = async (versionId: string) => (await client.send({ key: 'k', query: { versionId } })).text;
  expect(one).toMatch(/^[A-Za-z0-9+/]{27}$/);
  expect(one).not.toBe(two);
  expect((await client.get('k')).headers['x-cos-version-id']).toBe(two);
  expect([await read(one), await read(two), await read('')]).toEqual(['one', 'two', 'two']);
  expect(await versions(client)).toEqual([`k ${two} true Version`, `k ${one} false Version`]);
});

test('versions of one millisecond keep their order', async () => {
  const client = await clientInNewBucket(service);
  await setVersioning(client, 'Enabled');
  const ids: string[] = [];

  for (let index = 0; index < 20; index++) ids.push(await put(client, 'k', String(index)));

  expect((await versions(client)).map((line) => line.split(' ')[1])).toEqual(ids.toReversed());
});

test('a deletion makes a marker, and removing the marker brings the object back', async () => {
  const client = await clientInNewBucket(service);
  await setVersioning(client, 'Enabled');
  const one = await put(client, 'k', 'one');

  const deleted = await client.delete('k');
  const marker = String(deleted.headers['x-cos-version-id']);
  const gone = await client.get('k');
  const byMarker = await client.send({ key: 'k', query: { versionId: marker } });
  const listed = await versions(client);
  const undone = await client.delete('k', { versionId: marker });

  expect(deleted.headers['x-cos-delete-marker']).toBe('true');
  expect([gone.status, gone.code]).toEqual([404, 'NoSuchKey']);
  expect([byMarker.status, byMarker.code]).toEqual([404, 'NoSuchKey']);
  expect(listed).toEqual([`k ${marker} true DeleteMarker`, `k ${one} false Version`]);
  expect(undone.headers).toMatchObject({ 'x-cos-version-id': marker, 'x-cos-delete-marker': 'true' });
  expect((await client.get('k')).text).toBe('one');
});

test('a version that is deleted by its id is gone, and the one before it is current', async () => {
  const client = await clientInNewBucket(service);
  await setVersioning(client, 'Enabled');
  const one = await put(client, 'k', 'one');
  const two = await put(client, 'k', 'two');

  const deleted = await client.delete('k', { versionId: two });
  const gone = await client.send({ key: 'k', query: { versionId: two } });

  expect(deleted.headers['x-cos-version-id']).toBe(two);
  expect(deleted.headers['x-cos-delete-marker']).toBeUndefined();
  expect([gone.status, gone.code]).toEqual([404, 'NoSuchVersion']);
  expect(await versions(client)).toEqual([`k ${one} true Version`]);
  expect((await client.get('k')).text).toBe('one');
});

test('what was there before versioning is the null version', async () => {
  const client = await clientInNewBucket(service);
  await client.put('k', 'before');
  await setVersioning(client, 'Enabled');
  const one = await put(client, 'k', 'after');

  expect(await versions(client)).toEqual([`k ${one} true Version`, 'k null false Version']);
  expect((await client.send({ key: 'k', query: { versionId: 'null' } })).text).toBe('before');
});

test('while versioning is suspended writes replace the null version and nothing else', async () => {
  const client = await clientInNewBucket(service);
  await setVersioning(client, 'Enabled');
  const one = await put(client, 'k', 'one');
  await setVersioning(client, 'Suspended');

  const written = await client.put('k', 'two');
  await client.put('k', 'three');

  // Quirk: unlike Complete, PUT does not name the null version.
  expect(written.headers['x-cos-version-id']).toBeUndefined();
  expect(await versions(client)).toEqual(['k null true Version', `k ${one} false Version`]);
  expect((await client.get('k')).text).toBe('three');
  expect((await client.head('k')).headers['x-cos-version-id']).toBe('null');
});

test('while versioning is suspended a deletion puts a null marker in the place of the null version', async () => {
  const client = await clientInNewBucket(service);
  await setVersioning(client, 'Enabled');
  const one = await put(client, 'k', 'one');
  await setVersioning(client, 'Suspended');
  await client.put('k', 'two');

  const deleted = await client.delete('k');

  expect(deleted.headers['x-cos-delete-marker']).toBe('true');
  expect(await versions(client)).toEqual(['k null true DeleteMarker', `k ${one} false Version`]);
  expect((await client.get('k')).code).toBe('NoSuchKey');
});

test('overwriting cannot be forbidden where versions are kept', async () => {
  const client = await clientInNewBucket(service);
  await setVersioning(client, 'Enabled');
  await put(client, 'k', 'one');

  const answer = await client.put('k', 'two', { 'x-cos-forbid-overwrite': 'true' });

  expect(answer.status).toBe(200);
});

test('an id that is no version of the key is refused', async () => {
  const client = await clientInNewBucket(service);
  await setVersioning(client, 'Enabled');
  await put(client, 'k', 'one');

  const other = await client.send({ key: 'k', query: { versionId: 'MTg0NDUxNTc1NjIzMTQ1MDAwODg' } });
  const nonsense = await client.send({ key: 'k', query: { versionId: '../../k' } });
  const deleted = await client.delete('k', { versionId: 'MTg0NDUxNTc1NjIzMTQ1MDAwODg' });

  expect([other.status, other.code]).toEqual([404, 'NoSuchVersion']);
  expect([nonsense.status, nonsense.code]).toEqual([404, 'NoSuchVersion']);
  expect(deleted.status).toBe(204);
  expect(await versions(client)).toHaveLength(1);
});

test('versions come in pages that break between two versions of one key', async () => {
  const client = await clientInNewBucket(service);
  await setVersioning(client, 'Enabled');
  for (const key of ['a', 'b', 'b', 'b', 'c']) await put(client, key, 'x');
  const all = await versions(client);

  const seen: string[] = [];
  let query: Record<string, string> = {};
  for (let page = 0; page < 10; page++) {
    const { text } = await client.send({ query: { versions: '', 'max-keys': '2', ...query } });
    seen.push(...elements(text, 'VersionId'));
    const [key] = elements(text, 'NextKeyMarker');
    if (key === undefined) break;
    query = { 'key-marker': key, 'version-id-marker': elements(text, 'NextVersionIdMarker')[0] ?? '' };
  }

  expect(seen).toEqual(all.map((line) => line.split(' ')[1]));
});

test('a delimiter groups versions', async () => {
  const client = await clientInNewBucket(service);
  await setVersioning(client, 'Enabled');
  for (const key of ['dir/a', 'dir/b', 'top']) await put(client, key, 'x');

  const answer = await client.send({ query: { versions: '', delimiter: '/' } });

  expect(elements(answer.text, 'Key')).toEqual(['top']);
  expect(answer.text).toContain('<CommonPrefixes><Prefix>dir/</Prefix></CommonPrefixes>');
});

test('keys are percent-encoded when the caller asks for it', async () => {
  const client = await clientInNewBucket(service);
  await client.put('a b+ü', 'x');

  const answer = await client.send({ query: { versions: '', 'encoding-type': 'url' } });

  expect(elements(answer.text, 'Key')).toEqual(['a%20b%2B%C3%BC']);
});

test('a bucket with nothing but a marker is not empty', async () => {
  const client = await clientInNewBucket(service);
  await setVersioning(client, 'Enabled');
  const deleted = await client.delete('never-was');

  const refused = await client.send({ method: 'DELETE' });
  await client.delete('never-was', { versionId: String(deleted.headers['x-cos-version-id']) });
  const done = await client.send({ method: 'DELETE' });

  expect([refused.status, refused.code]).toEqual([409, 'BucketNotEmpty']);
  expect(done.status).toBe(204);
});
