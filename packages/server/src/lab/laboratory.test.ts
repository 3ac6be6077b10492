import { expect, test } from 'vitest';
import { Laboratory, settingsFor, type LabFacts } from './laboratory.ts';
import { readLink } from './link-text.ts';

const facts: LabFacts = {
  operation: 'multipartUpload',
  method: 'PUT',
  bucket: 'b-1250000000',
  key: 'a/b/c.jpg',
  client: '127.0.0.1',
};

const chosen = (laboratory: Laboratory, count: number): number[] =>
  Array.from({ length: count }, () => laboratory.actsOn(facts)).flatMap(([act]) => (act ? [act.nth] : []));

const labOf = (text: string): Laboratory => new Laboratory(settingsFor(readLink(text)));

test.each([
  ['op=UploadPart,method=PUT|POST,bucket=b-*,key=a/*.jpg,client=127.*,lose', 1],
  ['op=PutObject,lose', 0],
  ['method=GET,lose', 0],
  ['bucket=c*,lose', 0],
  ['key=a/*.png,lose', 0],
  ['client=10.*,lose', 0],
])('%s matches %d', (text, count) => {
  expect(labOf(text).actsOn(facts)).toHaveLength(count);
});

test('a pattern for a key is about no request without one', () => {
  expect(labOf('key=*,lose').actsOn({ ...facts, key: undefined })).toHaveLength(0);
});

test('requests are picked by their number', () => {
  expect(chosen(labOf('nth=2..6,every=2,lose'), 10)).toEqual([2, 4, 6]);
  expect(chosen(labOf('nth=9..,lose'), 10)).toEqual([9, 10]);
});

test('a share of the requests is the same for the same seed, and another for another', () => {
  const first = chosen(labOf('seed=5,chance=30%,lose'), 1000);

  expect(chosen(labOf('seed=5,chance=30%,lose'), 1000)).toEqual(first);
  expect(chosen(labOf('seed=6,chance=30%,lose'), 1000)).not.toEqual(first);
  expect(first.length).toBeGreaterThan(250);
  expect(first.length).toBeLessThan(350);
});

test('threads that have the same settings count together', () => {
  const settings = settingsFor(readLink('nth=2,lose'));
  const [one, other] = [new Laboratory(settings), new Laboratory(settings)];

  expect([one, other, one].map((laboratory) => laboratory.actsOn(facts).length)).toEqual([0, 1, 0]);
  expect(other.status()).toMatchObject([{ name: 'rule-1', seen: 3, hits: 1, cuts: 0 }]);
});

test('several rules act on one request in their order', () => {
  const acts = labOf('name=slow,delay=1s;lose').actsOn(facts);

  expect(acts.map(({ rule }) => rule.name)).toEqual(['slow', 'rule-2']);
});

test('without rules it is off', () => {
  const laboratory = labOf('offline');
  expect(laboratory.isOn).toBe(true);

  laboratory.set(undefined);

  expect(laboratory.isOn).toBe(false);
  expect(laboratory.status()).toEqual([]);
});
