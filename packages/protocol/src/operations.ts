/** The whole operation table, for those who need every row: dispatch, policy, documentation. */
import * as bucket from './operations/bucket.ts';
import * as multipart from './operations/multipart.ts';
import * as objectWrite from './operations/object-write.ts';
import * as object from './operations/object.ts';
import * as service from './operations/service.ts';

export const operations = { ...service, ...bucket, ...object, ...objectWrite, ...multipart };

export type Operations = typeof operations;
export type OperationName = keyof Operations;
