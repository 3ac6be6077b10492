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
  const createdAtMs = all.get(id)?.createdAtMs ?? call.nowMs;
  await setConfig(call, inventoryPrefix + id, { createdAtMs, document } as unknown as Json);
  return {};
};

export const getBucketInventory: Handler<'getBucketInventory'> = async ({ InventoryId: id }, call) => {
  const found = inventories(call).get(id);
  if (!found) throw fault('InventoryConfigurationNotFoundError');
  return found.document;
};

export const listBucketInventory: Handler<'listBucketInventory'> = async (input, call) => {
  const all = inventories(call);
  // In the order in which they were made, as the vendor's suite for Python expects.
  const ids = [...all].sort(([, one], [, other]) => one.createdAtMs - other.createdAtMs).map(([id]) => id);
  const from = input.ContinuationToken === undefined ? 0 : ids.indexOf(input.ContinuationToken) + 1;
  const page = ids.slice(from, from + 100);
  const more = from + page.length < ids.length;
  return {
    InventoryConfiguration: page.map((id) => all.get(id)!.document),
    IsTruncated: more,
    ContinuationToken: input.ContinuationToken,
    NextContinuationToken: more ? page.at(-1) : undefined,
  };
};

export const deleteBucketInventory: Handler<'deleteBucketInventory'> = async ({ InventoryId: id }, call) => {
  await setConfig(call, inventoryPrefix + id, null);
  return {};
};

type Inventory = Awaited<ReturnType<Handler<'getBucketInventory'>>>;

// Each task is a document of its own, so that two that are stored at once do not undo each other.
const inventoryPrefix = 'inventory/';

interface Task {
  readonly createdAtMs: number;
  readonly document: Inventory;
}

function inventories(call: Call): ReadonlyMap<string, Task> {
  const documents = Object.entries(bucketOf(call).configs).filter(([name]) =>
    name.startsWith(inventoryPrefix),
  );
  // Only PUT Bucket inventory writes under these names.
  return new Map(documents.map(([name, stored]) => [name.slice(inventoryPrefix.length), taskOf(stored)]));
}

/** Documents of before 0.1.0 were stored without their time. */
function taskOf(stored: Json): Task {
  const task = stored as unknown as Task | Inventory;
  return 'createdAtMs' in task ? task : { createdAtMs: 0, document: task };
}
