/**
 * The official `cos-nodejs-sdk-v5`, as it is published, against a served process: every call beyond single objects,
 * well and badly.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import OfficialCos from 'cos-nodejs-sdk-v5';
import { expect, test, vi } from 'vitest';
import { serviceForTests } from '../service.ts';

const Region = 'ap-guangzhou';
const service = await serviceForTests({
  name: 'cos-nodejs-sdk-protocol',
  flags: ['--restore-delay', '0.1'],
});
const cos = new OfficialCos({
  SecretId: service.secretId,
  SecretKey: service.secretKey,
  Proxy: service.url,
  Protocol: 'http:',
});
const MiB = 1024 * 1024;

interface Place {
  readonly Bucket: string;
  readonly Region: string;
}

async function newBucket(): Promise<Place> {
  const place = { Bucket: `n${randomBytes(5).toString('hex')}-1250000000`, Region };
  await cos.putBucket(place);
  return place;
}

const place = await newBucket();

interface Refusal {
  readonly code?: string;
  readonly statusCode?: number;
}

/** Status and code of the error that a promise rejects with. */
function refusalOf(promise: Promise<unknown>): Promise<readonly [number | undefined, string | undefined]> {
  return promise.then(
    () => [undefined, 'none'],
    (error: unknown) => {
      const { statusCode, code } = error as Refusal;
      return [statusCode, code];
    },
  );
}

test('uploads in parts, lists them, and completes', async () => {
  const Key = 'parts/a';
  const { UploadId } = await cos.multipartInit({ ...place, Key, ContentType: 'video/mp4' });
  const bodies = [Buffer.alloc(MiB, 1), Buffer.from('end')];
  const sent = [];
  for (const [index, Body] of bodies.entries())
    sent.push(await cos.multipartUpload({ ...place, Key, UploadId, PartNumber: index + 1, Body }));

  const listed = await cos.multipartListPart({ ...place, Key, UploadId });
  const uploads = await cos.multipartList({ ...place, Prefix: 'parts/', Delimiter: '' });
  const done = await cos.multipartComplete({
    ...place,
    Key,
    UploadId,
    Parts: sent.map(({ ETag }, index) => ({ PartNumber: index + 1, ETag })),
  });

  expect(listed.Part.map(({ PartNumber, Size }) => [String(PartNumber), String(Size)])).toEqual([
    ['1', String(MiB)],
    ['2', '3'],
  ]);
  expect(uploads.Upload.map((upload) => upload.UploadId)).toEqual([UploadId]);
  expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
  const read = await cos.getObject({ ...place, Key });
  expect(Buffer.concat(bodies).equals(read.Body)).toBe(true);
});

test('gives an upload up', async () => {
  const Key = 'aborted';
  const { UploadId } = await cos.multipartInit({ ...place, Key });

  await cos.multipartAbort({ ...place, Key, UploadId });

  expect(await refusalOf(cos.multipartAbort({ ...place, Key, UploadId }))).toEqual([404, 'NoSuchUpload']);
  expect(await refusalOf(cos.multipartListPart({ ...place, Key, UploadId }))).toEqual([404, 'NoSuchUpload']);
});

test('is told what is wrong with a completion', async () => {
  const Key = 'wrong-parts';
  const { UploadId } = await cos.multipartInit({ ...place, Key });
  const one = await cos.multipartUpload({
    ...place,
    Key,
    UploadId,
    PartNumber: 1,
    Body: Buffer.from('short'),
  });
  const two = await cos.multipartUpload({ ...place, Key, UploadId, PartNumber: 2, Body: Buffer.from('x') });
  const parts = [one, two].map(({ ETag }, index) => ({ PartNumber: index + 1, ETag }));
  const complete = (Parts: typeof parts) =>
    refusalOf(cos.multipartComplete({ ...place, Key, UploadId, Parts }));

  expect(await complete(parts)).toEqual([400, 'EntityTooSmall']);
  expect(await complete(parts.toReversed())).toEqual([400, 'InvalidPartOrder']);
  expect(await complete([{ PartNumber: 1, ETag: '"0"' }])).toEqual([400, 'InvalidPart']);
});

