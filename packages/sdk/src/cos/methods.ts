/**
 * The methods that are one call and no more: a row of the operation table and how its parameters and answer differ from
 * the official SDKs' words. A method that is not here does something over several calls or with bytes.
 */
import {
  deleteBucket,
  deleteBucketCors,
  deleteBucketDomain,
  deleteBucketEncryption,
  deleteBucketInventory,
  deleteBucketLifecycle,
  deleteBucketOrigin,
  deleteBucketPolicy,
  deleteBucketReplication,
  deleteBucketTagging,
  deleteBucketWebsite,
  deleteMultipleObject,
  deleteObject,
  deleteObjectTagging,
  getBucket,
  getBucketAccelerate,
  getBucketAcl,
  getBucketCors,
  getBucketDomain,
  getBucketEncryption,
  getBucketInventory,
  getBucketLifecycle,
  getBucketLocation,
  getBucketLogging,
  getBucketOrigin,
  getBucketPolicy,
  getBucketReferer,
  getBucketReplication,
  getBucketTagging,
  getBucketVersioning,
  getBucketWebsite,
  getObjectAcl,
  getObjectTagging,
  getService,
  headBucket,
  headObject,
  listBucketInventory,
  listObjectVersions,
  multipartAbort,
  multipartInit,
  multipartList,
  multipartListPart,
  optionsObject,
  putBucket,
  putBucketAccelerate,
  putBucketAcl,
  putBucketCors,
  putBucketDomain,
  putBucketEncryption,
  putBucketInventory,
  putBucketLifecycle,
  putBucketLogging,
  putBucketOrigin,
  putBucketPolicy,
  putBucketReferer,
  putBucketReplication,
  putBucketTagging,
  putBucketVersioning,
  putBucketWebsite,
  putObjectAcl,
  putObjectCopy,
  putObjectTagging,
  restoreObject,
  UsageError,
  type Operation,
} from '@sampan/protocol';
import type { Answer } from '../client.ts';
import type { Scope } from '../provider.ts';
import type { Settings } from '../options.ts';
import { aclDocument, flatAcl } from './acl.ts';
import { copyScope, checkCopySource } from './copy.ts';
import { listOf, need, objectParam, type Params } from './params.ts';
import { fromPairs, keepPairs } from '../pairs.ts';

type Data = Record<string, unknown>;

/** One call in the official SDKs' words. */
export interface Method {
  readonly row: Operation;
  /** Values whose names differ from the parameters'; all others are taken by name. */
  readonly values?: (params: Params) => Data;
  /** The content of the request's document, under the row's root. Undefined sends none. */
  readonly document?: (params: Params) => unknown;
  /** What applications get of the answer besides status, headers and ids. */
  readonly result?: (data: Data, answer: Answer, params: Params) => Data;
  /** A refusal that is an answer: status and code (any code if empty) and what it means. */
  readonly except?: {
    readonly status: number;
    readonly code: string;
    readonly result: Data;
    readonly bare?: true;
  };
  /** Read the answer's document as the official SDKs do, with no lists but those that `result` makes. */
  readonly raw?: true;
  /** Address that the result names as `Location`. */
  readonly location?: true;
  readonly scope?: (params: Params, settings: Settings) => Scope;
  /** Headers that are set when the caller sets none. */
  readonly headers?: (params: Params) => Readonly<Record<string, string>>;
}

const plain = (row: Operation): Method => ({ row });

/** Reads a document whole, under its own name. */
const named = (row: Operation, name: string, except?: Method['except']): Method => ({
  row,
  raw: true,
  result: (data) => ({ [name]: data }),
  ...(except ? { except } : {}),
});

/** Writes the document that a parameter of the root's name holds. */
const writes = (row: Operation, name: string, shape = (given: Params): unknown => given): Method => ({
  row,
  document: (params) => {
    need(params, name);
    return shape(objectParam(params, name));
  },
});

const etag: Method['result'] = (data, answer) => ({ ...data, ETag: answer.headers['etag'] ?? '' });

const corsLists = ['AllowedOrigin', 'AllowedHeader', 'AllowedMethod', 'ExposeHeader'] as const;

/** Rules with singular names, whatever form they were given in. */
function corsRules(params: Params): unknown[] {
  const given = objectParam(params, 'CORSConfiguration')['CORSRules'] ?? params['CORSRules'];
  return (listOf(given) as Params[]).map((rule) => {
    const lists = corsLists.map((name) => [name, listOf(rule[`${name}s`] ?? rule[name])] as const);
    return {
      ...without(rule, [...corsLists, ...corsLists.map((name) => `${name}s`)]),
      ...fromPairs<unknown>(lists),
    };
  });
}

