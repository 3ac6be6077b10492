import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { describeDocument } from './bucket-document.ts';
import { clientFor, clientInNewBucket, freshName } from './client.ts';
import { covers } from './covers.ts';
import { putDocument } from './documents.ts';

covers('putBucketAccelerate', 'getBucketAccelerate');

const service = await serviceForTests({ name: 'bucket-accelerate' });

describeDocument(service, {
  flag: 'accelerate',
  root: 'AccelerateConfiguration',
  inner: '<Status>Enabled</Status><Type>COS</Type>',
  absent: '<AccelerateConfiguration/>',
  removable: false,
  malformed: [
    ['no status', '', 'MalformedXML'],
    ['an unknown status', '<Status>Faster</Status>', 'MalformedXML'],
  ],
});

test.each(['never', 'Suspended'])(
  'the acceleration host serves objects of a bucket that has switched it on (before: %s)',
  async (before) => {
    const client = await clientInNewBucket(service);
    const host = `${client.bucket}.cos.accelerate.myqcloud.com`;
    await client.put('k', 'x');
    const set = (status: string) =>
      putDocument(
        client,
        'accelerate',
        `<AccelerateConfiguration><Status>${status}</Status></AccelerateConfiguration>`,
      );
    if (before !== 'never') await set(before);

    const refused = await client.send({ key: 'k', host });
    await set('Enabled');
    const after = await client.send({ key: 'k', host });
    const config = await client.send({ query: { cors: '' }, host });
    const made = await clientFor(service, freshName()).send({ method: 'PUT', host });

    expect([refused.status, refused.code]).toEqual([400, 'BucketAccelerateNotEnabled']);
    expect([after.status, after.text]).toEqual([200, 'x']);
    expect([config.status, config.code]).toEqual([400, 'ActionAccelerateNotSupported']);
    expect([made.status, made.code]).toEqual([400, 'ActionAccelerateNotSupported']);
  },
);
