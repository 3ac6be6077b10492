// A day of the rules lasts a second here, so that they are seen at work.
import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { describeDocument } from './bucket-document.ts';
import { clientInNewBucket, type TestClient } from './client.ts';
import { covers } from './covers.ts';
import { elements, putDocument, setVersioning } from './documents.ts';
import { sendPart, startUpload } from './uploads.ts';

covers('putBucketLifecycle', 'getBucketLifecycle', 'deleteBucketLifecycle');

const service = await serviceForTests({ name: 'bucket-lifecycle', flags: ['--lifecycle-day', '1'] });

function setRule(client: TestClient, filter: string, actions: string) {
  const rule = `<Rule><ID>r</ID><Filter>${filter}</Filter><Status>Enabled</Status>${actions}</Rule>`;
  return putDocument(client, 'lifecycle', `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`);
}

/** Versions of a bucket as `key kind`, newest first. */
async function versions(client: TestClient): Promise<string[]> {
  const { text } = await client.send({ query: { versions: '' } });
  return [...text.matchAll(/<(Version|DeleteMarker)><Key>([^<]*)</g)].map(
    ([, kind, key]) => `${key} ${kind}`,
  );
}

test('objects under the prefix of a rule expire after its days, others stay', async () => {
  const client = await clientInNewBucket(service);
  for (const key of ['tmp/a', 'tmp/b', 'kept']) await client.put(key, 'x');

  expect(
    (await setRule(client, '<Prefix>tmp/</Prefix>', '<Expiration><Days>1</Days></Expiration>')).status,
  ).toBe(200);

  await expect.poll(() => client.keys(), { timeout: 10_000 }).toEqual(['kept']);
  expect((await client.get('tmp/a')).code).toBe('NoSuchKey');
  expect((await client.get('kept')).text).toBe('x');
});

test('a rule with tags takes only objects that have them all', async () => {
  const client = await clientInNewBucket(service);
  await client.put('both', 'x', { 'x-cos-tagging': 'a=1&b=2' });
  await client.put('one', 'x', { 'x-cos-tagging': 'a=1' });
  const tags = ['a', 'b'].map((key, n) => `<Tag><Key>${key}</Key><Value>${n + 1}</Value></Tag>`).join('');

  await setRule(client, `<And><Prefix></Prefix>${tags}</And>`, '<Expiration><Days>1</Days></Expiration>');

  await expect.poll(() => client.keys(), { timeout: 10_000 }).toEqual(['one']);
});

test('where versions are kept, an expired object gets a delete marker', async () => {
  const client = await clientInNewBucket(service);
  await setVersioning(client, 'Enabled');
  await client.put('k', 'x');

  await setRule(client, '<Prefix></Prefix>', '<Expiration><Days>1</Days></Expiration>');

  await expect.poll(() => versions(client), { timeout: 10_000 }).toEqual(['k DeleteMarker', 'k Version']);
  const [, old = ''] = elements((await client.send({ query: { versions: '' } })).text, 'VersionId');
  expect((await client.send({ key: 'k', query: { versionId: old } })).text).toBe('x');
});

test('versions that were replaced expire after their days, and then the marker that stands alone', async () => {
  const client = await clientInNewBucket(service);
  await setVersioning(client, 'Enabled');
  for (const text of ['one', 'two']) await client.put('current', text);
  await client.put('deleted', 'x');
  await client.delete('deleted');

  await setRule(
    client,
    '<Prefix></Prefix>',
    '<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>',
  );

  await expect.poll(() => versions(client), { timeout: 10_000 }).toEqual(['current Version']);
  expect((await client.get('current')).text).toBe('two');
});

test('uploads that were not completed in their days are aborted, younger ones and other keys go on', async () => {
  const client = await clientInNewBucket(service);
  const orphan = await startUpload(client, 'in/orphan');
  await sendPart(client, { key: 'in/orphan', uploadId: orphan, number: 1 }, 'x');
  const other = await startUpload(client, 'out/other');

  await setRule(
    client,
    '<Prefix>in/</Prefix>',
    '<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>',
  );

  const uploads = async () => elements((await client.send({ query: { uploads: '' } })).text, 'UploadId');
  await expect.poll(uploads, { timeout: 10_000 }).toEqual([other]);
  const part = await sendPart(client, { key: 'in/orphan', uploadId: orphan, number: 2 }, 'x');
  expect([part.status, part.code]).toEqual([404, 'NoSuchUpload']);
  expect((await sendPart(client, { key: 'out/other', uploadId: other, number: 1 }, 'x')).status).toBe(200);
});

test('a rule that is disabled or removed does nothing', async () => {
  const client = await clientInNewBucket(service);
  const witness = await clientInNewBucket(service);
  const rule =
    '<Rule><Filter><Prefix></Prefix></Filter><Status>Disabled</Status><Expiration><Days>1</Days></Expiration></Rule>';
  await putDocument(client, 'lifecycle', `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`);
  await setRule(witness, '<Prefix></Prefix>', '<Expiration><Days>1</Days></Expiration>');
  for (const one of [client, witness]) await one.put('k', 'x');

  // When the witness has lost its object, the other's time was over too.
  await expect.poll(() => witness.keys(), { timeout: 10_000 }).toEqual([]);
  expect(await client.keys()).toEqual(['k']);
});

// Rules that are only stored are tried where a day is a day.
const calm = await serviceForTests({ name: 'bucket-lifecycle-documents' });
const rule = '<Rule><ID>a</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Enabled</Status>';
describeDocument(calm, {
  flag: 'lifecycle',
  root: 'LifecycleConfiguration',
  inner: `${rule}<Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass></Transition><Expiration><Days>365</Days></Expiration></Rule>`,
  absent: 'NoSuchLifecycleConfiguration',
  removable: true,
  malformed: [
    ['no rule', '', 'MalformedXML'],
    ['a rule without action', `${rule}</Rule>`, 'MalformedXML'],
    ['a rule without status', '<Rule><Expiration><Days>1</Days></Expiration></Rule>', 'MalformedXML'],
    ['no days', `${rule}<Expiration><Days>0</Days></Expiration></Rule>`, 'InvalidArgument'],
    ['too many days', `${rule}<Expiration><Days>3651</Days></Expiration></Rule>`, 'InvalidArgument'],
    [
      'days and date',
      `${rule}<Expiration><Days>1</Days><Date>2030-01-01T00:00:00Z</Date></Expiration></Rule>`,
      'MalformedXML',
    ],
    [
      'a warmer class',
      `${rule}<Transition><Days>1</Days><StorageClass>STANDARD</StorageClass></Transition></Rule>`,
      'InvalidArgument',
    ],
    ['an ID twice', `${rule}<Expiration><Days>1</Days></Expiration></Rule>`.repeat(2), 'InvalidArgument'],
  ],
});
