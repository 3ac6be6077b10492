/** The table of handlers. An operation that is not in it is answered with NotImplemented. */
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
};
