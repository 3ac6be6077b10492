import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';
import { covers } from './covers.ts';
import { elements, putDocument } from './documents.ts';

covers('putBucketInventory', 'getBucketInventory', 'listBucketInventory', 'deleteBucketInventory');

const service = await serviceForTests({ name: 'bucket-inventory' });

test('inventory tasks are kept by their id', async () => {
  const client = await clientInNewBucket(service);
  const task = (id: string) =>
    `<InventoryConfiguration><Id>${id}</Id><IsEnabled>true</IsEnabled><IncludedObjectVersions>All</IncludedObjectVersions><OptionalFields><Field>Size</Field><Field>ETag</Field></OptionalFields><Schedule><Frequency>Daily</Frequency></Schedule><Destination><COSBucketDestination><Bucket>qcs::cos:ap-guangzhou::list-1250000000</Bucket><Format>CSV</Format><Encryption><SSE-COS/></Encryption></COSBucketDestination></Destination></InventoryConfiguration>`;
  const put = (id: string, document = task(id)) =>
    putDocument(client, 'inventory', document, { query: { inventory: '', id } });
  const get = (id: string) => client.send({ query: { inventory: '', id } });

  const none = await get('a');
  for (const id of ['b', 'a']) await put(id);
  const read = await get('a');
  const list = await client.send({ query: { inventory: '' } });
  const mismatch = await put('c', task('d'));
  const malformed = await put('c', '<InventoryConfiguration/>');
  const removed = await client.send({ method: 'DELETE', query: { inventory: '', id: 'a' } });
  const gone = await client.send({ method: 'DELETE', query: { inventory: '', id: 'a' } });

  expect([none.status, none.code]).toEqual([404, 'InventoryConfigurationNotFoundError']);
  expect(read.text).toContain(task('a'));
  expect(elements(list.text, 'Id')).toEqual(['b', 'a']);
  expect(elements(list.text, 'IsTruncated')).toEqual(['false']);
  expect([mismatch.status, mismatch.code]).toEqual([400, 'InvalidArgument']);
  expect([malformed.status, malformed.code]).toEqual([400, 'MalformedXML']);
  expect(removed.status).toBe(204);
  expect(gone.status).toBe(204);
});

test('inventory tasks that are stored at once are all kept, up to a thousand', async () => {
  const client = await clientInNewBucket(service);
  const put = (id: string) => {
    const document = `<InventoryConfiguration><Id>${id}</Id><IsEnabled>false</IsEnabled><IncludedObjectVersions>All</IncludedObjectVersions><Schedule><Frequency>Daily</Frequency></Schedule><Destination><COSBucketDestination><Bucket>qcs::cos:ap-guangzhou::list-1250000000</Bucket><Format>CSV</Format></COSBucketDestination></Destination></InventoryConfiguration>`;
    return putDocument(client, 'inventory', document, { query: { inventory: '', id } });
  };
  const statuses = new Set<number>();
  for (let first = 0; first < 1000; first += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => put(`t${first + n}`)));
    for (const { status } of answers) statuses.add(status);
  }

  const beyond = await put('one-more');
  const again = await put('t0');

  expect([...statuses]).toEqual([200]);
  expect([beyond.status, beyond.code]).toEqual([400, 'InventoryFull']);
  expect(again.status).toBe(200);
});
