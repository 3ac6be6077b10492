import { expect, test } from 'vitest';
import { matchOperation, type Route } from './match.ts';
import { operations, type OperationName } from '../operations/all.ts';

const copy = { 'x-cos-copy-source': 'b-1.cos.r.myqcloud.com/k' };

const routes: readonly (readonly [
  string,
  Route['target'],
  string,
  OperationName,
  Record<string, string>?,
])[] = [
  ['GET', 'service', '', 'getService'],
  ['GET', 'bucket', 'acl', 'getBucketAcl'],
  ['GET', 'bucket', 'cors', 'getBucketCors'],
  ['GET', 'bucket', 'versioning', 'getBucketVersioning'],
  ['GET', 'bucket', 'policy', 'getBucketPolicy'],
  ['GET', 'bucket', 'location', 'getBucketLocation'],
  ['GET', 'bucket', 'lifecycle', 'getBucketLifecycle'],
  ['GET', 'bucket', 'tagging', 'getBucketTagging'],
  ['GET', 'bucket', 'referer', 'getBucketReferer'],
  ['GET', 'bucket', 'website', 'getBucketWebsite'],
  ['GET', 'bucket', 'encryption', 'getBucketEncryption'],
  ['GET', 'bucket', 'accelerate', 'getBucketAccelerate'],
  ['GET', 'bucket', 'domain', 'getBucketDomain'],
  ['GET', 'bucket', 'origin', 'getBucketOrigin'],
  ['GET', 'bucket', 'logging', 'getBucketLogging'],
  ['GET', 'bucket', 'replication', 'getBucketReplication'],
  ['GET', 'bucket', 'strict-signature', 'getBucketStrictSignature'],
  ['GET', 'bucket', 'inventory', 'listBucketInventory'],
  ['GET', 'bucket', 'inventory&id=x', 'getBucketInventory'],
  ['GET', 'bucket', 'versions&prefix=a', 'listObjectVersions'],
  ['GET', 'bucket', 'uploads', 'multipartList'],
  ['GET', 'bucket', '', 'getBucket'],
  ['GET', 'bucket', 'prefix=a&max-keys=1', 'getBucket'],
  ['HEAD', 'bucket', '', 'headBucket'],
  ['PUT', 'bucket', '', 'putBucket'],
  ['PUT', 'bucket', 'acl', 'putBucketAcl'],
  ['PUT', 'bucket', 'tagging', 'putBucketTagging'],
  ['PUT', 'bucket', 'inventory&id=x', 'putBucketInventory'],
  ['DELETE', 'bucket', 'cors', 'deleteBucketCors'],
  ['DELETE', 'bucket', 'inventory&id=x', 'deleteBucketInventory'],
  ['DELETE', 'bucket', '', 'deleteBucket'],
  ['POST', 'bucket', 'delete', 'deleteMultipleObject'],
  ['POST', 'bucket', '', 'postObject'],
  ['GET', 'object', 'uploadId=u', 'multipartListPart'],
  ['GET', 'object', 'uploadId', 'multipartListPart'],
  ['GET', 'object', 'acl', 'getObjectAcl'],
  ['GET', 'object', 'tagging&VersionId=v', 'getObjectTagging'],
  ['GET', 'object', 'versionId=v', 'getObject'],
  ['GET', 'object', 'response-content-type=a', 'getObject'],
  ['HEAD', 'object', '', 'headObject'],
  ['PUT', 'object', 'partNumber=1&uploadId=u', 'uploadPartCopy', copy],
  ['PUT', 'object', 'uploadId=u&partNumber=1', 'multipartUpload'],
  ['PUT', 'object', 'acl', 'putObjectAcl'],
  ['PUT', 'object', 'acl', 'putObjectAcl', copy],
  ['PUT', 'object', 'tagging', 'putObjectTagging'],
  ['PUT', 'object', '', 'putObjectCopy', copy],
  ['PUT', 'object', '', 'putObject'],
  ['POST', 'object', 'append&position=0', 'appendObject'],
  ['POST', 'object', 'append', 'appendObject'],
  ['POST', 'object', 'uploads', 'multipartInit'],
  ['POST', 'object', 'uploadId=u', 'multipartComplete'],
  ['POST', 'object', 'restore', 'restoreObject'],
  ['DELETE', 'object', 'uploadId=u', 'multipartAbort'],
  ['DELETE', 'object', 'tagging', 'deleteObjectTagging'],
  ['DELETE', 'object', 'versionId=v', 'deleteObject'],
  ['OPTIONS', 'object', '', 'optionsObject'],
];

for (const [method, target, search, name, headers = {}] of routes) {
  test(`${method} on ${target} ?${search} is ${name}${'x-cos-copy-source' in headers ? ' with a copy source' : ''}`, () => {
    const query = Object.fromEntries(search.split('&').filter(Boolean).map(pair));

    const match = matchOperation(operations, { method, target, query, headers });

    expect(match).toEqual({ kind: 'operation', name });
  });
}

test.each([
  ['DELETE', 'bucket', 'object-lock'],
  ['DELETE', 'bucket', 'versions'],
  ['DELETE', 'bucket', 'acl'],
  ['PUT', 'bucket', 'notification'],
  ['PUT', 'bucket', 'versions'],
  ['GET', 'bucket', 'intelligenttiering'],
  ['PUT', 'object', 'symlink'],
  ['PUT', 'object', 'uploadId=u'],
  ['PUT', 'object', 'append'],
  ['POST', 'object', 'select'],
  ['DELETE', 'object', 'acl'],
  ['HEAD', 'bucket', 'policy'],
] as const)('%s on %s ?%s is refused rather than taken for a simpler operation', (method, target, search) => {
  const query = Object.fromEntries([pair(search)]);

  expect(matchOperation(operations, { method, target, query, headers: {} })).toEqual({
    kind: 'not-implemented',
  });
});

test.each([
  ['POST', 'object'],
  ['PATCH', 'object'],
  ['PUT', 'service'],
  ['DELETE', 'service'],
] as const)('%s on %s is a method that is not allowed', (method, target) => {
  expect(matchOperation(operations, { method, target, query: {}, headers: {} })).toEqual({
    kind: 'method-not-allowed',
  });
});

function pair(text: string): [string, string] {
  const [name = '', value = ''] = text.split('=');
  return [name, value];
}
