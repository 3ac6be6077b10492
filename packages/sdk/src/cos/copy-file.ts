/** Copies an object within the service: in one request when it is small, in parts when it is not. */
import {
  headObject,
  IntegrityError,
  multipartAbort,
  multipartComplete,
  multipartInit,
  putObjectCopy,
  uploadPartCopy,
  UsageError,
} from '@sampan/protocol';
import type { CancelSignal } from '../core/cancel.ts';
import type { CosResponse } from '../client/client.ts';
import { checkCopySource, copyScope, copySource } from './copy.ts';
import { sameCrc64, storedCrc64 } from '../client/verify.ts';
import { callRow, cancellable } from './call.ts';
import { resultOf, type Instance } from './instance.ts';
import { meterOf } from './progress-meter.ts';
import { headersOf, type Params } from './params.ts';
import { parallel, stretches } from './parallel.ts';
import { keepEntries } from '../core/from-entries.ts';

const mib = 1024 * 1024;
/** More than this no single request copies. Source: https://cloud.tencent.com/document/product/436/10881 */
const mostWholeBytes = 5 * 1024 * mib;
/** What belongs to an object beside its bytes, and is lost by an upload in parts that does not name it. */
const kept =
  /^(content-(type|disposition|encoding|language)|cache-control|expires|x-cos-meta-.+|x-cos-storage-class)$/;

/** Copies `CopySource` to Bucket, Region and Key. */
export async function sliceCopyFile(instance: Instance, params: Params): Promise<Record<string, unknown>> {
  const { settings } = instance;
  const source = copySource(params, settings);
  const meter = meterOf(instance, params);
  return cancellable(params, async (signal) => {
    const { Bucket, Region, Key, VersionId } = source;
    const head = await callRow(instance, headObject, { Bucket, Region, Key, VersionId }, { signal });
    const size = Number(head.headers['content-length'] ?? 0);
    meter.expect(size);
    meter.report();
    const sliceBytes = sizeParam(params, ['CopySliceSize', 'SliceSize'], settings.CopySliceSize);
    const isSmall = size <= Math.min(sliceBytes, mostWholeBytes);
    const response = isSmall
      ? await copyWhole(instance, params, signal)
      : await copyParts(instance, params, {
          head,
          size,
          signal,
          reach: (bytes) => meter.reach(bytes),
        });
    meter.finish();
    return resultOf(response, { ...response.data, Location: response.Location });
  }).finally(() => meter.stop());
}

function copyWhole(
  instance: Instance,
  params: Params,
  signal: CancelSignal | undefined,
): Promise<CosResponse> {
  return callRow(instance, putObjectCopy, params, {
    values: { CopySource: checkCopySource(params) },
    scope: copyScope(params, instance.settings),
    signal,
  });
}

interface InParts {
  readonly head: CosResponse;
  readonly size: number;
  readonly signal: CancelSignal | undefined;
  readonly reach: (bytes: number) => void;
}

async function copyParts(instance: Instance, params: Params, work: InParts): Promise<CosResponse> {
  const { settings, platform } = instance;
  const { head, size, signal } = work;
  const { Bucket, Region, Key } = params;
  const replaces = params['MetadataDirective'] === 'Replaced';
  const own = createHeaders(headersOf(params));
  const began = await callRow(
    instance,
    multipartInit,
    { Bucket, Region, Key },
    { headers: { ...(replaces ? {} : sourceHeaders(head)), ...own }, signal },
  );
  const { UploadId } = began.data;
  const address = { Bucket, Region, Key, UploadId };
  const parts = stretches(
    size,
    partBytes(params, settings.CopyChunkSize, { size, most: settings.MaxPartNumber }),
  );
  const eTags: string[] = [];
  let done = 0;
  try {
    await parallel(
      parts,
      Math.min(settings.CopyChunkParallelLimit, platform.maxRequests),
      signal,
      async (part, stop) => {
        const last = part.offset + part.length - 1;
        const copied = await callRow(instance, uploadPartCopy, address, {
          values: { PartNumber: part.index + 1, CopySource: checkCopySource(params), UploadId },
          headers: {
            ...pickCustomerKeys(headersOf(params)),
            'x-cos-copy-source-range': `bytes=${part.offset}-${last}`,
            // Parts of two versions of the source would make an object that never was.
            ...(head.headers['etag'] ? { 'x-cos-copy-source-if-match': head.headers['etag'] } : {}),
          },
          scope: copyScope(params, settings),
          signal: stop,
        });
        eTags[part.index] = typeof copied.data['ETag'] === 'string' ? copied.data['ETag'] : '';
        done += part.length;
        work.reach(done);
      },
    );
    const Part = eTags.map((ETag, index) => ({ PartNumber: index + 1, ETag }));
    const response = await callRow(instance, multipartComplete, address, {
      values: { UploadId, CompleteMultipartUpload: { Part } },
      signal,
    });
    const wanted = storedCrc64(head);
    const held = storedCrc64(response);
    if (wanted && held && !sameCrc64(wanted, held))
      throw new IntegrityError('The copy is stored, but with other bytes than its source');
    return response;
  } catch (error) {
    // What cannot be freed now stays billed until the bucket's lifecycle removes it; the copy's failure is what counts.
    await callRow(instance, multipartAbort, address).catch(() => undefined);
    throw error;
  }
}

/** Headers of the new object; those that say what to copy are of other calls. */
function createHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const others = /^x-cos-(copy-source|metadata-directive|tagging-directive)/;
  return keepEntries(headers, (name) => !others.test(name));
}

function pickCustomerKeys(headers: Readonly<Record<string, string>>): Record<string, string> {
  const wanted = /^x-cos-(copy-source-)?server-side-encryption-customer-/;
  return keepEntries(headers, (name) => wanted.test(name));
}

function sourceHeaders({ headers }: CosResponse): Record<string, string> {
  return keepEntries(headers, (name) => kept.test(name));
}

function partBytes(
  params: Params,
  standard: number,
  of: { readonly size: number; readonly most: number },
): number {
  const wanted = Math.max(mib, sizeParam(params, ['CopyChunkSize', 'ChunkSize'], standard));
  return Math.max(wanted, Math.ceil(of.size / of.most));
}

function sizeParam(params: Params, names: readonly string[], standard: number): number {
  for (const name of names) {
    const value = params[name];
    if (value === undefined || value === null) continue;
    const bytes = Number(value);
    if (!(bytes >= 0))
      throw new UsageError(`${name} must be a number of bytes, got ${JSON.stringify(value)}`);
    return bytes;
  }
  return standard;
}
