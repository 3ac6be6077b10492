/** Every method of the class, on Node, against a served process. What needs more than one call has its own tests. */
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import COS from '@sampan/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startService, type RunningService } from '../service.ts';

const Bucket = 'examplebucket-1250000000';
const Region = 'ap-guangzhou';
const place = { Bucket, Region };
const object = { ...place, Key: '目录/a b+%.txt' };

let service: RunningService;
let folder = '';
let cos: COS;

type Calls = Readonly<Record<string, (params: object) => Promise<Record<string, unknown>>>>;
const call = (name: string, params: object): Promise<Record<string, unknown>> =>
  (cos as unknown as Calls)[name]!(params);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sampan-surface-'));
  service = await startService({ flags: ['--bucket', Bucket], name: 'surface' });
  cos = new COS({
    SecretId: service.secretId,
    SecretKey: service.secretKey,
    Proxy: service.url,
    Protocol: 'http',
    ConfCwd: join(folder, 'records'),
  });
  await cos.putObject({ ...object, Body: 'hello', 'x-cos-meta-a': '1' });
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

const website = { IndexDocument: { Suffix: 'index.html' } };
const origin = {
  RulePriority: 1,
  OriginType: 'Mirror',
  OriginCondition: { HTTPStatusCode: 404, Prefix: '' },
  OriginParameter: { Protocol: 'HTTP', FollowRedirection: 'true' },
  OriginInfo: { HostInfo: { HostName: 'example.com' } },
};
const inventory = {
  Id: 'list1',
  IsEnabled: 'true',
  IncludedObjectVersions: 'All',
  OptionalFields: ['Size'],
  Schedule: { Frequency: 'Daily' },
  Destination: {
    COSBucketDestination: {
      Bucket: `qcs::cos:${Region}::${Bucket}`,
      Format: 'CSV',
      Encryption: { SSECOS: '' },
    },
  },
};

