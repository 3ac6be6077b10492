import { serviceForTests } from '../service.ts';
import { describeDocument } from './bucket-document.ts';
import { covers } from './covers.ts';

covers('putBucketEncryption', 'getBucketEncryption', 'deleteBucketEncryption');

const service = await serviceForTests({ name: 'bucket-encryption' });

describeDocument(service, {
  flag: 'encryption',
  root: 'ServerSideEncryptionConfiguration',
  inner:
    '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>',
  absent: 'NoSuchEncryptionConfiguration',
  removable: true,
  malformed: [
    ['no rule', '', 'MalformedXML'],
    [
      'an unknown algorithm',
      '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>ROT13</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>',
      'MalformedXML',
    ],
  ],
});
