import { describe, expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';
import { covers } from './covers.ts';
import { elements, putDocument, setVersioning } from './documents.ts';

covers(
  'putObjectTagging',
  'getObjectTagging',
  'deleteObjectTagging',
  'putBucketTagging',
  'getBucketTagging',
  'deleteBucketTagging',
);

const service = await serviceForTests({ name: 'tagging' });
const client = await clientInNewBucket(service);
await client.put('k', 'x');

function tagging(...tags: readonly (readonly [string, string])[]): string {
  const set = tags.map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`).join('');
  return `<Tagging><TagSet>${set}</TagSet></Tagging>`;
}

describe.each([
  ['an object', { key: 'k' }, 10, 200],
  ['a bucket', {}, 50, 204],
] as const)('tags of %s', (what, place, most, putStatus) => {
  const get = () => client.send({ ...place, query: { tagging: '' } });
  const put = (document: string) => putDocument(client, 'tagging', document, place);

  test('are set, read in order, replaced and removed', async () => {
    const set = await put(tagging(['team', 'blue'], ['cost', '1 + 1']));
    const read = await get();
    await put(tagging(['team', 'red']));
    const replaced = await get();
    const removed = await client.send({ ...place, method: 'DELETE', query: { tagging: '' } });
    const gone = await get();

    expect([set.status, set.text]).toEqual([putStatus, '']);
    expect(elements(read.text, 'Key')).toEqual(['team', 'cost']);
    expect(elements(read.text, 'Value')).toEqual(['blue', '1 + 1']);
    expect(elements(replaced.text, 'Value')).toEqual(['red']);
    expect(removed.status).toBe(204);
    if (what === 'a bucket') expect([gone.status, gone.code]).toEqual([404, 'NoSuchTagSet']);
    else expect([gone.status, elements(gone.text, 'Key')]).toEqual([200, []]);
  });

  test.each<[string, string, string]>([
    [
      'too many tags',
      tagging(...Array.from({ length: most + 1 }, (_, i): [string, string] => [`k${i}`, ''])),
      'InvalidTag',
    ],
    ['a key twice', tagging(['a', '1'], ['a', '2']), 'InvalidTag'],
    ['an empty key', tagging(['', '1']), 'InvalidTag'],
    ["a key with the vendor's prefix", tagging(['qcs:a', '1']), 'InvalidTag'],
    ['a key of 129 characters', tagging(['k'.repeat(129), '']), 'InvalidTag'],
    ['a value of 257 characters', tagging(['k', 'v'.repeat(257)]), 'InvalidTag'],
    ['a character that tags may not have', tagging(['a*b', '1']), 'InvalidTag'],
    ['a tag without value', '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>', 'MalformedXML'],
    ['another root', '<Tags/>', 'MalformedXML'],
  ])('with %s are refused', async (_name, document, code) => {
    const answer = await put(document);

    expect([answer.status, answer.code]).toEqual([400, code]);
  });

  test('may be as many and as long as allowed', async () => {
    const tags = Array.from({ length: most }, (_, i): [string, string] => [
      `${i}${'k'.repeat(120)}`,
      'v'.repeat(256),
    ]);

    expect((await put(tagging(...tags))).status).toBe(putStatus);
    expect(elements((await get()).text, 'Key')).toHaveLength(most);
  });
});

test('tags of the header are those of the document', async () => {
  await client.put('header', 'x', { 'x-cos-tagging': 'a%20b=c%2Bd&e=' });

  const answer = await client.send({ key: 'header', query: { tagging: '' } });

  expect(elements(answer.text, 'Key')).toEqual(['a b', 'e']);
  expect(elements(answer.text, 'Value')).toEqual(['c+d']);
  expect(answer.text).toContain('<Key>e</Key><Value/>');
});

test('a change of tags leaves the object as it is', async () => {
  await client.put('same', 'x');
  const before = await client.head('same');

  await putDocument(client, 'tagging', tagging(['a', '1']), { key: 'same' });

  const after = await client.head('same');
  expect(after.headers.etag).toBe(before.headers.etag);
  expect(after.headers['last-modified']).toBe(before.headers['last-modified']);
  expect(after.headers['x-cos-tagging-count']).toBe('1');
});

test('each version has its own tags, whatever the spelling of the parameter', async () => {
  const versioned = await clientInNewBucket(service);
  await setVersioning(versioned, 'Enabled');
  const put = await versioned.put('k', 'one', { 'x-cos-tagging': 'n=1' });
  await versioned.put('k', 'two', { 'x-cos-tagging': 'n=2' });
  const versionId = String(put.headers['x-cos-version-id']);

  const one = await versioned.send({ key: 'k', query: { tagging: '', VersionId: versionId } });
  const two = await versioned.send({ key: 'k', query: { tagging: '', versionId } });
  const current = await versioned.send({ key: 'k', query: { tagging: '' } });

  expect(elements(one.text, 'Value')).toEqual(['1']);
  expect(elements(two.text, 'Value')).toEqual(['1']);
  expect(elements(current.text, 'Value')).toEqual(['2']);
});

test('an object that does not exist has no tags', async () => {
  const read = await client.send({ key: 'absent', query: { tagging: '' } });
  const written = await putDocument(client, 'tagging', tagging(['a', '1']), { key: 'absent' });

  expect([read.status, read.code]).toEqual([404, 'NoSuchKey']);
  expect([written.status, written.code]).toEqual([404, 'NoSuchKey']);
});

test('tags of a new bucket come from its header', async () => {
  const tagged = await clientInNewBucket(service, { 'x-cos-tagging': 'team=blue' });

  const answer = await tagged.send({ query: { tagging: '' } });

  expect(elements(answer.text, 'Value')).toEqual(['blue']);
});
