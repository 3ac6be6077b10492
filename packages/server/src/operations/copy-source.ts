/** Finds a copy's source object and checks its permissions and conditions. */
import { fault, parseCopySource, type Input, type Operations } from '@sampan/protocol';
import {
  customerAlgorithm,
  readingKey,
  type CustomerKey,
  type CustomerKeyFields,
} from '../body/encryption.ts';
import type { ObjectVersion, VersionRef } from '../metadata/port.ts';
import { isReadable } from './answers.ts';
import type { Call } from './call.ts';
import { weigh, type Conditions } from './conditions.ts';

type CopyFields = Pick<
  Input<Operations['putObjectCopy'], never>,
  Extract<keyof Input<Operations['putObjectCopy'], never>, `CopySource${string}`>
> &
  CustomerKeyFields;

export interface FoundSource {
  /** Names the version that was judged, so that no other is copied. */
  readonly ref: VersionRef & { readonly revision: number };
  readonly version: ObjectVersion;
  /** Key to read the source with, when it is encrypted with a customer's. */
  readonly key: CustomerKey | undefined;
  /** The request named a version. */
  readonly versionNamed: boolean;
}

/** Finds the source that the headers name, when the caller may read it and its conditions hold. */
export async function findSource(fields: CopyFields, call: Call): Promise<FoundSource> {
  const source = parseCopySource(fields.CopySource);
  if (!source) throw fault('InvalidCopySource');
  const { metadata } = call.backend;
  const bucket = await metadata.bucket(source.bucket);
  if (!bucket || (source.region !== undefined && source.region !== bucket.region))
    throw fault('NoSuchBucket');
  const { key, versionId } = source;
  await call.authorise({ action: 'GetObject', bucket, key, versionId });

  const ref = { bucket: source.bucket, key: source.key, versionId: source.versionId };
  const version = await metadata.version(ref);
  const versionNamed = source.versionId !== undefined;
  if (!version) throw fault(versionNamed ? 'NoSuchVersion' : 'NoSuchKey');
  if (version.kind === 'marker') {
    // Source: https://cloud.tencent.com/document/product/436/8287: by its id a marker is a wrong argument.
    if (versionNamed) throw fault('InvalidCopySource', { Message: 'The copy source is a delete marker.' });
    throw fault('NoSuchKey');
  }
  if (!isReadable(version, call.nowMs)) throw fault('InvalidObjectState');
  if (weigh(conditionsOf(fields), version.etag, version.modifiedAtMs) !== 'go-on')
    throw fault('PreconditionFailed');
  return {
    ref: { ...ref, versionId: version.versionId, revision: version.revision },
    version,
    key: sourceKey(version, fields),
    versionNamed,
  };
}

/** Whether a customer's key is needed to read a version. */
export function isCustomerEncrypted({ encryption }: Pick<ObjectVersion, 'encryption'>): boolean {
  return encryption?.algorithm === customerAlgorithm;
}

function conditionsOf(fields: CopyFields): Conditions {
  return {
    IfMatch: fields.CopySourceIfMatch,
    IfNoneMatch: fields.CopySourceIfNoneMatch,
    IfModifiedSince: fields.CopySourceIfModifiedSince,
    IfUnmodifiedSince: fields.CopySourceIfUnmodifiedSince,
  };
}

// Quirk: the parameter table of the copy page names the plain headers for the source's key, its samples and the SDKs
// those with `copy-source-`; both are accepted.
function sourceKey(version: ObjectVersion, fields: CopyFields): CustomerKey | undefined {
  const own = {
    SSECustomerAlgorithm: fields.CopySourceSSECustomerAlgorithm,
    SSECustomerKey: fields.CopySourceSSECustomerKey,
    SSECustomerKeyMD5: fields.CopySourceSSECustomerKeyMD5,
  };
  const named = Object.values(own).some((value) => value !== undefined);
  if (named || !isCustomerEncrypted(version)) return readingKey(version.encryption, own);
  return readingKey(version.encryption, fields);
}
