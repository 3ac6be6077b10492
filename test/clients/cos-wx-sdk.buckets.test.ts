/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- the SDK publishes no types */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUCKET, REGION, codeOf, startOfficial } from './wx-official.ts';
import type { Answer, Official, Params } from './wx-official.ts';

/** cos-wx-sdk-v5 1.8.0: the service, buckets and their configurations. */

let cos: Official;
beforeAll(async () => {
  cos = await startOfficial();
});
afterAll(() => cos.stop());

const OWNER = 'qcs::cam::uin/100000000001:uin/100000000001';
const OTHER = 'qcs::cam::uin/100000000002:uin/100000000002';

describe('buckets', () => {
  test('are created, found, listed and deleted', async () => {
    const Bucket = 'second-1250000000';
    const none = await cos.call('headBucket', { Bucket });
    const made = await cos.call('putBucket', { Bucket });
    const twice = await cos.call('putBucket', { Bucket });
    const found = await cos.call('headBucket', { Bucket });
    const listed = await cos.call('getService');
    await cos.call('putObject', { Bucket, Key: 'a', Body: 'x' });
    const full = await cos.call('deleteBucket', { Bucket });
    await cos.call('deleteObject', { Bucket, Key: 'a' });
    const deleted = await cos.call('deleteBucket', { Bucket });

    expect(none.error).toMatchObject({ statusCode: 404 });
    expect(made.data).toMatchObject({ statusCode: 200, Location: `${Bucket}.cos.${REGION}.myqcloud.com/` });
    expect(twice.error).toMatchObject({ statusCode: 409 });
    expect(codeOf(twice)).toBe('BucketAlreadyOwnedByYou');
    expect(found.data).toMatchObject({ statusCode: 200 });
    expect(listed.data['Buckets'].map(({ Name }: { Name: string }) => Name)).toEqual([BUCKET, Bucket]);
    expect(listed.data['Buckets'][0]).toMatchObject({ Location: REGION });
    expect(full.error).toMatchObject({ statusCode: 409 });
    expect(codeOf(full)).toBe('BucketNotEmpty');
    expect(deleted.data).toMatchObject({ statusCode: 204 });
  });

  test('tell their region', async () => {
    const { data } = await cos.call('getBucketLocation');

    expect(data['LocationConstraint']).toBe(REGION);
  });

  test('have an access control list with canned and single grants', async () => {
    const before = await cos.call('getBucketAcl');
    await cos.call('putBucketAcl', { ACL: 'public-read' });
    const canned = await cos.call('getBucketAcl');
    await cos.call('putBucketAcl', { GrantRead: `id="${OTHER}"` });
    const granted = await cos.call('getBucketAcl');
    await cos.call('putBucketAcl', { ACL: 'private' });

    expect(before.data).toMatchObject({
      ACL: 'private',
      Owner: { ID: expect.stringMatching(/^qcs::cam/) as string },
    });
    expect(canned.data['ACL']).toBe('public-read');
    expect(granted.data['GrantRead']).toContain('100000000002');
  });
});

/** A configuration with its three calls, as text values come back. */
interface Configuration {
  readonly name: string;
  readonly put: Params;
  /** What `get` answers after `put`. */
  readonly stored: Answer;
  /** What `get` answers when there is none; without it, anything but what was stored. */
  readonly none?: Answer;
}

