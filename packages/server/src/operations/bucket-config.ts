/**
 * Handlers of the documents that configure a bucket: checked, stored as they are, given back. Which of them have an
 * effect is said in docs/compatibility.md.
 */
import {
  fault,
  maxBucketTags,
  maxCorsBytes,
  maxCorsRules,
  maxCustomDomains,
  maxLifecycleRules,
  maxWebsiteBytes,
  maxWebsiteRules,
  type ErrorCode,
  type Input,
  type OperationName,
  type Operations,
} from '@sampan/protocol';
import type { IncomingBody } from '../body/stream.ts';
import type { Json } from '../metadata/store.ts';
import { bucketOf, type Call, type Handler } from './call.ts';
import { checkLifecycle } from './lifecycle-rules.ts';
import { tagDocument, tagsFromDocument, type Tags } from './tags.ts';

type Document<Name extends OperationName> = Omit<
  Input<Operations[Name], IncomingBody>,
  'Bucket' | 'ContentMD5'
>;
type Check<Name extends OperationName> = (document: Document<Name>, call: Call) => void | Promise<void>;

/** A handler that stores the document of a request under a name once it was checked. */
export function stores<Name extends OperationName>(config: string, check: Check<Name>): Handler<Name> {
  const handler = async (input: Readonly<Record<string, unknown>>, call: Call) => {
    const { Bucket: _bucket, Key: _key, ContentMD5: _digest, ...document } = input;
    // What is left of the input after its address and its digest are the elements of the document.
    await check(document as unknown as Document<Name>, call);
    await setConfig(call, config, document as Json);
    return {};
  };
  return handler as unknown as Handler<Name>;
}

/** A handler that gives a stored document back; without one it answers the error, or an empty document. */
export function gives<Name extends OperationName>(config: string, absent: ErrorCode | object): Handler<Name> {
  const handler = async (_input: unknown, call: Call) => {
    const document = bucketOf(call).configs[config];
    if (document !== undefined && document !== null) return document;
    if (typeof absent === 'string') throw fault(absent);
    return absent;
  };
  // Only `stores` writes under the name, so the document has the operation's shape.
  return handler as unknown as Handler<Name>;
}

/** A handler that removes a document; it need not exist. */
export function removes<Name extends OperationName>(config: string): Handler<Name> {
  const handler = async (_input: unknown, call: Call) => {
    await setConfig(call, config, null);
    return {};
  };
  return handler as unknown as Handler<Name>;
}

/** Stores a document of the bucket that a call is about; null removes it. */
export async function setConfig(call: Call, config: string, document: Json): Promise<void> {
  const done = await call.backend.metadata.setConfig(bucketOf(call).name, config, document);
  if (!done.ok) throw fault('NoSuchBucket');
}