// In this order: what is written is read back, and removed.
test.each<[string, object, object]>([
  ['getService', {}, { Buckets: [{ Name: Bucket, Location: Region }] }],
  ['headBucket', place, { statusCode: 200 }],
  ['getBucketLocation', place, { LocationConstraint: Region }],
  [
    'getBucket',
    { ...place, Prefix: '目录/' },
    { Contents: [{ Key: object.Key, Size: '5' }], IsTruncated: 'false' },
  ],
  ['listObjectVersions', place, { Versions: [{ Key: object.Key }], DeleteMarkers: [] }],
  ['putBucketAcl', { ...place, ACL: 'private' }, { statusCode: 200 }],
  ['getBucketAcl', place, { ACL: 'private' }],
  [
    'putBucketCors',
    { ...place, CORSRules: [{ AllowedOrigins: ['*'], AllowedMethods: ['GET'], AllowedHeaders: ['*'] }] },
    {},
  ],
  ['getBucketCors', place, { CORSRules: [{ AllowedOrigins: ['*'], AllowedMethods: ['GET'] }] }],
  [
    'optionsObject',
    { ...object, Origin: 'http://a.b', AccessControlRequestMethod: 'GET' },
    { AccessControlAllowMethods: 'GET' },
  ],
  ['deleteBucketCors', place, { statusCode: 204 }],
  ['putBucketTagging', { ...place, Tags: [{ Key: 'k', Value: 'v' }] }, {}],
  ['getBucketTagging', place, { Tags: [{ Key: 'k', Value: 'v' }] }],
  ['deleteBucketTagging', place, { statusCode: 204 }],
  ['getBucketTagging', place, { Tags: [], statusCode: 404 }],
  [
    'putBucketLifecycle',
    { ...place, Rules: [{ ID: '1', Filter: { Prefix: 'x' }, Status: 'Enabled', Expiration: { Days: 3 } }] },
    {},
  ],
  ['getBucketLifecycle', place, { Rules: [{ ID: '1', Expiration: { Days: '3' } }] }],
  ['deleteBucketLifecycle', place, { statusCode: 204 }],
  [
    'putBucketReferer',
    {
      ...place,
      RefererConfiguration: {
        Status: 'Disabled',
        RefererType: 'White-List',
        DomainList: { Domains: ['a.b'] },
      },
    },
    {},
  ],
  [
    'getBucketReferer',
    place,
    { RefererConfiguration: { Status: 'Disabled', DomainList: { Domains: ['a.b'] } } },
  ],
  ['putBucketWebsite', { ...place, WebsiteConfiguration: website }, {}],
  ['getBucketWebsite', place, { WebsiteConfiguration: website }],
  ['deleteBucketWebsite', place, { statusCode: 204 }],
  [
    'putBucketDomain',
    { ...place, DomainRule: [{ Status: 'ENABLED', Name: 'a.example.com', Type: 'REST' }] },
    {},
  ],
  ['getBucketDomain', place, { DomainRule: [{ Name: 'a.example.com' }] }],
  ['deleteBucketDomain', place, { statusCode: 204 }],
  ['putBucketOrigin', { ...place, OriginRule: [origin] }, {}],
  ['getBucketOrigin', place, { OriginRule: [{ OriginType: 'Mirror' }] }],
  ['deleteBucketOrigin', place, { statusCode: 204 }],
  [
    'putBucketLogging',
    { ...place, BucketLoggingStatus: { LoggingEnabled: { TargetBucket: Bucket, TargetPrefix: 'l/' } } },
    {},
  ],
  ['getBucketLogging', place, { BucketLoggingStatus: { LoggingEnabled: { TargetPrefix: 'l/' } } }],
  ['putBucketInventory', { ...place, Id: 'list1', InventoryConfiguration: inventory }, {}],
  [
    'getBucketInventory',
    { ...place, Id: 'list1' },
    { InventoryConfiguration: { Id: 'list1', OptionalFields: ['Size'] } },
  ],
  ['listBucketInventory', place, { InventoryConfigurations: [{ Id: 'list1' }] }],
  ['deleteBucketInventory', { ...place, Id: 'list1' }, { statusCode: 204 }],
  ['putBucketAccelerate', { ...place, AccelerateConfiguration: { Status: 'Suspended' } }, {}],
  ['getBucketAccelerate', place, { AccelerateConfiguration: { Status: 'Suspended' } }],
  [
    'putBucketEncryption',
    {
      ...place,
      ServerSideEncryptionConfiguration: {
        Rule: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    },
    {},
  ],
  [
    'getBucketEncryption',
    place,
    {
      EncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    },
  ],
  ['deleteBucketEncryption', place, { statusCode: 204 }],
  ['getBucketReplication', place, { ReplicationConfiguration: { Rules: [] }, statusCode: 404 }],
  ['deleteBucketReplication', place, { statusCode: 204 }],
  ['headObject', object, { statusCode: 200, ETag: '"5d41402abc4b2a76b9719d911017c592"' }],
  ['getObject', { ...object, Range: 'bytes=1-2' }, { statusCode: 206, Body: Buffer.from('el') }],
  ['putObjectAcl', { ...object, ACL: 'public-read' }, {}],
  ['getObjectAcl', object, { ACL: 'public-read' }],
  ['putObjectTagging', { ...object, Tags: [{ Key: 'k', Value: 'v' }] }, {}],
  ['getObjectTagging', object, { Tags: [{ Key: 'k', Value: 'v' }] }],
  ['deleteObjectTagging', object, { statusCode: 204 }],
  [
    'putObjectCopy',
    {
      ...place,
      Key: 'copy',
      CopySource: `${Bucket}.cos.${Region}.myqcloud.com/${encodeURIComponent(object.Key)}`,
    },
    { ETag: '"5d41402abc4b2a76b9719d911017c592"' },
  ],
  [
    'deleteMultipleObject',
    { ...place, Objects: [{ Key: 'copy' }, { Key: 'none' }] },
    { Deleted: [{ Key: 'copy' }, { Key: 'none' }], Error: [] },
  ],
  ['appendObject', { ...place, Key: 'appended', Body: 'abc', Position: 0 }, { statusCode: 200 }],
  [
    'appendObject',
    { ...place, Key: 'appended', Body: 'def', Position: '3' },
    { headers: { 'x-cos-next-append-position': '6' } },
  ],
  ['request', { ...place, Method: 'GET', Query: { prefix: 'app' } }, { ListBucketResult: { Prefix: 'app' } }],
  ['request', { ...place, Key: 'appended', Method: 'GET', RawBody: true }, { Body: 'abcdef' }],
  ['deleteObject', { ...place, Key: 'appended' }, { statusCode: 204 }],
  // Last: nothing can be appended in a bucket that ever had versions.
  ['putBucketVersioning', { ...place, VersioningConfiguration: { Status: 'Suspended' } }, {}],
  ['getBucketVersioning', place, { VersioningConfiguration: { Status: 'Suspended' } }],
])('%s %#', async (name, params, wanted) => {
  expect(await call(name, params)).toMatchObject(wanted);
});

describe('bytes', () => {
  const bytes = Buffer.alloc(5_000_000, 'sampan');

  test('go up and down by every way', async () => {
    const path = join(folder, 'up');
    await writeFile(path, bytes);
    const Key = 'bytes';
    const put = [
      await cos.putObject({ ...place, Key, FilePath: path }),
      await cos.putObject({ ...place, Key, Body: createReadStream(path) }),
      await cos.putObject({ ...place, Key, Body: createReadStream(path).pipe(new PassThrough()) }),
      await cos.postObject({ ...place, Key, FilePath: path }),
      await cos.uploadFile({ ...place, Key, FilePath: path }),
    ];
    const read = await cos.getObject({ ...place, Key });
    await cos.getObject({ ...place, Key, Output: join(folder, 'output') });
    await cos.downloadFile({ ...place, Key, FilePath: join(folder, 'down') });
    const streamed = Buffer.concat(
      await (cos.getObjectStream({ ...place, Key }) as unknown as Readable).toArray(),
    );
    const url = cos.getObjectUrl({ ...place, Key, Domain: `${service.url}/{Bucket}` });
    const fetched = Buffer.from(await (await fetch(url)).arrayBuffer());

    expect(put.map(({ ETag }) => ETag.length > 2)).toEqual([true, true, true, true, true]);
    expect(read.Body.equals(bytes)).toBe(true);
    for (const name of ['output', 'down'])
      expect((await readFile(join(folder, name))).equals(bytes)).toBe(true);
    expect([streamed.equals(bytes), fetched.equals(bytes)]).toEqual([true, true]);
  });

  test('are copied in parts with what belongs to them', async () => {
    await cos.putObject({ ...place, Key: 'source', Body: bytes, ContentType: 'a/b', 'x-cos-meta-m': '1' });
    const CopySource = `${Bucket}.cos.${Region}.myqcloud.com/source`;
    await cos.sliceCopyFile({
      ...place,
      Key: 'target',
      CopySource,
      CopySliceSize: 1_048_576,
      CopyChunkSize: 2_097_152,
    });
    const { headers, ETag } = await cos.headObject({ ...place, Key: 'target' });

    expect([headers?.['content-type'], headers?.['x-cos-meta-m'], /-3"$/.test(ETag)]).toEqual([
      'a/b',
      '1',
      true,
    ]);
  });
});