const configurations: Configuration[] = [
  {
    name: 'Cors',
    put: {
      CORSRules: [
        {
          AllowedOrigin: ['https://a.example', 'https://b.example'],
          AllowedMethod: ['GET', 'PUT'],
          AllowedHeader: ['*'],
          ExposeHeader: ['ETag'],
          MaxAgeSeconds: 5,
        },
      ],
    },
    stored: {
      CORSRules: [
        {
          AllowedOrigins: ['https://a.example', 'https://b.example'],
          AllowedMethods: ['GET', 'PUT'],
          AllowedHeaders: ['*'],
          ExposeHeaders: ['ETag'],
          MaxAgeSeconds: '5',
        },
      ],
    },
    none: { CORSRules: [], statusCode: 404 },
  },
  {
    name: 'Tagging',
    put: { Tags: [{ Key: 'k', Value: 'v' }] },
    stored: { Tags: [{ Key: 'k', Value: 'v' }] },
    none: { Tags: [], statusCode: 404 },
  },
  {
    name: 'Lifecycle',
    put: {
      Rules: [
        {
          ID: '1',
          Status: 'Enabled',
          Filter: { Prefix: 'old/' },
          Expiration: { Days: 10 },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 },
        },
      ],
    },
    stored: {
      Rules: [
        {
          ID: '1',
          Status: 'Enabled',
          Filter: { Prefix: 'old/' },
          Expiration: { Days: '10' },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: '3' },
        },
      ],
    },
    none: { Rules: [], statusCode: 404 },
  },
  {
    name: 'Policy',
    put: {
      Policy: {
        version: '2.0',
        Statement: [
          {
            Effect: 'allow',
            Principal: { qcs: [`qcs::cam::uin/100000000002:uin/100000000002`] },
            Action: ['name/cos:GetObject'],
            Resource: [`qcs::cos:${REGION}:uid/1250000000:${BUCKET}/*`],
          },
        ],
      },
    },
    stored: { Policy: { version: '2.0', Statement: [{ Effect: 'allow', Action: ['name/cos:GetObject'] }] } },
  },
  {
    name: 'Website',
    put: {
      WebsiteConfiguration: {
        IndexDocument: { Suffix: 'index.html' },
        ErrorDocument: { Key: 'error.html' },
      },
    },
    stored: {
      WebsiteConfiguration: { IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: 'error.html' } },
    },
    none: { WebsiteConfiguration: {}, statusCode: 404 },
  },
  {
    name: 'Domain',
    put: { DomainRule: [{ Status: 'DISABLED', Name: 'www.example.com', Type: 'REST' }] },
    stored: { DomainRule: [{ Status: 'DISABLED', Name: 'www.example.com', Type: 'REST' }] },
  },
  {
    name: 'Origin',
    put: {
      OriginRule: [
        {
          OriginType: 'Mirror',
          OriginCondition: { HTTPStatusCode: 404, Prefix: '' },
          OriginParameter: { Protocol: 'HTTP', FollowQueryString: 'true' },
          OriginInfo: { HostInfo: { HostName: 'origin.example.com' } },
        },
      ],
    },
    stored: { OriginRule: [{ OriginInfo: { HostInfo: { HostName: 'origin.example.com' } } }] },
  },
  {
    name: 'Replication',
    put: {
      ReplicationConfiguration: {
        Role: OWNER,
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
    stored: { ReplicationConfiguration: { Role: OWNER } },
    // Without `none`: the official SDK knows another spelling of the code, and so hands out the error.
  },
];

describe.each(configurations)('bucket configuration $name', ({ name, put, stored, none }) => {
  test('is stored, returned and deleted', async () => {
    if (name === 'Replication')
      await cos.call('putBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } });

    const written = await cos.call(`putBucket${name}`, put);
    const read = await cos.call(`getBucket${name}`);
    const deleted = await cos.call(`deleteBucket${name}`);
    const after = await cos.call(`getBucket${name}`);

    expect(written.error).toBeNull();
    expect(read.data).toMatchObject(stored);
    expect(deleted.data['statusCode']).toBe(204);
    if (none === undefined) expect(after.data).not.toMatchObject(stored);
    else expect(after.data).toMatchObject(none);
  });
});

test('a configuration that makes no sense is refused', async () => {
  const replies = [
    await cos.call('putBucketCors', { CORSRules: [{ AllowedOrigin: ['*'], AllowedMethod: ['PATCH'] }] }),
    await cos.call('putBucketLifecycle', { Rules: [{ Status: 'Perhaps', Expiration: { Days: 1 } }] }),
    await cos.call('putBucketTagging', {
      Tags: [
        { Key: 'k', Value: '1' },
        { Key: 'k', Value: '2' },
      ],
    }),
    await cos.call('putBucketVersioning', { VersioningConfiguration: { Status: 'Off' } }),
    await cos.call('putBucketPolicy', { Policy: { version: '2.0' } }),
  ];

  expect(replies.map(({ error }) => error?.['statusCode'] as number)).toEqual([400, 400, 400, 400, 400]);
});

describe('bucket configurations that cannot be deleted', () => {
  test('versioning is off, on, and suspended', async () => {
    const Bucket = 'versions-1250000000';
    await cos.call('putBucket', { Bucket });
    const states: unknown[] = [];
    for (const Status of [undefined, 'Enabled', 'Suspended']) {
      if (Status) await cos.call('putBucketVersioning', { Bucket, VersioningConfiguration: { Status } });
      states.push((await cos.call('getBucketVersioning', { Bucket })).data['VersioningConfiguration']);
    }

    expect(states).toEqual([{}, { Status: 'Enabled' }, { Status: 'Suspended' }]);
  });

  test('referer', async () => {
    const RefererConfiguration = {
      Status: 'Enabled',
      RefererType: 'White-List',
      DomainList: { Domains: ['*.example.com'] },
      EmptyReferConfiguration: 'Allow',
    };
    const put = await cos.call('putBucketReferer', { RefererConfiguration });
    const got = await cos.call('getBucketReferer');
    await cos.call('putBucketReferer', {
      RefererConfiguration: { ...RefererConfiguration, Status: 'Disabled' },
    });

    expect(put.error).toBeNull();
    expect(got.data).toMatchObject({ RefererConfiguration });
  });

  test('logging', async () => {
    const BucketLoggingStatus = { LoggingEnabled: { TargetBucket: BUCKET, TargetPrefix: 'log/' } };
    const put = await cos.call('putBucketLogging', { BucketLoggingStatus });
    const got = await cos.call('getBucketLogging');

    expect(put.error).toBeNull();
    expect(got.data).toMatchObject({ BucketLoggingStatus });
  });

  test('acceleration', async () => {
    await cos.call('putBucketAccelerate', { AccelerateConfiguration: { Status: 'Enabled', Type: 'COS' } });
    const got = await cos.call('getBucketAccelerate');

    expect(got.data).toMatchObject({ AccelerateConfiguration: { Status: 'Enabled' } });
  });
});

describe('bucket inventories', () => {
  const InventoryConfiguration = {
    Id: 'list1',
    IsEnabled: 'true',
    Destination: {
      COSBucketDestination: {
        Format: 'CSV',
        AccountId: '100000000001',
        Bucket: `qcs::cos:${REGION}::${BUCKET}`,
        Prefix: 'inventory',
      },
    },
    Schedule: { Frequency: 'Daily' },
    IncludedObjectVersions: 'Current',
    OptionalFields: ['Size', 'ETag'],
  };

  test('are stored, returned, listed and deleted', async () => {
    const put = await cos.call('putBucketInventory', { Id: 'list1', InventoryConfiguration });
    const got = await cos.call('getBucketInventory', { Id: 'list1' });
    const list = await cos.call('listBucketInventory');
    const gone = await cos.call('deleteBucketInventory', { Id: 'list1' });
    const none = await cos.call('getBucketInventory', { Id: 'list1' });

    expect(put.error).toBeNull();
    expect(got.data['InventoryConfiguration']).toMatchObject({
      Id: 'list1',
      OptionalFields: ['Size', 'ETag'],
    });
    expect(list.data['InventoryConfigurations']).toMatchObject([{ Id: 'list1' }]);
    expect(gone.data['statusCode']).toBe(204);
    expect(none.error).toMatchObject({ statusCode: 404 });
  });
});