function pluralCors(rule: unknown): Data {
  const read = rule as Data;
  const lists = corsLists.map((name) => [`${name}s`, listOf(read[name])] as const);
  return { ...without(read, corsLists), ...fromPairs<unknown>(lists) };
}

function without(value: Params, names: readonly string[]): Data {
  return keepPairs(value, (name) => !names.includes(name));
}

const tagDocument = (params: Params): unknown => {
  const given = objectParam(params, 'Tagging');
  const tags = given['TagSet'] ?? given['Tags'] ?? params['Tags'] ?? [];
  return { TagSet: { Tag: listOf(Array.isArray(tags) ? tags : ((tags as Data)['Tag'] ?? tags)) } };
};

const tagResult: Method['result'] = (data) => ({
  Tags: listOf((data['TagSet'] as Data | undefined)?.['Tag']),
});
const noTags = { status: 404, code: 'NoSuchTagSet', result: { Tags: [] } } as const;

/** The encryption of an inventory has a name that is no identifier. */
function inventory(configuration: Params, from: string, to: string): Data {
  const destination = objectParam(configuration, 'Destination');
  const bucket = objectParam(destination, 'COSBucketDestination');
  const { [from]: encryption, ...others } = objectParam(bucket, 'Encryption');
  if (encryption === undefined) return { ...configuration };
  const COSBucketDestination = { ...bucket, Encryption: { ...others, [to]: encryption } };
  return { ...configuration, Destination: { ...destination, COSBucketDestination } };
}

function readInventory(data: Params): Data {
  const read = inventory(data, 'SSE-COS', 'SSECOS');
  const fields = read['OptionalFields'];
  if (fields === undefined) return read;
  return {
    ...read,
    OptionalFields: listOf(
      typeof fields === 'object' && fields !== null ? (fields as Data)['Field'] : fields,
    ),
  };
}

const inventoryId = (params: Params): Data => ({ InventoryId: need(params, 'Id') });

/** A list parameter that may stand inside its configuration or alone. */
const listUnder = (row: Operation, configuration: string, list: string, element = list): Method => ({
  row,
  document: (params) => ({ [element]: listOf(objectParam(params, configuration)[list] ?? params[list]) }),
});

function policyText(params: Params): string {
  const given = need(params, 'Policy');
  let policy: unknown = given;
  try {
    if (typeof given === 'string') policy = JSON.parse(given);
  } catch {
    policy = undefined;
  }
  if (typeof policy !== 'object' || policy === null) throw new UsageError('Policy format error');
  return JSON.stringify('version' in policy ? policy : { version: '2.0', ...policy });
}

function readJson(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : {};
  } catch {
    return {};
  }
}

