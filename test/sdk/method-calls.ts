/**
 * Every public method of the class with each form of its parameters, in an order in which each finds what it needs. The
 * same calls are made on the built file of each host and with the official SDK of that host.
 */
import type { Plain } from './stage.ts';
import { place, type Theatre } from './theatre.ts';

/** One call. */
export interface MethodCall {
  readonly method: string;
  /** Tells apart the forms of one method. */
  readonly form?: string;
  /**
   * `'$UploadId'` stands for that field of an earlier result, and the member `$file` for a picked file by its name.
   * Bucket and Region are filled in.
   */
  readonly params?: Plain;
  /**
   * Default `call`, which passes a callback; `direct` passes `args` alone and takes what is returned;
   * `stream` reads what is returned to its end, and `held` waits until the task that is returned is done.
   */
  readonly style?: 'call' | 'promise' | 'direct' | 'stream' | 'held';
  readonly args?: readonly unknown[];
  /** Hosts that have it. Default: all. */
  readonly hosts?: readonly Theatre['host'][];
  /** Why the official SDK is not compared. */
  readonly notOfficial?: string;
}

const Key = '目录/a b+%.txt';
const other = 'second-1250000000';
const oneByOne = 'qcs::cam::uin/100000000002:uin/100000000002';
const full = `id="${oneByOne}"`;
const copySource = `${place.Bucket}.cos.${place.Region}.myqcloud.com/${encodeURIComponent(Key)}`;
const website = {
  IndexDocument: { Suffix: 'index.html' },
  RoutingRules: [
    {
      Condition: { HttpErrorCodeReturnedEquals: '404' },
      Redirect: { ReplaceKeyWith: '404.html' },
    },
  ],
};
const cors = {
  AllowedOrigins: ['*'],
  AllowedMethods: ['GET', 'PUT', 'POST', 'HEAD', 'DELETE'],
  AllowedHeaders: ['*'],
  ExposeHeaders: ['ETag', 'x-cos-request-id'],
  MaxAgeSeconds: '5',
};
const lifecycle = { ID: '1', Filter: { Prefix: 'x' }, Status: 'Enabled', Expiration: { Days: 3 } };
const policy = {
  version: '2.0',
  Statement: [
    {
      Effect: 'allow',
      Principal: { qcs: ['qcs::cam::anyone:anyone'] },
      Action: ['name/cos:GetObject'],
      Resource: [`qcs::cos:${place.Region}:uid/1250000000:${place.Bucket}/public/*`],
    },
  ],
};
const domainRule = { Status: 'ENABLED', Name: 'a.example.com', Type: 'REST' };
const originRule = {
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
    COSBucketDestination: { Bucket: `qcs::cos:${place.Region}::${place.Bucket}`, Format: 'CSV' },
  },
};
const encryption = { Rule: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] };
const referer = { Status: 'Disabled', RefererType: 'White-List', DomainList: { Domains: ['a.b', 'c.d'] } };
const replication = {
  Role: 'qcs::cam::uin/100000000001:uin/100000000001',
  Rules: [
    {
      ID: '1',
      Status: 'Enabled',
      Prefix: 'x',
      Destination: { Bucket: `qcs::cos:${place.Region}::${other}` },
    },
  ],
};
const noBrowser = ['wx', 'node'] as const;

/** A call and the same once more with a promise. */
const both = (call: MethodCall): MethodCall[] => [
  call,
  { ...call, form: `${call.form ?? ''} promise`, style: 'promise' },
];

