/**
 * The table of methods that are a single request: each names its operation row, and how the official SDKs' parameters
 * and results differ from it. Methods that are not listed make several requests or carry an object's bytes.
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
  postBucketInventory,
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
import type { CosResponse } from '../client/client.ts';
import type { Scope } from '../core/credentials-provider.ts';
import type { Settings } from '../core/options.ts';
import { fromEntries } from '../core/from-entries.ts';
import { aclDocument, flatAcl } from './acl.ts';
import { checkCopySource, copyScope } from './copy.ts';
import { locationOf } from './instance.ts';
import type { ByMethod } from './method-name.ts';
import { creationHeaders } from './object.ts';
import { listOf, need, type Params } from './params.ts';

type Data = Record<string, unknown>;

/** What a method does otherwise than its row and the table of documents say. */
export interface Quirk {
  /** Values whose names differ from the parameters'; all others are taken by name. */
  readonly values?: (params: Params) => Data;
  /** Content of the request's document under the row's root. Undefined sends none. */
  readonly document?: (params: Params) => unknown;
  /** What applications get of the answer besides status, headers and ids. */
  readonly result?: (data: Data, headers: CosResponse['headers'], params: Params, settings: Settings) => Data;
  /** What an error has besides, as the official SDKs give it, by the status. */
  readonly refusals?: Readonly<Record<number, Data>>;
  /** A refusal that is an answer: its status, and what it means. */
  readonly except?: readonly [status: number, result: Data];
  readonly scope?: (params: Params, settings: Settings) => Scope;
  /** Headers that are set when the caller sets none. */
  readonly headers?: (params: Params) => Readonly<Record<string, string>>;
}

/** Rows whose methods are called as their actions are. */
const plainly: readonly Operation[] = [
  getService,
  putBucket,
  headBucket,
  getBucket,
  deleteBucket,
  putBucketAcl,
  getBucketAcl,
  putBucketCors,
  getBucketCors,
  deleteBucketCors,
  getBucketLocation,
  putBucketPolicy,
  getBucketPolicy,
  deleteBucketPolicy,
  putBucketTagging,
  getBucketTagging,
  deleteBucketTagging,
  putBucketLifecycle,
  getBucketLifecycle,
  deleteBucketLifecycle,
  putBucketVersioning,
  getBucketVersioning,
  putBucketReplication,
  getBucketReplication,
  deleteBucketReplication,
  putBucketWebsite,
  getBucketWebsite,
  deleteBucketWebsite,
  putBucketReferer,
  getBucketReferer,
  putBucketDomain,
  getBucketDomain,
  deleteBucketDomain,
  putBucketOrigin,
  getBucketOrigin,
  deleteBucketOrigin,
  putBucketLogging,
  getBucketLogging,
  putBucketInventory,
  postBucketInventory,
  getBucketInventory,
  listBucketInventory,
  deleteBucketInventory,
  putBucketAccelerate,
  getBucketAccelerate,
  putBucketEncryption,
  getBucketEncryption,
  deleteBucketEncryption,
  headObject,
  deleteObject,
  putObjectAcl,
  getObjectAcl,
  optionsObject,
  putObjectTagging,
  getObjectTagging,
  deleteObjectTagging,
];

/** The row of every method that is one call. */
export const methods = /* @__PURE__ */ rowsOfMethods();

function rowsOfMethods(): Readonly<Record<string, Operation>> {
  return {
    ...fromEntries(plainly.map((row) => [methodOf(row), row])),
    listObjectVersions,
    putObjectCopy,
    deleteMultipleObject,
    restoreObject,
    multipartInit,
    multipartList,
    multipartListPart,
    multipartAbort,
  };
}

function methodOf({ action }: Operation): string {
  return action.charAt(0).toLowerCase() + action.slice(1).replace('ACL', 'Acl').replace('CORS', 'Cors');
}

const inventoryId = { values: (params: Params): Data => ({ InventoryId: need(params, 'Id') }) };
const acl = { document: aclDocument };

/** By method. */
export const quirks: Readonly<Record<string, Quirk | undefined>> = {
  getService: {
    values: (params) => ({ Range: params['CreateRange'] ?? params['Range'] }),
    result: (data) => ({ Owner: {}, ...data }),
  },
  putBucket: {
    document: ({ BucketAZConfig, BucketArchConfig }) =>
      BucketAZConfig || BucketArchConfig ? { BucketAZConfig, BucketArchConfig } : undefined,
    result: (data, _headers, params, settings) => ({ ...data, Location: locationOf(settings, params) }),
  },
  putBucketAcl: acl,
  putObjectAcl: acl,
  getBucketAcl: { result: flatAcl },
  getObjectAcl: {
    result: (data, headers) => {
      const { GrantWrite: _none, ...read } = flatAcl(data, headers);
      return read;
    },
  },
  putBucketPolicy: { values: (params) => ({ Policy: policyText(params) }) },
  getBucketPolicy: {
    result: ({ Policy }) => ({ Policy: readJson(Policy) ?? {} }),
    refusals: {
      403: { ErrorStatus: 'Access Denied' },
      404: { ErrorStatus: 'Policy Not Found' },
      405: { ErrorStatus: 'Method Not Allowed' },
    },
  },
  // Quirk: the official SDKs give an empty text where nothing is logged.
  getBucketLogging: {
    result: ({ BucketLoggingStatus: status }) => ({
      BucketLoggingStatus: Object.keys(Object(status) as Data).length > 0 ? status : '',
    }),
  },
  putBucketInventory: inventoryId,
  postBucketInventory: inventoryId,
  getBucketInventory: inventoryId,
  deleteBucketInventory: inventoryId,
  headObject: { result: (data, { etag = '' }) => ({ ...data, ETag: etag }) },
  deleteObject: { except: [404, { BucketNotFound: true }] },
  optionsObject: {
    result: (_data, headers) =>
      fromEntries(
        ['Allow-Origin', 'Allow-Methods', 'Allow-Headers', 'Expose-Headers', 'Max-Age'].map((name) => [
          `AccessControl${name.replace('-', '')}`,
          headers[`access-control-${name.toLowerCase()}`],
        ]),
      ),
    except: [403, { OptionsForbidden: true }],
  },
  putObjectCopy: { values: (params) => ({ CopySource: checkCopySource(params) }), scope: copyScope },
  multipartInit: { headers: creationHeaders },
  deleteMultipleObject: {
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
} satisfies ByMethod<Quirk>;

function policyText(params: Params): string {
  const given = need(params, 'Policy');
  const policy = typeof given === 'string' ? readJson(given) : given;
  if (typeof policy !== 'object' || policy === null) throw new UsageError('Policy format error');
  return JSON.stringify('version' in policy ? policy : { version: '2.0', ...policy });
}

function readJson(text: unknown): unknown {
  try {
    return JSON.parse(text as string);
  } catch {
    return undefined;
  }
}