/** Every method that is one call. */
export const methods: Readonly<Record<string, Method>> = {
  getService: {
    row: getService,
    values: (params) => ({ Range: params['CreateRange'] ?? params['Range'] }),
    result: (data) => ({
      ...data,
      Buckets: listOf((data['Buckets'] as Data | undefined)?.['Bucket']),
      Owner: data['Owner'] ?? {},
    }),
  },
  putBucket: {
    row: putBucket,
    document: ({ BucketAZConfig, BucketArchConfig }) =>
      BucketAZConfig || BucketArchConfig ? { BucketAZConfig, BucketArchConfig } : undefined,
    location: true,
  },
  headBucket: plain(headBucket),
  getBucket: plain(getBucket),
  deleteBucket: plain(deleteBucket),
  putBucketAcl: { row: putBucketAcl, document: aclDocument },
  getBucketAcl: { row: getBucketAcl, result: (data, { headers }) => flatAcl(data, headers['x-cos-acl']) },
  putBucketCors: {
    row: putBucketCors,
    document: (params) => ({ CORSRule: corsRules(params), ResponseVary: params['ResponseVary'] }),
  },
  getBucketCors: {
    row: getBucketCors,
    result: (data) => ({
      CORSRules: listOf(data['CORSRule']).map(pluralCors),
      ResponseVary: data['ResponseVary'],
    }),
    except: { status: 404, code: 'NoSuchCORSConfiguration', result: { CORSRules: [] } },
  },
  deleteBucketCors: plain(deleteBucketCors),
  getBucketLocation: plain(getBucketLocation),
  putBucketPolicy: { row: putBucketPolicy, values: (params) => ({ Policy: policyText(params) }) },
  getBucketPolicy: { row: getBucketPolicy, result: (data) => ({ Policy: readJson(data['Policy']) }) },
  deleteBucketPolicy: plain(deleteBucketPolicy),
  putBucketTagging: { row: putBucketTagging, document: tagDocument },
  getBucketTagging: { row: getBucketTagging, result: tagResult, except: noTags },
  deleteBucketTagging: plain(deleteBucketTagging),
  putBucketLifecycle: listUnder(putBucketLifecycle, 'LifecycleConfiguration', 'Rules', 'Rule'),
  getBucketLifecycle: {
    row: getBucketLifecycle,
    raw: true,
    result: (data) => ({ Rules: listOf(data['Rule']) }),
    except: { status: 404, code: 'NoSuchLifecycleConfiguration', result: { Rules: [] } },
  },
  deleteBucketLifecycle: plain(deleteBucketLifecycle),
  putBucketVersioning: writes(putBucketVersioning, 'VersioningConfiguration'),
  getBucketVersioning: named(getBucketVersioning, 'VersioningConfiguration'),
  putBucketReplication: writes(
    putBucketReplication,
    'ReplicationConfiguration',
    ({ Rules, Rule, ...rest }) => ({
      ...rest,
      Rule: listOf(Rules ?? Rule),
    }),
  ),
  getBucketReplication: {
    row: getBucketReplication,
    raw: true,
    result: ({ Rule, ...rest }) => ({ ReplicationConfiguration: { ...rest, Rules: listOf(Rule) } }),
    except: {
      status: 404,
      code: 'ReplicationConfigurationnotFoundError',
      result: { ReplicationConfiguration: { Rules: [] } },
    },
  },
  deleteBucketReplication: plain(deleteBucketReplication),
  putBucketWebsite: writes(
    putBucketWebsite,
    'WebsiteConfiguration',
    ({ RoutingRules, RoutingRule, ...rest }) => {
      const rules = listOf(RoutingRules ?? RoutingRule);
      return rules.length > 0 ? { ...rest, RoutingRules: { RoutingRule: rules } } : rest;
    },
  ),
  getBucketWebsite: {
    row: getBucketWebsite,
    raw: true,
    result: (data) => {
      const rules = data['RoutingRules'] as Data | undefined;
      const read = rules ? { ...data, RoutingRules: listOf(rules['RoutingRule']) } : data;
      return { WebsiteConfiguration: read };
    },
    except: { status: 404, code: 'NoSuchWebsiteConfiguration', result: { WebsiteConfiguration: {} } },
  },
  deleteBucketWebsite: plain(deleteBucketWebsite),
  putBucketReferer: writes(putBucketReferer, 'RefererConfiguration', (given) => {
    const list = objectParam(given, 'DomainList');
    const domains = listOf(list['Domains'] ?? list['Domain']);
    return domains.length > 0 ? { ...given, DomainList: { Domain: domains } } : given;
  }),
  getBucketReferer: {
    row: getBucketReferer,
    raw: true,
    result: (data) => {
      const list = data['DomainList'] as Data | undefined;
      const read = list ? { ...data, DomainList: { Domains: listOf(list['Domain']) } } : data;
      return { RefererConfiguration: read };
    },
    except: { status: 404, code: 'NoSuchRefererConfiguration', result: { RefererConfiguration: {} } },
  },
  putBucketDomain: listUnder(putBucketDomain, 'DomainConfiguration', 'DomainRule'),
  getBucketDomain: {
    row: getBucketDomain,
    raw: true,
    result: (data) => ({ DomainRule: listOf(data['DomainRule']) }),
  },
  deleteBucketDomain: plain(deleteBucketDomain),
  putBucketOrigin: listUnder(putBucketOrigin, 'OriginConfiguration', 'OriginRule'),
  getBucketOrigin: {
    row: getBucketOrigin,
    raw: true,
    result: (data) => ({ OriginRule: listOf(data['OriginRule']) }),
  },
  deleteBucketOrigin: plain(deleteBucketOrigin),
  putBucketLogging: { row: putBucketLogging, document: (params) => params['BucketLoggingStatus'] ?? {} },
  getBucketLogging: named(getBucketLogging, 'BucketLoggingStatus'),
  putBucketInventory: {
    row: putBucketInventory,
    values: inventoryId,
    document: (params) => {
      need(params, 'InventoryConfiguration');
      const given = inventory(objectParam(params, 'InventoryConfiguration'), 'SSECOS', 'SSE-COS');
      const fields = given['OptionalFields'];
      return fields === undefined ? given : { ...given, OptionalFields: { Field: listOf(fields) } };
    },
  },
  getBucketInventory: {
    row: getBucketInventory,
    raw: true,
    values: inventoryId,
    result: (data) => ({ InventoryConfiguration: readInventory(data) }),
  },
  listBucketInventory: {
    row: listBucketInventory,
    raw: true,
    result: ({ InventoryConfiguration, ...rest }) => ({
      ...rest,
      InventoryConfigurations: (listOf(InventoryConfiguration) as Params[]).map(readInventory),
    }),
  },
  deleteBucketInventory: { row: deleteBucketInventory, values: inventoryId },
  putBucketAccelerate: writes(putBucketAccelerate, 'AccelerateConfiguration'),
  getBucketAccelerate: named(getBucketAccelerate, 'AccelerateConfiguration'),
  putBucketEncryption: {
    row: putBucketEncryption,
    document: (params) => {
      const given = objectParam(params, 'ServerSideEncryptionConfiguration');
      return { Rule: listOf(given['Rule'] ?? given['Rules']) };
    },
  },
  getBucketEncryption: {
    row: getBucketEncryption,
    raw: true,
    result: (data) => ({ EncryptionConfiguration: { Rules: listOf(data['Rule']) } }),
    except: {
      status: 404,
      code: 'NoSuchEncryptionConfiguration',
      result: { EncryptionConfiguration: { Rules: [] } },
    },
  },
  deleteBucketEncryption: plain(deleteBucketEncryption),
  listObjectVersions: {
    row: listObjectVersions,
    result: ({ DeleteMarker, Version, ...rest }) => ({
      ...rest,
      DeleteMarkers: listOf(DeleteMarker),
      Versions: listOf(Version),
    }),
  },
  headObject: { row: headObject, result: etag },
  deleteObject: {
    row: deleteObject,
    except: { status: 404, code: '', result: { BucketNotFound: true }, bare: true },
  },
  putObjectAcl: { row: putObjectAcl, document: aclDocument },
  getObjectAcl: {
    row: getObjectAcl,
    result: (data, { headers }) => {
      const { GrantWrite: _none, ...read } = flatAcl(data, headers['x-cos-acl']);
      return read;
    },
  },
  optionsObject: {
    row: optionsObject,
    result: (_data, { headers }) => ({
      AccessControlAllowOrigin: headers['access-control-allow-origin'],
      AccessControlAllowMethods: headers['access-control-allow-methods'],
      AccessControlAllowHeaders: headers['access-control-allow-headers'],
      AccessControlExposeHeaders: headers['access-control-expose-headers'],
      AccessControlMaxAge: headers['access-control-max-age'],
    }),
    except: { status: 403, code: '', result: { OptionsForbidden: true }, bare: true },
  },
  putObjectCopy: {
    row: putObjectCopy,
    values: (params) => ({ CopySource: checkCopySource(params) }),
    scope: copyScope,
  },
  deleteMultipleObject: {
    row: deleteMultipleObject,
    document: (params) => {
      const objects = listOf(need(params, 'Objects')) as Params[];
      if (objects.length === 0) throw new UsageError('missing param Objects');
      return {
        Quiet: params['Quiet'] ?? false,
        // The service reports a key with a slash in front as deleted and does nothing.
        Object: objects.map(({ Key, VersionId }) => ({ Key: String(Key).replace(/^\//, ''), VersionId })),
      };
    },
    scope: ({ Bucket, Region, Objects }) =>
      (listOf(Objects) as Params[]).map(({ Key }) => ({
        action: 'name/cos:DeleteObject',
        bucket: String(Bucket),
        region: String(Region),
        prefix: String(Key),
      })),
  },
  restoreObject: writes(restoreObject, 'RestoreRequest'),
  putObjectTagging: { row: putObjectTagging, document: tagDocument },
  getObjectTagging: { row: getObjectTagging, result: tagResult, except: noTags },
  deleteObjectTagging: plain(deleteObjectTagging),
  multipartInit: plain(multipartInit),
  multipartList: plain(multipartList),
  multipartListPart: { row: multipartListPart, values: (params) => ({ UploadId: need(params, 'UploadId') }) },
  multipartAbort: { row: multipartAbort, values: (params) => ({ UploadId: need(params, 'UploadId') }) },
};
