/**
 * Converts configuration documents between the official SDKs' form and the service's. The forms differ in how lists are
 * named and wrapped, which tables describe here. Fields that no table names pass unchanged.
 */
import type { Subject } from './method-name.ts';
import { listOf, need, objectParam, type Params } from './params.ts';

type Data = Record<string, unknown>;

/**
 * How members are named, by the application's name. `1` is a list whose element is called as the list without its last
 * letter; a text names the element, or with `>` what wraps the list and the element, and with `?` at its end the list is left out when
 * it is empty; names in an array are those of a list's items; an object is a member with names of its own; `=` stands before another name; `0` changes nothing.
 */
interface Names {
  readonly [name: string]: 0 | 1 | string | readonly [Names] | Names;
}

/** One document. */
export interface Document {
  /** Parameter that holds it; with `?` it may be left out, with `*` its members may also be parameters themselves. */
  readonly param: string;
  /** Under which name a result has it; without one its members stand alone. */
  readonly result?: string;
  readonly names?: Names | undefined;
  /** Code by which the service says that there is none, which applications read as an empty one. */
  readonly missing?: string | undefined;
}

/** A document that both sides hold under one name. */
const whole = /* @__NO_SIDE_EFFECTS__ */ (name: string, names?: Names, missing?: string): Document => ({
  param: name,
  result: name,
  names,
  missing,
});

const inventory: Names = {
  OptionalFields: 'OptionalFields>Field',
  Destination: { COSBucketDestination: { Encryption: { SSECOS: '=SSE-COS' } } },
};
const tags: Document = { param: 'Tagging*', names: { Tags: 'TagSet>Tag' }, missing: 'NoSuchTagSet' };

/** Documents by the names of their methods, without `get` and `put`. */
export const documents: Readonly<Record<string, Document | undefined>> = {
  Service: { param: '', names: { Buckets: 'Buckets>Bucket' } },
  BucketCors: {
    param: 'CORSConfiguration*',
    names: {
      CORSRules: [{ AllowedOrigins: 1, AllowedHeaders: 1, AllowedMethods: 1, ExposeHeaders: 1 }],
      ResponseVary: 0,
    },
    missing: 'NoSuchCORSConfiguration',
  },
  BucketTagging: tags,
  ObjectTagging: tags,
  BucketLifecycle: {
    param: 'LifecycleConfiguration*',
    names: { Rules: 1 },
    missing: 'NoSuchLifecycleConfiguration',
  },
  BucketVersioning: whole('VersioningConfiguration'),
  BucketAccelerate: whole('AccelerateConfiguration'),
  BucketReplication: whole('ReplicationConfiguration', { Rules: 1 }, 'ReplicationConfigurationNotFoundError'),
  BucketWebsite: whole(
    'WebsiteConfiguration',
    { RoutingRules: 'RoutingRules>RoutingRule?' },
    'NoSuchWebsiteConfiguration',
  ),
  BucketReferer: whole('RefererConfiguration', { DomainList: { Domains: 1 } }, 'NoSuchRefererConfiguration'),
  BucketDomain: { param: 'DomainConfiguration*', names: { DomainRule: 'DomainRule' } },
  BucketOrigin: { param: 'OriginConfiguration*', names: { OriginRule: 'OriginRule' } },
  BucketLogging: { param: 'BucketLoggingStatus?', result: 'BucketLoggingStatus' },
  BucketInventory: whole('InventoryConfiguration', inventory),
  listBucketInventory: { param: '', names: { InventoryConfigurations: [inventory] } },
  BucketEncryption: {
    param: 'ServerSideEncryptionConfiguration?',
    result: 'EncryptionConfiguration',
    names: { Rules: 1 },
    missing: 'NoSuchEncryptionConfiguration',
  },
  listObjectVersions: { param: '', names: { DeleteMarkers: 1, Versions: 1 } },
  restoreObject: { param: 'RestoreRequest' },
} satisfies { readonly [Name in Subject]?: Document };

/** What is sent: the content of the row's document. */
export function documentOf({ param, names = {} }: Document, params: Params): Data {
  const name = param.replace(/\W/, '');
  if (name === param) need(params, name);
  const given: Data = { ...objectParam(params, name) };
  if (param.includes('*')) for (const member of Object.keys(names)) given[member] ??= params[member];
  return toWire(given, names, true);
}

/** Converts a document of the service into a method's result. */
export function resultOfDocument({ result, names = {} }: Document, data: Params): Data {
  const read = fromWire(data, names, !result);
  return result ? { [result]: read } : read;
}

interface ListRule {
  readonly wrap: string;
  readonly element: string;
  readonly optional: boolean;
}

/** The wrapping and the single element of a list, or nothing for another rule. */
function listRule(name: string, rule: Names[string]): ListRule | undefined {
  if (rule === 1 || Array.isArray(rule)) return { wrap: '', element: name.slice(0, -1), optional: false };
  if (typeof rule !== 'string' || rule.startsWith('=')) return undefined;
  const [, wrap = '', element = '', mark] = /^(?:(\w+)>)?(\w+)(\?)?$/.exec(rule) ?? [];
  return { wrap, element, optional: mark !== undefined };
}

/** A list may come under its name, or already as the service spells it. An empty one in the depth is left out. */
function toWire(value: unknown, names: Names, isWhole = false): Data {
  const made: Data = { ...(Object(value) as Data) };
  for (const [name, rule] of Object.entries(names)) {
    const list = listRule(name, rule);
    if (!list) {
      if (typeof rule === 'string') move(made, name, rule.slice(1));
      else if (rule && made[name] !== undefined) made[name] = toWire(made[name], rule as Names);
      continue;
    }
    const { wrap, element, optional } = list;
    const given = made[name] ?? made[wrap] ?? made[element];
    for (const known of [name, wrap, element]) Reflect.deleteProperty(made, known);
    const items = itemsOf(given, element).map((item) => itemAs(item, rule, toWire));
    if (!wrap) made[element] = items;
    else if ((isWhole && !optional) || items.length > 0) made[wrap] = { [element]: items };
  }
  return made;
}

/** Lists are there even when the service names none; one that is wrapped is there with what wraps it, or alone. */
function fromWire(value: unknown, names: Names, isAlone = false): Data {
  const made: Data = { ...(Object(value) as Data) };
  for (const [name, rule] of Object.entries(names)) {
    const list = listRule(name, rule);
    if (!list) {
      if (typeof rule === 'string') move(made, rule.slice(1), name);
      else if (rule && made[name] !== undefined) made[name] = fromWire(made[name], rule as Names);
      continue;
    }
    const { wrap, element, optional } = list;
    const given = made[wrap || element];
    if (wrap && !isAlone && given === undefined) continue;
    Reflect.deleteProperty(made, wrap || element);
    const items = itemsOf(given, element);
    if (!optional || items.length > 0) made[name] = items.map((item) => itemAs(item, rule, fromWire));
  }
  return made;
}

function itemsOf(given: unknown, element: string): readonly unknown[] {
  const inner = Object(given) as Params;
  return listOf(element in inner ? inner[element] : given);
}

function itemAs(item: unknown, rule: Names[string], convert: (item: unknown, names: Names) => Data): unknown {
  return Array.isArray(rule) ? convert(item, rule[0] as Names) : item;
}

function move(made: Data, from: string, to: string): void {
  if (made[from] === undefined) return;
  made[to] = made[from];
  Reflect.deleteProperty(made, from);
}