test('uploads a file in slices', async () => {
  const Body = Buffer.alloc(3 * MiB + 17, 's');

  const folder = await mkdtemp(fileURLToPath(new URL('../../.tmp/sliced-', import.meta.url)));
  const FilePath = join(folder, 'file');
  await writeFile(FilePath, Body);

  const done = await cos.sliceUploadFile({ ...place, Key: 'sliced', FilePath, SliceSize: MiB });
  await rm(folder, { recursive: true });

  expect(done.statusCode).toBe(200);
  expect((await cos.getObject({ ...place, Key: 'sliced' })).Body.equals(Body)).toBe(true);
});

test('copies objects and parts', async () => {
  await cos.putObject({ ...place, Key: 'source', Body: 'abcdef', Headers: { 'x-cos-meta-a': '1' } });
  const CopySource = `${place.Bucket}.cos.${Region}.myqcloud.com/source`;

  const copied = await cos.putObjectCopy({ ...place, Key: 'copy', CopySource });
  const { UploadId } = await cos.multipartInit({ ...place, Key: 'part-copy' });
  const part = await cos.uploadPartCopy({
    ...place,
    Key: 'part-copy',
    UploadId,
    PartNumber: '1',
    CopySource,
    CopySourceRange: 'bytes=1-3',
  } as unknown as Parameters<typeof cos.uploadPartCopy>[0]);
  await cos.multipartComplete({
    ...place,
    Key: 'part-copy',
    UploadId,
    Parts: [{ PartNumber: 1, ETag: part.ETag }],
  });

  expect(copied.ETag).toBe('"e80b5017098950fc58aad83c8c14978e"');
  expect((await cos.headObject({ ...place, Key: 'copy' })).headers?.['x-cos-meta-a']).toBe('1');
  expect(String((await cos.getObject({ ...place, Key: 'part-copy' })).Body)).toBe('bcd');
  expect(
    await refusalOf(cos.putObjectCopy({ ...place, Key: 'x', CopySource: `${CopySource}-absent` })),
  ).toEqual([404, 'NoSuchKey']);
});

test('appends where the object ends and nowhere else', async () => {
  const append = (Position: number, Body: string) =>
    cos.appendObject({ ...place, Key: 'log', Position, Body });

  await append(0, 'one');
  const second = await append(3, 'two');

  expect(second.headers?.['x-cos-next-append-position']).toBe('6');
  expect(await refusalOf(append(3, 'x'))).toEqual([409, 'AppendPositionErr']);
  expect(String((await cos.getObject({ ...place, Key: 'log' })).Body)).toBe('onetwo');
});

test('deletes many objects at once', async () => {
  const own = await newBucket();
  for (const Key of ['a', 'b&c', 'd']) await cos.putObject({ ...own, Key, Body: 'x' });

  const done = await cos.deleteMultipleObject({ ...own, Objects: [{ Key: 'a' }, { Key: 'b&c' }] });

  expect(done.Deleted.map(({ Key }) => Key)).toEqual(['a', 'b&c']);
  expect((await cos.getBucket(own)).Contents.map(({ Key }) => Key)).toEqual(['d']);
});

test('sets and reads access control lists', async () => {
  const own = await newBucket();
  await cos.putObject({ ...own, Key: 'k', Body: 'x' });

  await cos.putBucketAcl({ ...own, ACL: 'public-read' });
  await cos.putObjectAcl({ ...own, Key: 'k', ACL: 'private' });
  const bucket = await cos.getBucketAcl(own);
  const object = await cos.getObjectAcl({ ...own, Key: 'k' });

  expect(bucket.ACL).toBe('public-read');
  expect(object.ACL).toBe('private');
  expect(bucket.Grants).toHaveLength(2);
});

