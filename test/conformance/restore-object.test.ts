import { expect, test, vi } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, type TestAnswer } from './client.ts';
import { covers } from './covers.ts';
import { documentHeaders, elements } from './documents.ts';

covers('restoreObject');

const quick = await clientInNewBucket(
  await serviceForTests({ name: 'restore', flags: ['--restore-delay', '0.2'] }),
);
const slow = await clientInNewBucket(
  await serviceForTests({ name: 'restore-slow', flags: ['--restore-delay', '3600'] }),
);

function restore(
  client: typeof quick,
  key: string,
  tier: string,
  days: number | string = 1,
): Promise<TestAnswer> {
  const body = `<RestoreRequest><Days>${days}</Days><CASJobParameters><Tier>${tier}</Tier></CASJobParameters></RestoreRequest>`;
  const headers = documentHeaders(body);
  return client.send({ method: 'POST', key, query: { restore: '' }, body, headers });
}

test.each(['ARCHIVE', 'DEEP_ARCHIVE'])(
  'an object of class %s is read after it was restored',
  async (storageClass) => {
    const key = storageClass;
    await quick.put(key, 'cold', { 'x-cos-storage-class': storageClass });
    const before = await quick.get(key);

    const answer = await restore(quick, key, 'Standard', 2);
    await vi.waitUntil(async () => (await quick.get(key)).status === 200, { timeout: 10_000 });

    expect([before.status, before.code]).toEqual([403, 'InvalidObjectState']);
    expect([answer.status, answer.text]).toEqual([202, '']);
    const read = await quick.get(key);
    expect(read.text).toBe('cold');
    expect(read.headers['x-cos-storage-class']).toBe(storageClass);
    expect(read.headers['x-cos-restore']).toMatch(/^ongoing-request="false", expiry-date="\w{3}, .* GMT"$/);
    const listed = await quick.send({ query: { prefix: key } });
    expect(elements(listed.text, 'RestoreStatus')).toEqual(['DONE']);
  },
);

test('while it is being restored an object says so and cannot be read', async () => {
  await slow.put('ongoing', 'cold', { 'x-cos-storage-class': 'ARCHIVE' });
  await restore(slow, 'ongoing', 'Bulk');

  const head = await slow.head('ongoing');
  const read = await slow.get('ongoing');
  const listed = await slow.send({ query: { prefix: 'ongoing' } });
  const again = await restore(slow, 'ongoing', 'Bulk');

  expect(head.status).toBe(200);
  expect(head.headers['x-cos-restore']).toBe('ongoing-request="true"');
  expect(head.headers['x-cos-restore-status']).toMatch(/^tier="bulk"; request-date=".* GMT"$/);
  expect([read.status, read.code]).toEqual([403, 'InvalidObjectState']);
  expect(elements(listed.text, 'RestoreStatus')).toEqual(['ONGOING']);
  expect([again.status, again.code]).toEqual([409, 'RestoreAlreadyInProgress']);
});

test('restoring again makes the copy last longer', async () => {
  await quick.put('longer', 'cold', { 'x-cos-storage-class': 'ARCHIVE' });
  await restore(quick, 'longer', 'Expedited', 1);
  await vi.waitUntil(async () => (await quick.get('longer')).status === 200, { timeout: 10_000 });
  const expiry = async () =>
    Date.parse(/expiry-date="(.*)"/.exec(String((await quick.head('longer')).headers['x-cos-restore']))![1]!);
  const before = await expiry();

  const answer = await restore(quick, 'longer', 'Expedited', 10);

  expect(answer.status).toBe(200);
  expect((await expiry()) - before).toBeGreaterThan(8 * 86_400_000);
  expect((await quick.get('longer')).status).toBe(200);
});

test('an object that is not archived cannot be restored', async () => {
  await quick.put('warm', 'x');

  const answer = await restore(quick, 'warm', 'Standard');

  expect([answer.status, answer.code]).toEqual([405, 'RestoreNonArchiveObject']);
});

test('an object that does not exist cannot be restored', async () => {
  const answer = await restore(quick, 'absent', 'Standard');

  expect([answer.status, answer.code]).toEqual([404, 'NoSuchKey']);
});

test.each([
  ['an unknown tier', 'ARCHIVE', 'Someday', 1, 'MalformedXML'],
  ['a tier that the class does not have', 'DEEP_ARCHIVE', 'Expedited', 1, 'MalformedXML'],
  ['no days', 'ARCHIVE', 'Standard', 0, 'InvalidArgument'],
  ['days that are no number', 'ARCHIVE', 'Standard', 'many', 'MalformedXML'],
])('a request with %s is refused', async (_what, storageClass, tier, days, code) => {
  const key = `refused-${storageClass}`;
  await quick.put(key, 'x', { 'x-cos-storage-class': storageClass });

  const answer = await restore(quick, key, tier, days);

  expect([answer.status, answer.code]).toEqual([400, code]);
});

test.each(['STANDARD', 'STANDARD_IA', 'INTELLIGENT_TIERING'])(
  'an object of class %s is read at once',
  async (storageClass) => {
    await quick.put(storageClass, 'x', { 'x-cos-storage-class': storageClass });

    const read = await quick.get(storageClass);

    expect(read.text).toBe('x');
    expect(read.headers['x-cos-storage-class']).toBe(storageClass === 'STANDARD' ? undefined : storageClass);
    expect(read.headers['x-cos-storage-tier']).toBe(
      storageClass === 'INTELLIGENT_TIERING' ? 'FREQUENT' : undefined,
    );
  },
);
