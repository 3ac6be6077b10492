import { describe, expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientFor, clientInNewBucket, type TestAnswer } from './client.ts';

const service = await serviceForTests({ name: 'get-bucket' });
const client = await clientInNewBucket(service);
const keys = ['a/1.txt', 'a/2.txt', 'a/sub/3', 'b', 'c d&e', 'ü/ä', 'ﬀ', '𐐀'];
for (const key of keys) await client.put(key, key);

const list = (query: Record<string, string> = {}) => client.send({ query });
const all = (answer: TestAnswer, name: string) =>
  [...answer.text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((found) => found[1]!);
const prefixes = (answer: TestAnswer) =>
  [...answer.text.matchAll(/<CommonPrefixes><Prefix>([^<]*)<\/Prefix>/g)].map((found) => found[1]!);

test('lists keys in the order of their UTF-8 bytes', async () => {
  const answer = await list();

  expect(answer.status).toBe(200);
  expect(all(answer, 'Key')).toEqual(keys.map((key) => key.replace('&', '&amp;')));
  expect(answer.headers['x-cos-bucket-region']).toBe('ap-guangzhou');
  expect(answer.xml()).toMatchObject({
    Name: client.bucket,
    Prefix: '',
    Marker: '',
    MaxKeys: '1000',
    IsTruncated: 'false',
  });
  expect(answer.text).not.toContain('<NextMarker>');
});

test('says of each object what the documentation says it does', async () => {
  const { Contents } = (await list({ prefix: 'b' })).xml();

  expect(Contents).toEqual({
    Key: 'b',
    LastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
    ETag: '"92eb5ffee6ae2fec3ad71c777531578f"',
    Size: '1',
    Owner: { ID: '1250000000', DisplayName: '1250000000' },
    StorageClass: 'STANDARD',
  });
});

test('a prefix is exact', async () => {
  expect(all(await list({ prefix: 'a/' }), 'Key')).toEqual(['a/1.txt', 'a/2.txt', 'a/sub/3']);
  expect(all(await list({ prefix: 'A/' }), 'Key')).toEqual([]);
});

test('a delimiter rolls keys up', async () => {
  const top = await list({ delimiter: '/' });
  const inside = await list({ delimiter: '/', prefix: 'a/' });

  expect(prefixes(top)).toEqual(['a/', 'ü/']);
  expect(all(top, 'Key')).toEqual(['b', 'c d&amp;e', 'ﬀ', '𐐀']);
  expect(prefixes(inside)).toEqual(['a/sub/']);
  expect(all(inside, 'Key')).toEqual(['a/1.txt', 'a/2.txt']);
});

describe.each(['', '/', 'x'])('with the delimiter %j', (delimiter) => {
  test.each([1, 2, 3])('pages of %i entries join to the whole', async (size) => {
    const query = delimiter === '' ? {} : { delimiter };
    const whole = await list(query);
    const found: string[] = [];
    let marker = '';

    for (let pages = 0; pages < 20; pages++) {
      const page = await list({ ...query, marker, 'max-keys': String(size) });
      const entries = [...prefixes(page), ...all(page, 'Key')];
      expect(entries.length).toBeLessThanOrEqual(size);
      found.push(...entries);
      const truncated = page.text.includes('<IsTruncated>true</IsTruncated>');
      expect(page.text.includes('<NextMarker>')).toBe(truncated);
      if (!truncated) break;
      marker = all(page, 'NextMarker')[0]!.replace('&amp;', '&');
    }

    expect(found.toSorted()).toEqual([...prefixes(whole), ...all(whole, 'Key')].toSorted());
  });
});

test('a marker that is a common prefix skips all that is below it', async () => {
  const answer = await list({ delimiter: '/', marker: 'a/' });

  expect(prefixes(answer)).toEqual(['ü/']);
});

test('writes keys in percent-encoded form when asked', async () => {
  const answer = await list({ 'encoding-type': 'url', prefix: 'c d', delimiter: '/' });

  expect(all(answer, 'Key')).toEqual(['c%20d%26e']);
  expect(answer.xml()).toMatchObject({ EncodingType: 'url', Prefix: 'c%20d', Delimiter: '/' });
});

test('control characters in keys come through in percent-encoded form', async () => {
  const other = await clientInNewBucket(service);
  await other.put('a\u0001\n\u007f', 'x');

  expect(await other.keys()).toEqual(['a\u0001\n\u007f']);
});

test.each([
  [{ delimiter: 'ab' }, 'InvalidDelimiter'],
  [{ 'max-keys': 'many' }, 'InvalidArgument'],
  [{ 'max-keys': '-1' }, 'InvalidArgument'],
  [{ 'encoding-type': 'base64' }, 'InvalidArgument'],
])('%j is refused', async (query, code) => {
  const answer = await list(query);

  expect([answer.status, answer.code]).toEqual([400, code]);
});

test('larger pages than 1000 are cut to 1000', async () => {
  expect((await list({ 'max-keys': '5000' })).xml()['MaxKeys']).toBe('1000');
});

test('an unknown sub-resource is not taken for a listing', async () => {
  const answer = await list({ live: '' });

  expect([answer.status, answer.code]).toEqual([501, 'NotImplemented']);
});

test('a bucket that does not exist is NoSuchBucket', async () => {
  const answer = await clientFor(service, 'nothere-1250000000').send({});

  expect([answer.status, answer.code]).toEqual([404, 'NoSuchBucket']);
});