test('sets, reads and removes the policy of a bucket', async () => {
  const own = await newBucket();
  const Policy = {
    version: '2.0',
    statement: [
      {
        principal: { qcs: ['qcs::cam::anyone:anyone'] },
        effect: 'allow',
        action: ['name/cos:GetObject'],
        resource: [`qcs::cos:${Region}:uid/1250000000:${own.Bucket}/*`],
      },
    ],
  };

  await cos.putBucketPolicy({ ...own, Policy });
  const read = await cos.getBucketPolicy(own);
  await cos.deleteBucketPolicy(own);

  expect(read.Policy).toEqual(Policy);
  expect((await refusalOf(cos.getBucketPolicy(own)))[0]).toBe(404);
});

test('sets, reads and removes rules for browsers', async () => {
  const own = await newBucket();
  const CORSRules = [
    {
      AllowedOrigin: ['https://example.com'],
      AllowedMethod: ['PUT', 'GET'],
      AllowedHeader: ['*'],
      ExposeHeader: ['ETag'],
      MaxAgeSeconds: '600',
    },
  ];

  await cos.putBucketCors({ ...own, CORSRules } as unknown as Parameters<typeof cos.putBucketCors>[0]);
  const read = await cos.getBucketCors(own);
  const preflight = await cos.optionsObject({
    ...own,
    Key: 'k',
    Origin: 'https://example.com',
    AccessControlRequestMethod: 'PUT',
    AccessControlRequestHeaders: 'x-cos-meta-a',
  } as unknown as Parameters<typeof cos.optionsObject>[0]);
  await cos.deleteBucketCors(own);

  expect(read.CORSRules[0]).toMatchObject({ AllowedOrigins: ['https://example.com'], MaxAgeSeconds: '600' });
  expect(preflight.headers?.['access-control-allow-origin']).toBe('https://example.com');
  expect((await cos.getBucketCors(own)).CORSRules).toEqual([]);
});

test('sets, reads and removes tags of buckets and objects', async () => {
  const own = await newBucket();
  await cos.putObject({ ...own, Key: 'k', Body: 'x' });
  const Tags = [{ Key: 'team', Value: 'blue' }];

  await cos.putBucketTagging({ ...own, Tags });
  await cos.putObjectTagging({ ...own, Key: 'k', Tags });
  const bucket = await cos.getBucketTagging(own);
  const object = await cos.getObjectTagging({ ...own, Key: 'k' });
  await cos.deleteBucketTagging(own);
  await cos.deleteObjectTagging({ ...own, Key: 'k' });

  expect([bucket.Tags, object.Tags]).toEqual([Tags, Tags]);
  expect((await cos.getBucketTagging(own)).Tags).toEqual([]);
  expect((await cos.getObjectTagging({ ...own, Key: 'k' })).Tags).toEqual([]);
});

test('works with versions', async () => {
  const own = await newBucket();
  await cos.putBucketVersioning({ ...own, VersioningConfiguration: { Status: 'Enabled' } });
  const one = await cos.putObject({ ...own, Key: 'k', Body: 'one' });
  await cos.putObject({ ...own, Key: 'k', Body: 'two' });
  await cos.deleteObject({ ...own, Key: 'k' });

  const listed = await cos.listObjectVersions({ ...own, Prefix: '' });
  const VersionId = String(one.VersionId ?? one.headers?.['x-cos-version-id']);
  const read = await cos.getObject({ ...own, Key: 'k', VersionId });

  expect((await cos.getBucketVersioning(own)).VersioningConfiguration.Status).toBe('Enabled');
  expect([listed.Versions.length, listed.DeleteMarkers.length]).toEqual([2, 1]);
  expect(String(read.Body)).toBe('one');
});

test('restores an archived object', async () => {
  const Key = 'archived';
  await cos.putObject({ ...place, Key, Body: 'cold', StorageClass: 'ARCHIVE' });
  const before = await refusalOf(cos.getObject({ ...place, Key }));

  const answer = await cos.restoreObject({
    ...place,
    Key,
    RestoreRequest: { Days: 1, CASJobParameters: { Tier: 'Standard' } },
  } as unknown as Parameters<typeof cos.restoreObject>[0]);
  await vi.waitUntil(async () => (await refusalOf(cos.getObject({ ...place, Key })))[1] === 'none', {
    timeout: 10_000,
  });

  expect(before).toEqual([403, 'InvalidObjectState']);
  expect(answer.statusCode).toBe(202);
});

