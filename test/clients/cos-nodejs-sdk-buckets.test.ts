/**
 * The official `cos-nodejs-sdk-v5`, as it is published, against a served process: buckets with every document they can
 * have, temporary keys, encryption and limits, well and badly.
 */
import { createHash, randomBytes } from 'node:crypto';
import OfficialCos from 'cos-nodejs-sdk-v5';
import { describe, expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { durationSeconds, temporaryKeys } from './temporary-keys.ts';

const Region = 'ap-guangzhou';
const service = await serviceForTests({ name: 'cos-nodejs-sdk-buckets' });
const reach = { Proxy: service.url, Protocol: 'http:' } as const;

/** A method of the SDK by its name: what it is called with and gives is what the tests are about. */
type Method = (params: object) => Promise<Record<string, unknown>>;
const by = (client: OfficialCos) => client as unknown as Readonly<Record<string, Method>>;
const official = new OfficialCos({ SecretId: service.secretId, SecretKey: service.secretKey, ...reach });
const cos = by(official);

interface Place {
  readonly Bucket: string;
  readonly Region: string;
}

async function newBucket(): Promise<Place> {
  const place = { Bucket: `n${randomBytes(5).toString('hex')}-1250000000`, Region };
  await official.putBucket(place);
  return place;
}

/** Status and code of the error that a promise rejects with. */
function refusalOf(promise: Promise<unknown>): Promise<readonly [number | undefined, string | undefined]> {
  return promise.then(
    () => [undefined, 'none'],
    (error: unknown) => {
      const { statusCode, code } = error as { readonly statusCode?: number; readonly code?: string };
      return [statusCode, code];
    },
  );
}

test('buckets are made, found, located, listed and deleted', async () => {
  const place = await newBucket();

  const again = await refusalOf(official.putBucket(place));
  const head = await official.headBucket(place);
  const location = await cos['getBucketLocation']!(place);
  const { Buckets } = await official.getService();
  await official.putObject({ ...place, Key: 'a', Body: 'x' });
  const full = await refusalOf(official.deleteBucket(place));
  await official.deleteObject({ ...place, Key: 'a' });
  const deleted = await official.deleteBucket(place);
  const gone = await refusalOf(official.headBucket(place));

  expect(again).toEqual([409, 'BucketAlreadyOwnedByYou']);
  expect([head.statusCode, location['LocationConstraint'], deleted.statusCode]).toEqual([200, Region, 204]);
  expect(Buckets.map(({ Name }) => Name)).toContain(place.Bucket);
  expect(full).toEqual([409, 'BucketNotEmpty']);
  expect(gone[0]).toBe(404);
});

const inventory = {
  Id: 'list1',
  IsEnabled: 'true',
  IncludedObjectVersions: 'All',
  Schedule: { Frequency: 'Daily' },
  Destination: {
    COSBucketDestination: { Bucket: 'qcs::cos:ap-guangzhou::list-1250000000', Format: 'CSV', Prefix: 'list' },
  },
};

interface Configuration {
  readonly name: string;
  readonly put: object;
  /** What the SDK gives back of it, if not the same. */
  readonly stored?: object;
  /** What it gives for a bucket without; a text is the code of an error. */
  readonly none: object | string;
  readonly bad: object;
  readonly code: string;
  /** Named in each call besides the bucket. */
  readonly also?: object;
  readonly versioned?: true;
  readonly stays?: true;
}

const configurations: readonly Configuration[] = [
  {
    name: 'Lifecycle',
    put: { Rules: [{ ID: '1', Status: 'Enabled', Filter: { Prefix: 'a/' }, Expiration: { Days: '3' } }] },
    none: { Rules: [] },
    bad: { Rules: [{ ID: '1', Status: 'Enabled', Filter: { Prefix: 'a/' }, Expiration: { Days: '0' } }] },
    code: 'InvalidArgument',
  },
  {
    name: 'Website',
    put: {
      WebsiteConfiguration: { IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: 'e.html' } },
    },
    none: { WebsiteConfiguration: {} },
    bad: { WebsiteConfiguration: { IndexDocument: { Suffix: 'a/b' } } },
    code: 'InvalidArgument',
  },
  {
    name: 'Referer',
    put: {
      RefererConfiguration: {
        Status: 'Enabled',
        RefererType: 'White-List',
        DomainList: { Domains: ['*.example.com'] },
        EmptyReferConfiguration: 'Allow',
      },
    },
    // The SDK calls it so.
    none: { WebsiteConfiguration: {}, statusCode: 404 },
    bad: {
      RefererConfiguration: { Status: 'Enabled', RefererType: 'White-List', DomainList: { Domains: [] } },
    },
    code: 'MalformedXML',
    stays: true,
  },
  {
    name: 'Domain',
    put: { DomainRule: [{ Status: 'DISABLED', Name: 'node.example.com', Type: 'REST' }] },
    none: 'DomainConfigNotFoundError',
    bad: { DomainRule: [{ Status: 'DISABLED', Name: 'a b', Type: 'REST' }] },
    code: 'InvalidArgument',
  },
  {
    name: 'Origin',
    put: {
      OriginRule: [
        {
          OriginType: 'Mirror',
          OriginCondition: { HTTPStatusCode: '404' },
          OriginParameter: { Protocol: 'HTTP' },
          OriginInfo: { HostInfo: { HostName: 'origin.example.com' } },
        },
      ],
    },
    none: 'OriginConfigurationNotFoundError',
    bad: { OriginRule: [{ OriginType: 'Mirror', OriginInfo: {} }] },
    code: 'MalformedXML',
  },
  {
    name: 'Logging',
    put: { BucketLoggingStatus: { LoggingEnabled: { TargetBucket: 'BUCKET', TargetPrefix: 'log/' } } },
    none: { BucketLoggingStatus: '' },
    bad: {
      BucketLoggingStatus: { LoggingEnabled: { TargetBucket: 'nobody-1250000000', TargetPrefix: 'l/' } },
    },
    code: 'InvalidTargetBucketForLogging',
    stays: true,
  },
  {
    name: 'Inventory',
    put: { InventoryConfiguration: inventory },
    none: 'InventoryConfigurationNotFoundError',
    bad: { InventoryConfiguration: { ...inventory, Id: 'another' } },
    code: 'InvalidArgument',
    also: { Id: 'list1' },
  },
  {
    name: 'Accelerate',
    put: { AccelerateConfiguration: { Status: 'Enabled', Type: 'COS' } },
    none: { AccelerateConfiguration: {} },
    bad: { AccelerateConfiguration: { Status: 'Faster', Type: 'COS' } },
    code: 'MalformedXML',
    stays: true,
  },
  {
    name: 'Encryption',
    put: {
      ServerSideEncryptionConfiguration: {
        Rule: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    },
    // The SDK looks for its list in an element of another name, and so leaves the document as it is.
    stored: {
      ServerSideEncryptionConfiguration: {
        Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
      },
    },
    none: { EncryptionConfiguration: { Rules: [] }, statusCode: 404 },
    bad: {
      ServerSideEncryptionConfiguration: {
        Rule: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'ROT13' } }],
      },
    },
    code: 'MalformedXML',
  },
  {
    name: 'Replication',
    put: {
      ReplicationConfiguration: {
        Role: 'qcs::cam::uin/100000000001:uin/100000000001',
        Rules: [
          {
            ID: '1',
            Status: 'Enabled',
            Prefix: 'a/',
            Destination: { Bucket: 'qcs::cos:ap-beijing::copies-1250000000' },
          },
        ],
      },
    },
    // The official SDK knows another spelling of the code, and so hands out the error.
    none: 'ReplicationConfigurationNotFoundError',
    bad: {
      ReplicationConfiguration: {
        Role: 'r',
        Rules: [{ ID: '1', Status: 'Enabled', Prefix: 'a/', Destination: { Bucket: 'copies' } }],
      },
    },
    code: 'TargetBucketNameInvalid',
    versioned: true,
  },
];

