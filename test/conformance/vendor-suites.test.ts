/** What the vendor's own test suites for its SDKs show of the service, where pages are silent or say otherwise. */
import { describe, expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, type TestClient } from './client.ts';
import { elements, putDocument } from './documents.ts';

const service = await serviceForTests({ name: 'vendor-suites' });
const client = await clientInNewBucket(service);

async function stored(flag: string, document: string): Promise<string> {
  const put = await putDocument(client, flag, document);
  expect([put.status, put.text]).toEqual([200, '']);
  return (await client.send({ query: { [flag]: '' } })).text;
}

test('the encryption of a bucket may have the name that samples give it', async () => {
  const inner = '<SSEAlgorithm>AES256</SSEAlgorithm>';
  const text = await stored(
    'encryption',
    `<ServerSideEncryptionConfiguration><Rule><ApplySideEncryptionConfiguration>${inner}</ApplySideEncryptionConfiguration></Rule></ServerSideEncryptionConfiguration>`,
  );

  expect(text).toContain(
    `<Rule><ApplyServerSideEncryptionByDefault>${inner}</ApplyServerSideEncryptionByDefault></Rule>`,
  );
  const put = await client.put('encrypted', 'x');
  expect(put.headers['x-cos-server-side-encryption']).toBe('AES256');
  await client.send({ method: 'DELETE', query: { encryption: '' } });
});

test.each(['Standard_IA', 'Archive', 'deep_archive'])('a lifecycle rule may write %s', async (name) => {
  const text = await stored(
    'lifecycle',
    `<LifecycleConfiguration><Rule><ID>1</ID><Filter><Prefix>x/</Prefix></Filter><Status>Enabled</Status><Transition><Days>30</Days><StorageClass>${name}</StorageClass></Transition></Rule></LifecycleConfiguration>`,
  );

  expect(elements(text, 'StorageClass')).toEqual([name.toUpperCase()]);
});

test('a condition of a website that names both, one of them empty, is the other', async () => {
  const rule = (condition: string) =>
    `<RoutingRule><Condition>${condition}</Condition><Redirect><ReplaceKeyWith>a.html</ReplaceKeyWith></Redirect></RoutingRule>`;
  const text = await stored(
    'website',
    `<WebsiteConfiguration><IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules>${rule('<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals><KeyPrefixEquals/>')}${rule('<HttpErrorCodeReturnedEquals></HttpErrorCodeReturnedEquals><KeyPrefixEquals>docs/</KeyPrefixEquals>')}</RoutingRules></WebsiteConfiguration>`,
  );

  expect(elements(text, 'HttpErrorCodeReturnedEquals')).toEqual(['404']);
  expect(elements(text, 'KeyPrefixEquals')).toEqual(['docs/']);
  expect(elements(text, 'URLRedirect')).toEqual(['Enabled', 'Enabled']);
});

describe('an object stored without a type', () => {
  test.each([
    ['1.zip', 'application/zip'],
    ['a.txt', 'text/plain'],
    ['photos/1.JPG', 'image/jpeg'],
    ['v.mp4', 'video/mp4'],
    ['no-ending', 'application/octet-stream'],
    ['folder.zip/', 'application/octet-stream'],
    ['unknown.zzz9', 'application/octet-stream'],
  ])('has that of its ending: %s is %s', async (key, type) => {
    await client.put(key, 'x');

    expect((await client.head(key)).headers['content-type']).toBe(type);
  });

  test('an empty type counts as none, and one that is given stays', async () => {
    await client.put('empty.png', 'x', { 'content-type': '' });
    await client.put('given.png', 'x', { 'content-type': 'text/x-own' });

    expect((await client.head('empty.png')).headers['content-type']).toBe('image/png');
    expect((await client.head('given.png')).headers['content-type']).toBe('text/x-own');
  });
});

describe('an access control list', () => {
  const read = async (from: TestClient) => {
    const { text } = await from.send({ query: { acl: '' } });
    return [elements(text, 'Permission'), elements(text, 'URI')];
  };

  test('of one grant comes back as it was written', async () => {
    const own = await clientInNewBucket(service);
    await own.send({
      method: 'PUT',
      query: { acl: '' },
      headers: { 'x-cos-grant-read': 'uri="http://cam.qcloud.com/groups/global/AllUsers"' },
    });

    expect(await read(own)).toEqual([['READ'], ['http://cam.qcloud.com/groups/global/AllUsers']]);
  });

  test('by its name shows what the owner has', async () => {
    const own = await clientInNewBucket(service, { 'x-cos-acl': 'public-read' });

    expect((await read(own))[0]).toEqual(['FULL_CONTROL', 'READ']);
  });
});
