/** The table of handlers, complete by its type: an operation without one is named in `notImplemented` of `call.ts`. */
import * as access from './access.ts';
import * as append from './append.ts';
import * as bucketConfig from './bucket-config.ts';
import * as bucketRecords from './bucket-records.ts';
import * as copy from './copy.ts';
import * as deleteMany from './delete-many.ts';
import * as inventory from './inventory.ts';
import * as multipart from './multipart.ts';
import * as objectConfig from './object-config.ts';
import * as post from './post.ts';
import * as bucket from './bucket.ts';
import type { Handlers } from './call.ts';
import * as object from './object.ts';
import * as service from './service.ts';

export const handlers: Handlers = {
  getService: service.getService,
  putBucket: bucket.putBucket,
  headBucket: bucket.headBucket,
  deleteBucket: bucket.deleteBucket,
  getBucket: bucket.getBucket,
  getBucketLocation: bucket.getBucketLocation,
  putObject: object.putObject,
  getObject: object.getObject,
  headObject: object.headObject,
  deleteObject: object.deleteObject,
  optionsObject: object.optionsObject,
  putBucketAcl: access.putBucketAcl,
  getBucketAcl: access.getBucketAcl,
  putObjectAcl: access.putObjectAcl,
  getObjectAcl: access.getObjectAcl,
  putBucketPolicy: access.putBucketPolicy,
  getBucketPolicy: access.getBucketPolicy,
  deleteBucketPolicy: access.deleteBucketPolicy,
  putBucketStrictSignature: access.putBucketStrictSignature,
  getBucketStrictSignature: access.getBucketStrictSignature,
  deleteBucketStrictSignature: access.deleteBucketStrictSignature,
  appendObject: append.appendObject,
  putBucketCors: bucketConfig.putBucketCors,
  getBucketCors: bucketConfig.getBucketCors,
  deleteBucketCors: bucketConfig.deleteBucketCors,
  putBucketTagging: bucketConfig.putBucketTagging,
  getBucketTagging: bucketConfig.getBucketTagging,
  deleteBucketTagging: bucketConfig.deleteBucketTagging,
  putBucketVersioning: bucketConfig.putBucketVersioning,
  getBucketVersioning: bucketConfig.getBucketVersioning,
  putBucketLifecycle: bucketConfig.putBucketLifecycle,
  getBucketLifecycle: bucketConfig.getBucketLifecycle,
  deleteBucketLifecycle: bucketConfig.deleteBucketLifecycle,
  putBucketReferer: bucketConfig.putBucketReferer,
  getBucketReferer: bucketConfig.getBucketReferer,
  putBucketWebsite: bucketConfig.putBucketWebsite,
  getBucketWebsite: bucketConfig.getBucketWebsite,
  deleteBucketWebsite: bucketConfig.deleteBucketWebsite,
  putBucketEncryption: bucketRecords.putBucketEncryption,
  getBucketEncryption: bucketRecords.getBucketEncryption,
  deleteBucketEncryption: bucketRecords.deleteBucketEncryption,
  putBucketAccelerate: bucketConfig.putBucketAccelerate,
  getBucketAccelerate: bucketConfig.getBucketAccelerate,
  putBucketDomain: bucketRecords.putBucketDomain,
  getBucketDomain: bucketRecords.getBucketDomain,
  deleteBucketDomain: bucketRecords.deleteBucketDomain,
  putBucketOrigin: bucketRecords.putBucketOrigin,
  getBucketOrigin: bucketRecords.getBucketOrigin,
  deleteBucketOrigin: bucketRecords.deleteBucketOrigin,
  putBucketLogging: bucketRecords.putBucketLogging,
  getBucketLogging: bucketRecords.getBucketLogging,
  putBucketReplication: bucketRecords.putBucketReplication,
  getBucketReplication: bucketRecords.getBucketReplication,
  deleteBucketReplication: bucketRecords.deleteBucketReplication,
  putBucketInventory: inventory.putBucketInventory,
  getBucketInventory: inventory.getBucketInventory,
  listBucketInventory: inventory.listBucketInventory,
  deleteBucketInventory: inventory.deleteBucketInventory,
  putObjectCopy: copy.putObjectCopy,
  uploadPartCopy: copy.uploadPartCopy,
  deleteMultipleObject: deleteMany.deleteMultipleObject,
  multipartInit: multipart.multipartInit,
  multipartUpload: multipart.multipartUpload,
  multipartListPart: multipart.multipartListPart,
  multipartComplete: multipart.multipartComplete,
  multipartAbort: multipart.multipartAbort,
  multipartList: multipart.multipartList,
  putObjectTagging: objectConfig.putObjectTagging,
  getObjectTagging: objectConfig.getObjectTagging,
  deleteObjectTagging: objectConfig.deleteObjectTagging,
  restoreObject: objectConfig.restoreObject,
  listObjectVersions: objectConfig.listObjectVersions,
  postObject: post.postObject,
};
