import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';
import { covers } from './covers.ts';

covers('postBucketInventory', 'selectObjectContent');

const service = await serviceForTests({ name: 'not-implemented' });

test.each([
  ['an inventory taken at once', undefined, { inventory: '', id: 'a' }],
  ['a query over an object', 'a.csv', { select: '', 'select-type': '2' }],
])('%s is answered as not implemented', async (_what, key, query) => {
  const client = await clientInNewBucket(service);
  const answer = await client.send({
    method: 'POST',
    ...(key === undefined ? {} : { key }),
    query,
    body: '<a/>',
  });

  expect([answer.status, answer.code]).toEqual([501, 'NotImplemented']);
});
