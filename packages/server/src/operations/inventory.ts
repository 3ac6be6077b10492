/** Handlers of the inventory tasks of a bucket, which are kept and given back; nothing is listed for them. */
import { fault } from '@sampan/protocol';
import type { Json } from '../metadata/port.ts';
import { bucketOf, type Call, type Handler } from './call.ts';
import { setConfig } from './document.ts';

const maxInventories = 1000;

export const putBucketInventory: Handler<'putBucketInventory'> = async (input, call) => {
  const { Bucket: _bucket, InventoryId: id, ContentMD5: _digest, ...rest } = input;
  const { Key: _key, ...document } = rest as typeof rest & { Key?: string };
  if (document.Id !== id)
    throw fault('InvalidArgument', { Message: 'The id of the document is not that of the request.' });
  const all = inventories(call);
  if (!all.has(id) && all.size >= maxInventories) throw fault('InventoryFull');
  await setConfig(call, inventoryPrefix + id, document as unknown as Json);
  return {};
};

export const getBucketInventory: Handler<'getBucketInventory'> = async ({ InventoryId: id }, call) => {
  const found = inventories(call).get(id);
  if (!found) throw fault('InventoryConfigurationNotFoundError');
  return found;
};

export const listBucketInventory: Handler<'listBucketInventory'> = async (input, call) => {
  const all = inventories(call);
  const ids = [...all.keys()].sort();
  const from =
    input.ContinuationToken === undefined ? 0 : ids.filter((id) => id <= input.ContinuationToken!).length;
  const page = ids.slice(from, from + 100);
  const more = from + page.length < ids.length;
  return {
    InventoryConfiguration: page.map((id) => all.get(id)!),
    IsTruncated: more,
    ContinuationToken: input.ContinuationToken,
    NextContinuationToken: more ? page.at(-1) : undefined,
  };
};

export const deleteBucketInventory: Handler<'deleteBucketInventory'> = async ({ InventoryId: id }, call) => {
  if (!inventories(call).has(id)) throw fault('InventoryConfigurationNotFoundError');
  await setConfig(call, inventoryPrefix + id, null);
  return {};
};

type Inventory = Awaited<ReturnType<Handler<'getBucketInventory'>>>;

// Each task is a document of its own, so that two that are stored at once do not undo each other.
const inventoryPrefix = 'inventory/';

function inventories(call: Call): ReadonlyMap<string, Inventory> {
  const documents = Object.entries(bucketOf(call).configs).filter(([name]) =>
    name.startsWith(inventoryPrefix),
  );
  // Only PUT Bucket inventory writes under these names.
  return new Map(
    documents.map(([name, document]) => [
      name.slice(inventoryPrefix.length),
      document as unknown as Inventory,
    ]),
  );
}
