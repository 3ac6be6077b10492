/** The whole operation table, for those who need every row: dispatch, policy, documentation. */
import * as access from './operations/access.ts';
import * as bucketConfig from './operations/bucket-config.ts';
import * as bucketRecords from './operations/bucket-records.ts';
import * as bucket from './operations/bucket.ts';
import * as inventory from './operations/inventory.ts';
import * as multipart from './operations/multipart.ts';
import * as objectConfig from './operations/object-config.ts';
import * as objectWrite from './operations/object-write.ts';
import * as object from './operations/object.ts';
import * as service from './operations/service.ts';

export const operations = {
  ...service,
  ...bucket,
  ...access,
  ...bucketConfig,
  ...bucketRecords,
  ...inventory,
  ...object,
  ...objectWrite,
  ...objectConfig,
  ...multipart,
};

export type Operations = typeof operations;
export type OperationName = keyof Operations;