type Loose = Readonly<Record<string, (params: object) => Promise<Record<string, unknown>>>>;

test.each<[string, object, object, string]>([
  [
    'Lifecycle',
    { Rules: [{ ID: '1', Filter: { Prefix: 'a' }, Status: 'Enabled', Expiration: { Days: '3' } }] },
    { Rules: [{ ID: '1', Filter: { Prefix: 'a' }, Status: 'Enabled', Expiration: { Days: '3' } }] },
    'Rules',
  ],
  [
    'Website',
    { WebsiteConfiguration: { IndexDocument: { Suffix: 'index.html' } } },
    { WebsiteConfiguration: { IndexDocument: { Suffix: 'index.html' } } },
    'WebsiteConfiguration',
  ],
  [
    'Domain',
    { DomainRule: [{ Status: 'ENABLED', Name: 'n.example.com', Type: 'REST' }] },
    { DomainRule: [{ Status: 'ENABLED', Name: 'n.example.com', Type: 'REST' }] },
    'DomainRule',
  ],
])('stores, gives back and removes %s', async (name, params, expected, field) => {
  const own = await newBucket();
  const loose = cos as unknown as Loose;

  await loose[`putBucket${name}`]!({ ...own, ...params });
  const read = await loose[`getBucket${name}`]!({ ...own });
  await loose[`deleteBucket${name}`]!({ ...own });

  expect(read).toMatchObject(expected);
  const after: Record<string, unknown> = await loose[`getBucket${name}`]!({ ...own }).catch(() => ({}));
  expect(after[field] ?? {}).not.toMatchObject((expected as Record<string, object>)[field]!);
});

test('stores and gives back the rest', async () => {
  const own = await newBucket();
  const loose = cos as unknown as Loose;
  const referer = {
    Status: 'Enabled',
    RefererType: 'White-List',
    DomainList: { Domains: ['*.example.com'] },
    EmptyReferConfiguration: 'Allow',
  };
  const inventory = {
    Id: 'daily',
    IsEnabled: 'true',
    IncludedObjectVersions: 'All',
    OptionalFields: ['Size'],
    Schedule: { Frequency: 'Daily' },
    Destination: {
      COSBucketDestination: {
        Bucket: `qcs::cos:${Region}::${own.Bucket}`,
        Format: 'CSV',
        Encryption: { SSECOS: '' },
      },
    },
  };

  await loose['putBucketReferer']!({ ...own, RefererConfiguration: structuredClone(referer) });
  await loose['putBucketLogging']!({
    ...own,
    BucketLoggingStatus: { LoggingEnabled: { TargetBucket: own.Bucket, TargetPrefix: 'log' } },
  });
  await loose['putBucketAccelerate']!({
    ...own,
    AccelerateConfiguration: { Status: 'Enabled', Type: 'COS' },
  });
  await loose['putBucketInventory']!({
    ...own,
    Id: 'daily',
    InventoryConfiguration: structuredClone(inventory),
  });

  const read = await Promise.all([
    loose['getBucketReferer']!({ ...own }),
    loose['getBucketLogging']!({ ...own }),
    loose['getBucketAccelerate']!({ ...own }),
    loose['getBucketInventory']!({ ...own, Id: 'daily' }),
    loose['listBucketInventory']!({ ...own }),
  ]);
  await loose['deleteBucketInventory']!({ ...own, Id: 'daily' });

  expect(read[0]).toMatchObject({ RefererConfiguration: referer });
  expect(read[1]).toMatchObject({ BucketLoggingStatus: { LoggingEnabled: { TargetBucket: own.Bucket } } });
  expect(read[2]).toMatchObject({ AccelerateConfiguration: { Status: 'Enabled' } });
  expect(read[3]).toMatchObject({ InventoryConfiguration: { Id: 'daily', OptionalFields: ['Size'] } });
  expect(read[4]?.['InventoryConfigurations']).toHaveLength(1);
});
