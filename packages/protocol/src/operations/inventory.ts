/** The inventory tasks of a bucket: several documents, each under its id. */
import { none, query, required, xml, type Operation } from '../codec/operation.ts';
import { string } from '../codec/text.ts';
import { element, many, maybe, xmlBoolean, xmlOneOf, xmlText } from '../codec/xml.ts';
import { digest, overview } from './document.ts';
import { maybeText, tag } from './fields.ts';

const inventoryConfiguration = element({
  Id: xmlText,
  IsEnabled: xmlBoolean,
  IncludedObjectVersions: xmlOneOf('All', 'Current'),
  Filter: maybe(
    element({
      Prefix: maybeText,
      And: maybe(element({ Prefix: maybeText, Tag: many(tag) })),
      Period: maybe(element({ StartTime: maybeText, EndTime: maybeText })),
    }),
  ),
  OptionalFields: maybe(element({ Field: many(xmlText) })),
  Schedule: element({ Frequency: xmlOneOf('Daily', 'Weekly') }),
  Destination: element({
    COSBucketDestination: element({
      Bucket: xmlText,
      Format: xmlText,
      AccountId: maybeText,
      Prefix: maybeText,
      Encryption: maybe(element({ 'SSE-COS': maybeText })),
    }),
  }),
});

// `Id` is also an element of the document, so the parameter has a name of its own.
const inventoryId = { InventoryId: required(query('id', string)) } as const;

/** Stores one inventory task under its id. */
export const putBucketInventory = {
  method: 'PUT',
  target: 'bucket',
  select: { query: ['inventory', 'id'] },
  action: 'PutBucketInventory',
  idempotent: true,
  source: overview,
  request: {
    fields: { ...inventoryId, ...digest },
    body: xml('InventoryConfiguration', inventoryConfiguration),
  },
  response: { status: 200, fields: {}, body: none },
} satisfies Operation;

/** Takes one inventory at once, without a task that repeats it. */
export const postBucketInventory = {
  ...putBucketInventory,
  method: 'POST',
  action: 'PostBucketInventory',
} as const satisfies Operation;

/** Reads one inventory task. */
export const getBucketInventory = {
  method: 'GET',
  target: 'bucket',
  select: { query: ['inventory', 'id'] },
  action: 'GetBucketInventory',
  idempotent: true,
  source: overview,
  request: { fields: inventoryId, body: none },
  response: { status: 200, fields: {}, body: xml('InventoryConfiguration', inventoryConfiguration) },
} satisfies Operation;

/** Lists the inventory tasks of a bucket, at most 100 a page. */
export const listBucketInventory = {
  method: 'GET',
  target: 'bucket',
  select: { query: ['inventory'] },
  action: 'ListBucketInventory',
  idempotent: true,
  source: overview,
  request: { fields: { ContinuationToken: query('continuation-token', string) }, body: none },
  response: {
    status: 200,
    fields: {},
    body: xml(
      'ListInventoryConfigurationResult',
      element({
        InventoryConfiguration: many(inventoryConfiguration),
        IsTruncated: xmlBoolean,
        ContinuationToken: maybeText,
        NextContinuationToken: maybeText,
      }),
    ),
  },
} satisfies Operation;

/** Removes one inventory task. */
export const deleteBucketInventory = {
  method: 'DELETE',
  target: 'bucket',
  select: { query: ['inventory', 'id'] },
  action: 'DeleteBucketInventory',
  idempotent: true,
  source: overview,
  request: { fields: inventoryId, body: none },
  response: { status: 204, fields: {}, body: none },
} satisfies Operation;
