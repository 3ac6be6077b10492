/** The whole operation table, for those who need every row: dispatch, policy, documentation. */
import * as access from './access.ts';
import * as bucketConfig from './bucket-config.ts';
import * as bucketRecords from './bucket-records.ts';
import * as bucket from './bucket.ts';
import * as inventory from './inventory.ts';
import * as multipart from './multipart.ts';
import * as objectConfig from './object-config.ts';
import * as objectWrite from './object-write.ts';
import * as object from './object.ts';
import * as service from './service.ts';

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
