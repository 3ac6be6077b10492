/** Documents of a bucket that are checked, stored and given back; those with an effect have files of their own. */
import { describe, expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, type TestClient } from './client.ts';
import { covers } from './covers.ts';
import { elements, putDocument, setVersioning } from './documents.ts';

covers(
  'putBucketAccelerate',
  'getBucketAccelerate',
  'putBucketDomain',
  'getBucketDomain',
  'deleteBucketDomain',
  'putBucketEncryption',
  'getBucketEncryption',
  'deleteBucketEncryption',
  'putBucketInventory',
  'getBucketInventory',
  'listBucketInventory',
  'deleteBucketInventory',
  'putBucketLifecycle',
  'getBucketLifecycle',
  'deleteBucketLifecycle',
  'putBucketLogging',
  'getBucketLogging',
  'putBucketOrigin',
  'getBucketOrigin',
  'deleteBucketOrigin',
  'putBucketReferer',
  'getBucketReferer',
  'putBucketReplication',
  'getBucketReplication',
  'deleteBucketReplication',
  'putBucketWebsite',
  'getBucketWebsite',
  'deleteBucketWebsite',
);

const service = await serviceForTests({ name: 'bucket-documents' });

interface Document {
  readonly flag: string;
  readonly root: string;
  readonly inner: string;
  /** Code for a bucket without the document, or the empty document. */
  readonly absent: string;
  readonly removable: boolean;
  readonly malformed: readonly (readonly [string, string, string])[];
  readonly prepare?: (client: TestClient) => Promise<unknown>;
}

const rule = '<Rule><ID>a</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Enabled</Status>';
const documents: readonly Document[] = [
  {
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
  },
  {
    flag: 'referer',
    root: 'RefererConfiguration',
    inner:
      '<Status>Enabled</Status><RefererType>White-List</RefererType><DomainList><Domain>*.example.com</Domain></DomainList><EmptyReferConfiguration>Allow</EmptyReferConfiguration>',
    absent: 'NoSuchRefererConfiguration',
    removable: false,
    malformed: [
      ['no status', '', 'MalformedXML'],
      ['no list', '<Status>Enabled</Status><RefererType>White-List</RefererType>', 'MalformedXML'],
      ['an unknown type', '<Status>Enabled</Status><RefererType>Grey-List</RefererType>', 'MalformedXML'],
    ],
  },
  {
    flag: 'website',
    root: 'WebsiteConfiguration',
    inner:
      '<IndexDocument><Suffix>index.html</Suffix></IndexDocument><ErrorDocument><Key>error.html</Key></ErrorDocument><RoutingRules><RoutingRule><Condition><KeyPrefixEquals>old/</KeyPrefixEquals></Condition><Redirect><ReplaceKeyPrefixWith>new/</ReplaceKeyPrefixWith></Redirect></RoutingRule></RoutingRules>',
    absent: 'NoSuchWebsiteConfiguration',
    removable: true,
    malformed: [
      ['no index', '', 'InvalidArgument'],
      ['an index with a slash', '<IndexDocument><Suffix>a/b</Suffix></IndexDocument>', 'InvalidArgument'],
      [
        'a redirect to http',
        '<IndexDocument><Suffix>i</Suffix></IndexDocument><RedirectAllRequestsTo><Protocol>http</Protocol></RedirectAllRequestsTo>',
        'InvalidArgument',
      ],
      [
        'a condition on 500',
        '<IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules><RoutingRule><Condition><HttpErrorCodeReturnedEquals>500</HttpErrorCodeReturnedEquals></Condition><Redirect><ReplaceKeyWith>a</ReplaceKeyWith></Redirect></RoutingRule></RoutingRules>',
        'MalformedXML',
      ],
      [
        'a redirect to nowhere',
        '<IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules><RoutingRule><Condition><KeyPrefixEquals>a</KeyPrefixEquals></Condition><Redirect/></RoutingRule></RoutingRules>',
        'MalformedXML',
      ],
    ],
  },
  {
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
  },
  {
    flag: 'accelerate',
    root: 'AccelerateConfiguration',
    inner: '<Status>Enabled</Status><Type>COS</Type>',
    absent: '<AccelerateConfiguration/>',
    removable: false,
    malformed: [
      ['no status', '', 'MalformedXML'],
      ['an unknown status', '<Status>Faster</Status>', 'MalformedXML'],
    ],
  },
  {
    flag: 'domain',
    root: 'DomainConfiguration',
    inner:
      '<DomainRule><Status>ENABLED</Status><Name>static.example.com</Name><Type>REST</Type></DomainRule>',
    absent: '<DomainConfiguration/>',
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
  },
  {
    flag: 'origin',
    root: 'OriginConfiguration',
    inner:
      '<OriginRule><RulePriority>1</RulePriority><OriginType>Mirror</OriginType><OriginCondition><HTTPStatusCode>404</HTTPStatusCode></OriginCondition><OriginParameter><Protocol>HTTP</Protocol></OriginParameter><OriginInfo><HostInfo><HostName>origin.example.com</HostName></HostInfo></OriginInfo></OriginRule>',
    absent: 'OriginConfigurationNotFoundError',
    removable: true,
    malformed: [
      ['no rule', '', 'MalformedXML'],
      ['no host', '<OriginRule><OriginInfo/></OriginRule>', 'MalformedXML'],
    ],
  },
  {
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
  },
];