describe.each(configurations)('bucket configuration $name', (configuration) => {
  const { name, put, stored = put, none, bad, code, also = {}, versioned, stays } = configuration;
  const call = (verb: string, place: Place, more: object = {}) =>
    cos[`${verb}Bucket${name}`]!({ ...place, ...also, ...more });
  const without = (place: Place) =>
    typeof none === 'string' ? refusalOf(call('get', place)) : call('get', place);

  test('is stored, given back and deleted, and one that makes no sense is refused', async () => {
    const place = await newBucket();
    if (versioned)
      await official.putBucketVersioning({ ...place, VersioningConfiguration: { Status: 'Enabled' } });
    const own = JSON.parse(JSON.stringify(put).replaceAll('BUCKET', place.Bucket)) as object;
    const wanted = JSON.parse(JSON.stringify(stored).replaceAll('BUCKET', place.Bucket)) as object;

    const before = await without(place);
    const refused = await refusalOf(call('put', place, bad));
    await call('put', place, own);
    const read = await call('get', place);

    if (typeof none === 'string') expect(before).toEqual([404, none]);
    else expect(before).toMatchObject(none);
    expect(refused).toEqual([400, code]);
    expect(read).toMatchObject(wanted);
    if (stays) return;
    await call('delete', place);
    if (typeof none === 'string') expect(await without(place)).toEqual([404, none]);
    else expect(await without(place)).toMatchObject(none);
  });
});