export const methodCalls: readonly MethodCall[] = [
  ...both({ method: 'getService' }),
  { method: 'getService', form: 'of a region', params: { Region: place.Region } },
  { method: 'putBucket', params: { Bucket: other } },
  { method: 'putBucketAcl', form: 'of another bucket', params: { Bucket: other, ACL: 'public-read' } },
  { method: 'headBucket', form: 'of another bucket', params: { Bucket: other } },
  { method: 'deleteBucket', params: { Bucket: other } },
  {
    method: 'putBucket',
    form: 'with headers',
    params: { Bucket: other, ACL: 'private', Headers: { 'x-cos-tagging': 'a=b' } },
    style: 'promise',
  },
  ...both({ method: 'headBucket' }),
  { method: 'headBucket', form: 'of none', params: { Bucket: 'none-1250000000' } },
  { method: 'getBucketLocation' },
  ...both({ method: 'putBucketAcl', params: { ACL: 'private' } }),
  { method: 'putBucketAcl', form: 'grants', params: { GrantRead: full, GrantWrite: full } },
  { method: 'putBucketAcl', form: 'by Headers', params: { Headers: { 'x-cos-acl': 'private' } } },
  {
    method: 'putBucketAcl',
    form: 'policy',
    params: {
      AccessControlPolicy: {
        Owner: { ID: 'qcs::cam::uin/100000000001:uin/100000000001' },
        Grants: [{ Grantee: { ID: oneByOne }, Permission: 'READ' }],
      },
    },
  },
  { method: 'getBucketAcl' },
  { method: 'getBucketCors', form: 'before there are any' },
  ...both({ method: 'putBucketCors', params: { CORSRules: [cors] } }),
  { method: 'putBucketCors', form: 'whole', params: { CORSConfiguration: { CORSRules: [cors] } } },
  { method: 'getBucketCors' },
  { method: 'putObject', params: { Key, Body: 'hello', Headers: { 'x-cos-meta-a': '1' } } },
  { method: 'optionsObject', params: { Key, Origin: 'http://a.b', AccessControlRequestMethod: 'GET' } },
  { method: 'deleteBucketCors' },
  { method: 'getBucketPolicy', form: 'of none' },
  { method: 'putBucketPolicy', params: { Policy: policy } },
  { method: 'putBucketPolicy', form: 'as text', params: { Policy: JSON.stringify(policy) } },
  { method: 'getBucketPolicy' },
  { method: 'deleteBucketPolicy' },
  { method: 'getBucketTagging', form: 'of none' },
  { method: 'putBucketTagging', params: { Tags: [{ Key: 'k', Value: 'v' }] } },
  {
    method: 'putBucketTagging',
    form: 'whole',
    params: { Tagging: { Tags: [{ Key: 'k', Value: 'v' }] } },
    notOfficial: 'the official Node SDK sends an empty set',
  },
  { method: 'getBucketTagging' },
  { method: 'deleteBucketTagging' },
  { method: 'getBucketLifecycle', form: 'of none' },
  { method: 'putBucketLifecycle', params: { Rules: [lifecycle] } },
  { method: 'putBucketLifecycle', form: 'whole', params: { LifecycleConfiguration: { Rules: [lifecycle] } } },
  { method: 'getBucketLifecycle' },
  { method: 'deleteBucketLifecycle' },
  { method: 'getBucketReplication', form: 'of none' },
  { method: 'putBucketReplication', params: { ReplicationConfiguration: replication } },
  { method: 'getBucketReplication', form: 'after it was refused' },
  { method: 'deleteBucketReplication' },
  { method: 'getBucketWebsite', form: 'of none' },
  { method: 'putBucketWebsite', params: { WebsiteConfiguration: { IndexDocument: { Suffix: 'i.html' } } } },
  { method: 'getBucketWebsite', form: 'without rules' },
  { method: 'putBucketWebsite', form: 'with rules', params: { WebsiteConfiguration: website } },
  { method: 'getBucketWebsite' },
  { method: 'deleteBucketWebsite' },
  { method: 'getBucketReferer', form: 'of none' },
  { method: 'putBucketReferer', params: { RefererConfiguration: referer } },
  { method: 'getBucketReferer' },
  { method: 'putBucketDomain', params: { DomainRule: [domainRule] } },
  { method: 'getBucketDomain' },
  { method: 'deleteBucketDomain' },
  { method: 'putBucketOrigin', params: { OriginRule: [originRule] } },
  { method: 'getBucketOrigin' },
  { method: 'deleteBucketOrigin' },
  { method: 'getBucketLogging', form: 'of none' },
  {
    method: 'putBucketLogging',
    params: {
      BucketLoggingStatus: { LoggingEnabled: { TargetBucket: place.Bucket, TargetPrefix: 'l/' } },
    },
  },
  { method: 'getBucketLogging' },
  { method: 'putBucketLogging', form: 'off', params: { BucketLoggingStatus: '' } },
  { method: 'putBucketInventory', params: { Id: 'list1', InventoryConfiguration: inventory } },
  { method: 'getBucketInventory', params: { Id: 'list1' } },
  { method: 'listBucketInventory' },
  { method: 'deleteBucketInventory', params: { Id: 'list1' } },
  {
    method: 'postBucketInventory',
    params: { Id: 'list2', InventoryConfiguration: { ...inventory, Id: 'list2' } },
  },
  { method: 'putBucketAccelerate', params: { AccelerateConfiguration: { Status: 'Suspended' } } },
  { method: 'getBucketAccelerate' },
  { method: 'getBucketEncryption', form: 'of none' },
  { method: 'putBucketEncryption', params: { ServerSideEncryptionConfiguration: encryption } },
  { method: 'getBucketEncryption' },
  { method: 'deleteBucketEncryption' },
  ...both({ method: 'getBucket', params: { Prefix: '目录/', Delimiter: '/' } }),
  { method: 'listObjectVersions', params: { Prefix: '目录/' } },
  ...both({ method: 'headObject', params: { Key } }),
  { method: 'headObject', form: 'of none', params: { Key: 'none' } },
  {
    method: 'headObject',
    form: 'unchanged',
    params: { Key, IfNoneMatch: '"5d41402abc4b2a76b9719d911017c592"' },
  },
  ...both({ method: 'getObject', params: { Key } }),
  { method: 'getObject', form: 'a range', params: { Key, Range: 'bytes=1-2' } },
  { method: 'getObject', form: 'with what the answer says', params: { Key, ResponseContentType: 'a/b' } },
  { method: 'getObject', form: 'bytes', params: { Key, DataType: 'arraybuffer' } },
  { method: 'getObject', form: 'text', params: { Key, DataType: 'text' } },
  { method: 'getObject', form: 'of none', params: { Key: 'none' } },
  { method: 'putObject', form: 'promise', params: { Key: 'put/text', Body: '你好' }, style: 'promise' },
  { method: 'putObject', form: 'empty', params: { Key: 'put/empty', Body: '' } },
  { method: 'putObject', form: 'a string without a type', params: { Key: 'put/plain', Body: 'text' } },
  {
    method: 'putObject',
    form: 'header parameters',
    params: {
      Key: 'put/headers.json',
      Body: '{}',
      ContentType: 'a/b',
      CacheControl: 'no-cache',
      ContentDisposition: 'inline',
      StorageClass: 'STANDARD_IA',
      ACL: 'private',
      'x-cos-meta-b': '2',
      ServerSideEncryption: 'AES256',
    },
  },
  { method: 'putObject', form: 'a file', params: { Key: 'put/file.txt', $file: 'small.txt' } },
  {
    method: 'postObject',
    params: { Key: 'post/file.txt', $file: 'small.txt' },
    notOfficial: 'mini programs alone have it',
  },
  ...both({ method: 'putObjectAcl', params: { Key, ACL: 'public-read' } }),
  { method: 'putObjectAcl', form: 'grants', params: { Key, GrantRead: full } },
  { method: 'putObjectAcl', form: 'by Headers', params: { Key, Headers: { 'x-cos-acl': 'default' } } },
  {
    method: 'putObjectAcl',
    form: 'policy',
    params: {
      Key,
      AccessControlPolicy: {
        Owner: { ID: 'qcs::cam::uin/100000000001:uin/100000000001' },
        Grants: [{ Grantee: { ID: oneByOne }, Permission: 'READ' }],
      },
    },
  },
  { method: 'getObjectAcl', params: { Key } },
  { method: 'getObjectTagging', form: 'of none', params: { Key } },
  {
    method: 'putObjectTagging',
    params: {
      Key,
      Tags: [
        { Key: 'k', Value: 'v' },
        { Key: 'l', Value: '' },
      ],
    },
  },
  { method: 'getObjectTagging', params: { Key } },
  { method: 'deleteObjectTagging', params: { Key } },
  ...both({ method: 'putObjectCopy', params: { Key: 'copy', CopySource: copySource } }),
  {
    method: 'putObjectCopy',
    form: 'replaced',
    params: { Key: 'copy', CopySource: copySource, MetadataDirective: 'Replaced', ContentType: 'c/d' },
  },
  { method: 'sliceCopyFile', params: { Key: 'sliced', CopySource: copySource } },
  { method: 'appendObject', params: { Key: 'appended', Body: 'abc', Position: 0 } },
  { method: 'appendObject', form: 'further', params: { Key: 'appended', Body: 'def', Position: '3' } },
  {
    method: 'restoreObject',
    params: { Key, RestoreRequest: { Days: 1, CASJobParameters: { Tier: 'Expedited' } } },
  },
  { method: 'multipartInit', params: { Key: 'parts', ContentType: 'e/f' } },
  { method: 'multipartList', params: { Prefix: 'parts' } },
  ...both({
    method: 'multipartUpload',
    params: { Key: 'parts', UploadId: '$UploadId', PartNumber: 1, Body: 'part' },
  }),
  {
    method: 'uploadPartCopy',
    params: { Key: 'parts', UploadId: '$UploadId', PartNumber: 2, CopySource: copySource },
  },
  { method: 'multipartListPart', params: { Key: 'parts', UploadId: '$UploadId' } },
  {
    method: 'multipartComplete',
    form: 'without the second',
    params: {
      Key: 'parts',
      UploadId: '$UploadId',
      Parts: [{ PartNumber: 1, ETag: '"12f2da5c0f9e0bf1c9d0d3a1d4fbbc5b"' }],
    },
  },
  { method: 'multipartAbort', params: { Key: 'parts', UploadId: '$UploadId' } },
  { method: 'multipartInit', form: 'another', params: { Key: 'parts' } },
  {
    method: 'multipartUpload',
    form: 'another',
    params: { Key: 'parts', UploadId: '$UploadId', PartNumber: '1', Body: 'p' },
  },
  {
    method: 'multipartComplete',
    params: { Key: 'parts', UploadId: '$UploadId', Parts: [{ PartNumber: 1, ETag: '$ETag' }] },
  },
  { method: 'multipartInit', form: 'for abortUploadTask', params: { Key: 'left' } },
  { method: 'abortUploadTask', params: { Level: 'task', Key: 'left', UploadId: '$UploadId' } },
  { method: 'abortUploadTask', form: 'of a bucket', params: { Level: 'bucket' }, style: 'promise' },
  ...both({ method: 'uploadFile', params: { Key: 'up/file.txt', $file: 'small.txt' } }),
  { method: 'sliceUploadFile', params: { Key: 'up/sliced.bin', $file: 'middle.bin' } },
  {
    method: 'uploadFiles',
    params: {
      $files: [
        { Key: 'batch/1', $file: 'small.txt' },
        { Key: 'batch/2', $file: 'small.txt' },
      ],
    },
  },
  { method: 'request', params: { Method: 'GET', Query: { prefix: 'app' } } },
  { method: 'request', form: 'raw', params: { Key: 'appended', Method: 'GET', RawBody: true } },
  { method: 'request', form: 'with a body', params: { Key: 'requested', Method: 'PUT', Body: 'r' } },
  { method: 'request', form: 'of an action', params: { Key, Action: 'acl', Method: 'GET' } },
  { method: 'downloadFile', params: { Key, FilePath: '$folder/down' }, hosts: ['node'] },
  { method: 'getObjectStream', params: { Key }, hosts: ['node'] },
  { method: 'getObjectStream', form: 'read', params: { Key }, style: 'stream', hosts: ['node'] },
  {
    method: 'selectObjectContentStream',
    params: { Key, SelectType: 2, SelectRequest: {} },
    style: 'stream',
    hosts: ['node'],
  },
  {
    method: 'selectObjectContent',
    params: {
      Key: 'appended',
      SelectType: 2,
      SelectRequest: {
        Expression: 'Select * from COSObject',
        ExpressionType: 'SQL',
        InputSerialization: { JSON: { Type: 'LINES' } },
        OutputSerialization: { JSON: { RecordDelimiter: '\n' } },
      },
    },
    hosts: ['node', 'web'],
  },
  {
    method: 'deleteMultipleObject',
    params: { Objects: [{ Key: 'copy' }, { Key: 'none' }] },
  },
  ...both({ method: 'deleteObject', params: { Key: 'appended' } }),
  { method: 'putBucketVersioning', params: { VersioningConfiguration: { Status: 'Enabled' } } },
  { method: 'getBucketVersioning' },
  { method: 'deleteObject', form: 'with versions', params: { Key }, hosts: noBrowser },
  { method: 'getObjectUrl', style: 'direct', args: [{ ...place, Key, Sign: false }] },
  { method: 'getObjectUrl', form: 'callback', params: { Key, Sign: false, Query: { a: 'b' } } },
  {
    method: 'getAuth',
    style: 'direct',
    args: [{ SecretId: 'i', SecretKey: 'k', Method: 'get', Key, KeyTime: '1700000000;1700000900' }],
  },
  {
    method: 'getV4Auth',
    style: 'direct',
    args: [{ ...place, Key, Expires: 0 }],
    notOfficial: 'it names the time',
  },
  { method: 'upload', style: 'held', params: { Key: 'held', Body: 'held' } },
  { method: 'removeTask', style: 'promise', params: {}, notOfficial: 'it has none' },
  { method: 'getTaskList', style: 'direct', args: [] },
  { method: 'isUploadRunning', style: 'direct', args: [] },
  { method: 'pauseTask', style: 'direct', args: ['none'] },
  { method: 'restartTask', style: 'direct', args: ['none'] },
  { method: 'cancelTask', style: 'direct', args: ['none'] },
  { method: 'on', style: 'direct', args: ['list-update', null] },
  { method: 'off', style: 'direct', args: ['list-update', null] },
  { method: 'emit', style: 'direct', args: ['list-update', {}] },
  { method: 'destroy', style: 'promise', params: {}, notOfficial: 'it has none' },
];
