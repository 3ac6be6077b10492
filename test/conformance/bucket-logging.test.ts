import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';
import { covers } from './covers.ts';
import { elements, putDocument } from './documents.ts';

covers('putBucketLogging', 'getBucketLogging');

const service = await serviceForTests({ name: 'bucket-logging' });

test('the log goes to an own bucket of the same region', async () => {
  const client = await clientInNewBucket(service);
  const log = await clientInNewBucket(service);
  const status = (bucket: string, prefix = 'log/') =>
    `<BucketLoggingStatus><LoggingEnabled><TargetBucket>${bucket}</TargetBucket><TargetPrefix>${prefix}</TargetPrefix></LoggingEnabled></BucketLoggingStatus>`;

  const none = await client.send({ query: { logging: '' } });
  const put = await putDocument(client, 'logging', status(log.bucket));
  const read = await client.send({ query: { logging: '' } });
  const missing = await putDocument(client, 'logging', status('nobody-1250000000'));
  const prefix = await putDocument(client, 'logging', status(log.bucket, '/log'));
  const stopped = await putDocument(client, 'logging', '<BucketLoggingStatus/>');

  expect(none.text).toContain('<BucketLoggingStatus/>');
  expect([put.status, stopped.status]).toEqual([200, 200]);
  expect(elements(read.text, 'TargetBucket')).toEqual([log.bucket]);
  expect([missing.status, missing.code]).toEqual([400, 'InvalidTargetBucketForLogging']);
  expect([prefix.status, prefix.code]).toEqual([400, 'LoggingPrefixInvalid']);
});
