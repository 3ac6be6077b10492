import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { describeDocument, type Document } from './bucket-document.ts';
import { clientInNewBucket } from './client.ts';
import { covers } from './covers.ts';
import { putDocument, setVersioning } from './documents.ts';

covers('putBucketReplication', 'getBucketReplication', 'deleteBucketReplication');

const service = await serviceForTests({ name: 'bucket-replication' });

const replication: Document = {
  flag: 'replication',
  root: 'ReplicationConfiguration',
  inner:
    '<Role>qcs::cam::uin/100000000001:uin/100000000001</Role><Rule><Status>Enabled</Status><ID>r</ID><Prefix>a/</Prefix><Destination><Bucket>qcs::cos:ap-beijing::copy-1250000000</Bucket></Destination></Rule>',
  absent: 'ReplicationConfigurationNotFoundError',
  removable: true,
  malformed: [
    ['no rule', '<Role>r</Role>', 'MalformedXML'],
    [
      'a target that is none',
      '<Role>r</Role><Rule><Status>Enabled</Status><Destination><Bucket>copy</Bucket></Destination></Rule>',
      'TargetBucketNameInvalid',
    ],
    [
      'two targets',
      '<Role>r</Role><Rule><Status>Enabled</Status><Destination><Bucket>qcs::cos:a::b-1</Bucket></Destination></Rule><Rule><Status>Enabled</Status><Destination><Bucket>qcs::cos:a::c-1</Bucket></Destination></Rule>',
      'MultiBucketNotSupport',
    ],
  ],
  prepare: (client) => setVersioning(client, 'Enabled'),
};

describeDocument(service, replication);

test('replication needs versioning, and keeps it from being suspended', async () => {
  const client = await clientInNewBucket(service);
  const { root, inner } = replication;
  const document = `<${root}>${inner}</${root}>`;

  const before = await putDocument(client, 'replication', document);
  await setVersioning(client, 'Enabled');
  await putDocument(client, 'replication', document);
  const suspended = await putDocument(
    client,
    'versioning',
    '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>',
  );

  expect([before.status, before.code]).toEqual([400, 'BucketVersionNotOpen']);
  expect([suspended.status, suspended.code]).toEqual([409, 'InvalidBucketState']);
});