const originPattern = /^(\*|[a-z][a-z0-9+.-]*:\/\/[^/\s?#]+)$/i;
const corsMethods: ReadonlySet<string> = new Set(['PUT', 'GET', 'POST', 'DELETE', 'HEAD']);

export const putBucketCors = stores<'putBucketCors'>('cors', ({ CORSRule: rules }, call) => {
  refuseLong(call, maxCorsBytes);
  refuseCount(rules.length, maxCorsRules);
  for (const rule of rules) {
    if (rule.AllowedOrigin.length === 0 || rule.AllowedMethod.length === 0) throw fault('MalformedXML');
    if (!rule.AllowedMethod.every((method) => corsMethods.has(method)))
      throw fault('InvalidArgument', { Message: 'AllowedMethod is PUT, GET, POST, DELETE or HEAD.' });
    if (!rule.AllowedOrigin.every((origin) => originPattern.test(origin) && origin.split('*').length <= 2))
      throw fault('InvalidArgument', {
        Message: 'AllowedOrigin is * or scheme://host[:port] with at most one *.',
      });
    if (rule.ExposeHeader.some((name) => name.includes('*')))
      throw fault('InvalidArgument', { Message: 'ExposeHeader must name each header.' });
  }
});
export const getBucketCors = gives<'getBucketCors'>('cors', 'NoSuchCORSConfiguration');
export const deleteBucketCors = removes<'deleteBucketCors'>('cors');

export const putBucketTagging: Handler<'putBucketTagging'> = async (input, call) => {
  await setConfig(call, 'tagging', tagsFromDocument(input, maxBucketTags));
  return {};
};

export const getBucketTagging: Handler<'getBucketTagging'> = async (_input, call) => {
  const tags = bucketOf(call).configs['tagging'];
  if (tags === undefined || tags === null) throw fault('NoSuchTagSet');
  // Stored by PUT Bucket tagging or by the header of PUT Bucket, both as names and values.
  return tagDocument(tags as Tags);
};

export const deleteBucketTagging = removes<'deleteBucketTagging'>('tagging');

export const putBucketVersioning: Handler<'putBucketVersioning'> = async ({ Status }, call) => {
  if (Status === undefined) throw fault('MalformedXML');
  const bucket = bucketOf(call);
  if (Status === 'Suspended' && hasDocument(call, 'replication'))
    throw fault('InvalidBucketState', {
      Message: 'Versioning cannot be suspended while replication is configured.',
    });
  const state = Status === 'Enabled' ? 'enabled' : 'suspended';
  const done = await call.backend.metadata.setVersioning(bucket.name, state);
  if (!done.ok) throw fault('NoSuchBucket');
  return {};
};

export const getBucketVersioning: Handler<'getBucketVersioning'> = async (_input, call) => {
  const { versioning } = bucketOf(call);
  if (versioning === 'never') return {};
  return { Status: versioning === 'enabled' ? 'Enabled' : 'Suspended' };
};

export const putBucketLifecycle = stores<'putBucketLifecycle'>('lifecycle', ({ Rule }) => {
  refuseCount(Rule.length, maxLifecycleRules);
  checkLifecycle(Rule);
});
export const getBucketLifecycle = gives<'getBucketLifecycle'>('lifecycle', 'NoSuchLifecycleConfiguration');
export const deleteBucketLifecycle = removes<'deleteBucketLifecycle'>('lifecycle');

export const putBucketReferer = stores<'putBucketReferer'>('referer', (document) => {
  const domains = document.DomainList?.Domain ?? [];
  if (document.Status === 'Disabled') return;
  if (
    document.RefererType === undefined ||
    domains.length === 0 ||
    domains.some((domain) => domain.trim() === '')
  )
    throw fault('MalformedXML', {
      Message: 'RefererType and DomainList are needed to enable the referer rule.',
    });
});
export const getBucketReferer = gives<'getBucketReferer'>('referer', 'NoSuchRefererConfiguration');

export const putBucketWebsite = stores<'putBucketWebsite'>('website', (document, call) => {
  refuseLong(call, maxWebsiteBytes);
  const suffix = document.IndexDocument?.Suffix;
  if (suffix === undefined || suffix === '' || suffix.includes('/'))
    throw fault('InvalidArgument', { Message: 'IndexDocument/Suffix is a name without slashes.' });
  if (document.RedirectAllRequestsTo && document.RedirectAllRequestsTo.Protocol.toLowerCase() !== 'https')
    throw fault('InvalidArgument', { Message: 'RedirectAllRequestsTo/Protocol can only be https.' });
  const rules = document.RoutingRules?.RoutingRule ?? [];
  if (rules.length > maxWebsiteRules) throw fault('MalformedXML');
  for (const { Condition, Redirect } of rules) {
    const { HttpErrorCodeReturnedEquals: status, KeyPrefixEquals: prefix } = Condition;
    if (
      (status === undefined) === (prefix === undefined) ||
      (status !== undefined && (status < 400 || status > 499))
    )
      throw fault('MalformedXML', { Message: 'A condition is a status of 4xx or a prefix of keys.' });
    if ((Redirect.ReplaceKeyWith === undefined) === (Redirect.ReplaceKeyPrefixWith === undefined))
      throw fault('MalformedXML', { Message: 'A redirect replaces the key or its prefix.' });
  }
});
export const getBucketWebsite = gives<'getBucketWebsite'>('website', 'NoSuchWebsiteConfiguration');
export const deleteBucketWebsite = removes<'deleteBucketWebsite'>('website');

export const putBucketEncryption = stores<'putBucketEncryption'>('encryption', ({ Rule }) => {
  refuseCount(Rule.length, 1);
});
export const getBucketEncryption = gives<'getBucketEncryption'>(
  'encryption',
  'NoSuchEncryptionConfiguration',
);
export const deleteBucketEncryption = removes<'deleteBucketEncryption'>('encryption');

export const putBucketAccelerate = stores<'putBucketAccelerate'>('accelerate', ({ Status }) => {
  if (Status === undefined) throw fault('MalformedXML');
});
export const getBucketAccelerate = gives<'getBucketAccelerate'>('accelerate', {});

export const putBucketDomain = stores<'putBucketDomain'>('domain', async ({ DomainRule: rules }, call) => {
  refuseCount(rules.length, maxCustomDomains);
  const names = rules.map(({ Name }) => Name.toLowerCase());
  if (
    !names.every((name) => /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/.test(name))
  )
    throw fault('InvalidArgument', { Message: 'A domain name is malformed.' });
  if (new Set(names).size < names.length) throw fault('RecordAlreadyExist');
  if (await isBoundElsewhere(names, call)) throw fault('DomainConfigConflict');
});
export const getBucketDomain = gives<'getBucketDomain'>('domain', { DomainRule: [] });
export const deleteBucketDomain = removes<'deleteBucketDomain'>('domain');

async function isBoundElsewhere(names: readonly string[], call: Call): Promise<boolean> {
  const own = bucketOf(call).name;
  const others = (await call.backend.metadata.buckets()).filter(({ name }) => name !== own);
  return others.some(({ configs }) => {
    const document = configs['domain'] as { DomainRule?: { Name: string }[] } | null | undefined;
    return document?.DomainRule?.some(({ Name }) => names.includes(Name.toLowerCase())) ?? false;
  });
}

export const putBucketOrigin = stores<'putBucketOrigin'>('origin', ({ OriginRule: rules }) => {
  refuseCount(rules.length, maxCustomDomains);
  if (rules.some(({ OriginInfo }) => OriginInfo.HostInfo === undefined)) throw fault('MalformedXML');
});
export const getBucketOrigin = gives<'getBucketOrigin'>('origin', 'OriginConfigurationNotFoundError');
export const deleteBucketOrigin = removes<'deleteBucketOrigin'>('origin');

export const putBucketLogging = stores<'putBucketLogging'>(
  'logging',
  async ({ LoggingEnabled: enabled }, call) => {
    if (!enabled) return;
    const target = await call.backend.metadata.bucket(enabled.TargetBucket);
    const own = bucketOf(call);
    // Source: https://cloud.tencent.com/document/product/436/7730: the log's bucket must be in the same region.
    if (!target || target.owner !== own.owner || target.region !== own.region)
      throw fault('InvalidTargetBucketForLogging');
    if (enabled.TargetPrefix?.startsWith('/')) throw fault('LoggingPrefixInvalid');
  },
);
export const getBucketLogging = gives<'getBucketLogging'>('logging', {});

export const putBucketReplication = stores<'putBucketReplication'>(
  'replication',
  async ({ Rule: rules }, call) => {
    refuseCount(rules.length, maxLifecycleRules);
    if (bucketOf(call).versioning !== 'enabled') throw fault('BucketVersionNotOpen');
    const targets = new Set(rules.map(({ Destination }) => Destination.Bucket));
    if (targets.size > 1) throw fault('MultiBucketNotSupport');
    for (const target of targets) {
      const name = /^qcs::cos:[^:]*::([a-z0-9-]+)$/.exec(target)?.[1];
      if (name === undefined || name === bucketOf(call).name) throw fault('TargetBucketNameInvalid');
    }
  },
);
export const getBucketReplication = gives<'getBucketReplication'>(
  'replication',
  'ReplicationConfigurationnotFoundError',
);
export const deleteBucketReplication = removes<'deleteBucketReplication'>('replication');

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

function hasDocument(call: Call, config: string): boolean {
  const document = bucketOf(call).configs[config];
  return document !== undefined && document !== null;
}

function refuseLong(call: Call, maxBytes: number): void {
  if (Number(call.headers['content-length'] ?? 0) > maxBytes) throw fault('XMLSizeLimit');
}

function refuseCount(count: number, most: number): void {
  if (count === 0 || count > most)
    throw fault('MalformedXML', { Message: `There must be 1 to ${most} rules.` });
}