describe.each(documents)('$flag', ({ flag, root, inner, absent, removable, malformed, prepare }) => {
  async function bucket(): Promise<TestClient> {
    const client = await clientInNewBucket(service);
    await prepare?.(client);
    return client;
  }
  const whole = (content: string) => `<${root}>${content}</${root}>`;

  test('is stored, given back as it was written, and removed', async () => {
    const client = await bucket();
    const none = await client.send({ query: { [flag]: '' } });

    const put = await putDocument(client, flag, whole(inner));
    const read = await client.send({ query: { [flag]: '' } });

    expect(absent.startsWith('<') ? none.text : none.code).toContain(absent);
    expect(none.status).toBe(absent.startsWith('<') ? 200 : 404);
    expect([put.status, put.text]).toEqual([200, '']);
    expect(read.status).toBe(200);
    expect(read.text).toContain(whole(inner));
    if (removable) {
      const removed = await client.send({ method: 'DELETE', query: { [flag]: '' } });
      const after = await client.send({ query: { [flag]: '' } });
      expect([removed.status, after.text.includes(inner)]).toEqual([204, false]);
    }
  });

  test.each(malformed)('with %s is refused', async (_what, content, code) => {
    const client = await bucket();

    const answer = await putDocument(client, flag, whole(content));

    expect([answer.status, answer.code]).toEqual([400, code]);
  });

  test('is not for strangers', async () => {
    const client = await bucket();

    const read = await client.send({ query: { [flag]: '' }, sign: 'none' });
    const written = await putDocument(client, flag, whole(inner), { sign: 'none' });

    expect([read.status, written.status]).toEqual([403, 403]);
  });
});

test('replication needs versioning, and keeps it from being suspended', async () => {
  const client = await clientInNewBucket(service);
  const { root, inner } = documents.find(({ flag }) => flag === 'replication')!;
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
  expect(elements(list.text, 'Id')).toEqual(['a', 'b']);
  expect(elements(list.text, 'IsTruncated')).toEqual(['false']);
  expect([mismatch.status, mismatch.code]).toEqual([400, 'InvalidArgument']);
  expect([malformed.status, malformed.code]).toEqual([400, 'MalformedXML']);
  expect(removed.status).toBe(204);
  expect([gone.status, gone.code]).toEqual([404, 'InventoryConfigurationNotFoundError']);
});

test.each(['object-lock', 'notification', 'intelligenttiering', 'live', 'symlink'])(
  'the sub-resource %s is not implemented, and is never taken for something simpler',
  async (flag) => {
    const client = await clientInNewBucket(service);

    const answers = await Promise.all(
      ['GET', 'PUT', 'DELETE'].map((method) => client.send({ method, query: { [flag]: '' } })),
    );

    expect(answers.map(({ status, code }) => [status, code])).toEqual(
      answers.map(() => [501, 'NotImplemented']),
    );
    expect((await client.send({ method: 'HEAD' })).status).toBe(200);
  },
);
