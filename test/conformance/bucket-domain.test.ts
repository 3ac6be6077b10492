import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { describeDocument } from './bucket-document.ts';
import { clientInNewBucket } from './client.ts';
import { covers } from './covers.ts';
import { putDocument } from './documents.ts';

covers('putBucketDomain', 'getBucketDomain', 'deleteBucketDomain');

const service = await serviceForTests({ name: 'bucket-domain' });

describeDocument(service, {
  flag: 'domain',
  root: 'DomainConfiguration',
  inner: '<DomainRule><Status>ENABLED</Status><Name>static.example.com</Name><Type>REST</Type></DomainRule>',
  absent: 'DomainConfigNotFoundError',
  removable: true,
  malformed: [
    ['no rule', '', 'MalformedXML'],
    [
      'a name that is none',
      '<DomainRule><Status>ENABLED</Status><Name>a b</Name><Type>REST</Type></DomainRule>',
      'InvalidArgument',
    ],
    [
      'an unknown type',
      '<DomainRule><Status>ENABLED</Status><Name>b.example.com</Name><Type>FTP</Type></DomainRule>',
      'MalformedXML',
    ],
  ],
});

test('a domain belongs to one bucket', async () => {
  const one = await clientInNewBucket(service);
  const two = await clientInNewBucket(service);
  const name =
    '<DomainRule><Status>ENABLED</Status><Name>only.example.com</Name><Type>REST</Type></DomainRule>';

  await putDocument(one, 'domain', `<DomainConfiguration>${name}</DomainConfiguration>`);
  const other = await putDocument(two, 'domain', `<DomainConfiguration>${name}</DomainConfiguration>`);
  const twice = await putDocument(one, 'domain', `<DomainConfiguration>${name}${name}</DomainConfiguration>`);

  expect([other.status, other.code]).toEqual([409, 'DomainConfigConflict']);
  expect([twice.status, twice.code]).toEqual([409, 'RecordAlreadyExist']);
});