test('temporary keys do what their policy allows, and need their token', async () => {
  const place = await newBucket();
  await official.putObject({ ...place, Key: 'other/a', Body: 'x' });
  const keys = await temporaryKeys(service, {
    version: '2.0',
    statement: [
      {
        effect: 'allow',
        action: ['name/cos:PutObject', 'name/cos:GetObject'],
        resource: [`qcs::cos:${Region}:uid/1250000000:${place.Bucket}/mine/*`],
      },
    ],
  });
  const pair = { TmpSecretId: keys.TmpSecretId, TmpSecretKey: keys.TmpSecretKey };
  const { ExpiredTime, Token: SecurityToken } = keys;
  const times = { StartTime: ExpiredTime - durationSeconds, ExpiredTime };
  const held = new OfficialCos({
    ...reach,
    getAuthorization: (_options, callback) => callback({ ...pair, ...times, SecurityToken }),
  });
  const strange = new OfficialCos({
    SecretId: service.secretId,
    SecretKey: service.secretKey,
    SecurityToken: 'made-up',
    ...reach,
  });

  await held.putObject({ ...place, Key: 'mine/a', Body: 'x' });
  const read = await held.getObject({ ...place, Key: 'mine/a' });

  expect(read.Body.toString()).toBe('x');
  expect(await refusalOf(held.getObject({ ...place, Key: 'other/a' }))).toEqual([403, 'AccessDenied']);
  expect(await refusalOf(held.deleteObject({ ...place, Key: 'mine/a' }))).toEqual([403, 'AccessDenied']);
  expect(await refusalOf(strange.getObject({ ...place, Key: 'mine/a' }))).toEqual([
    403,
    'InvalidAccessKeyId',
  ]);
});

test('what a customer encrypts is read with its key alone, also in parts', async () => {
  const place = await newBucket();
  const key = Buffer.alloc(32, 'k');
  const own = {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: key.toString('base64'),
    SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
  };
  await cos['putObject']!({ ...place, Key: 'a', Body: 'secret', ...own });
  const { UploadId } = await cos['multipartInit']!({ ...place, Key: 'b', ...own });
  const part = { ...place, Key: 'b', UploadId, PartNumber: 1, Body: Buffer.from('part') };
  const bare = await refusalOf(cos['multipartUpload']!(part));
  const { ETag } = await cos['multipartUpload']!({ ...part, ...own });
  await cos['multipartComplete']!({ ...place, Key: 'b', UploadId, Parts: [{ PartNumber: 1, ETag }] });

  const whole = await cos['getObject']!({ ...place, Key: 'a', ...own });
  const joined = await cos['getObject']!({ ...place, Key: 'b', ...own });

  expect([String(whole['Body']), String(joined['Body'])]).toEqual(['secret', 'part']);
  expect(await refusalOf(cos['getObject']!({ ...place, Key: 'a' }))).toEqual([
    400,
    'SsecDecryptHeaderInvalid',
  ]);
  expect(bare[0]).toBe(400);
});

test('an object is kept when overwriting is forbidden, however it would be overwritten', async () => {
  const place = await newBucket();
  const Headers = { 'x-cos-forbid-overwrite': 'true' };
  await official.putObject({ ...place, Key: 'a', Body: 'first' });
  const CopySource = `${place.Bucket}.cos.${Region}.myqcloud.com/a`;
  await official.putObjectCopy({ ...place, Key: 'b', CopySource });
  const { UploadId } = await official.multipartInit({ ...place, Key: 'a' });
  const { ETag } = await official.multipartUpload({ ...place, Key: 'a', UploadId, PartNumber: 1, Body: 'x' });
  const Parts = [{ PartNumber: 1, ETag }];

  const refusals = [
    await refusalOf(official.putObject({ ...place, Key: 'a', Body: 'second', Headers })),
    await refusalOf(official.putObjectCopy({ ...place, Key: 'b', CopySource, Headers })),
    await refusalOf(official.multipartComplete({ ...place, Key: 'a', UploadId, Parts, Headers })),
  ];

  expect(refusals).toEqual(refusals.map(() => [409, 'FileAlreadyExists']));
  expect((await official.getObject({ ...place, Key: 'a' })).Body.toString()).toBe('first');
});

test('a traffic limit slows down what it is set for, and one out of range is refused', async () => {
  const place = await newBucket();
  const Body = Buffer.alloc(204_800, 1);
  const startedAtMs = performance.now();

  await cos['putObject']!({ ...place, Key: 'a', Body, TrafficLimit: 819_200 });

  expect(performance.now() - startedAtMs).toBeGreaterThan(1600);
  const refused = [
    await refusalOf(cos['putObject']!({ ...place, Key: 'b', Body: 'x', TrafficLimit: 819_199 })),
    await refusalOf(cos['getObject']!({ ...place, Key: 'a', TrafficLimit: 838_860_801 })),
  ];
  expect(refused).toEqual(refused.map(() => [400, 'InvalidArgument']));
});
