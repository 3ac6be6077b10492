/**
 * Downloads an object into a file by parallel ranges. What arrives goes into a file beside the final one, which gets
 * its name only when it is whole and its CRC-64 is the service's. A download that stopped is continued after its
 * ranges have been compared with their checksums, and only while the object is still the same.
 */
import {
  crc64Combine,
  crc64Empty,
  crc64Parse,
  crc64Text,
  getObject,
  headObject,
  IntegrityError,
  isCosError,
  isServiceError,
  TransportError,
  UsageError,
} from '@sampan/protocol';
import { canceller, type CancelSignal } from '../core/cancel.ts';
import type { DownloadTarget, Platform } from '../core/platform.ts';
import { sameCrc64, storedCrc64 } from '../client/verify.ts';
import { callRow } from './call.ts';
import { resultOf, type Instance } from './instance.ts';
import { refuseRootKey } from './object.ts';
import { meterOf } from './progress-meter.ts';
import { cancellerOf, need, type Params } from './params.ts';
import { parallel, stretches, type Stretch } from './parallel.ts';
import { pause } from '../core/wait.ts';

const standardChunkBytes = 1024 * 1024;
const standardParallel = 5;
const standardRetries = 3;
/** At most one save of the record in this time; what is lost with a crash is fetched again. */
const recordEveryMs = 1000;

/** The object as it is while it is downloaded. */
interface Found {
  readonly size: number;
  readonly eTag: string;
  readonly crc64: string | undefined;
}

/** Checksums of the ranges that are there, by index. */
type Ranges = Map<number, string>;

/** Downloads an object into `FilePath`. */
export async function downloadFile(instance: Instance, params: Params): Promise<Record<string, unknown>> {
  refuseRootKey(instance, params);
  const { platform } = instance;
  const path = need(params, 'FilePath');
  if (typeof path !== 'string') throw new UsageError('param FilePath should be a string');
  if (!platform.openTarget) throw new UsageError(`downloadFile is not supported on ${platform.name}`);

  const unlock = await platform.locks.tryLock(`download:${path}`);
  if (!unlock) throw new UsageError('The file is being downloaded by someone else', { code: 'Locked' });
  const caller = cancellerOf(params);
  const stop = canceller(caller?.signal);
  const taskId = `download-${Math.floor(platform.random() * 2 ** 52).toString(36)}`;
  instance.downloads.set(taskId, stop);
  try {
    const { onTaskReady } = params;
    if (typeof onTaskReady === 'function') (onTaskReady as (id: string) => void)(taskId);
    return await download(instance, params, { path, signal: stop.signal });
  } finally {
    instance.downloads.delete(taskId);
    stop.release();
    caller?.release();
    unlock();
  }
}

interface Where {
  readonly path: string;
  readonly signal: CancelSignal;
}

async function download(
  instance: Instance,
  params: Params,
  { path, signal }: Where,
): Promise<Record<string, unknown>> {
  const { platform } = instance;
  const head = await callRow(instance, headObject, params, { signal });
  const found: Found = {
    size: Number(head.headers['content-length'] ?? 0),
    eTag: head.headers['etag'] ?? '',
    crc64: storedCrc64(head),
  };
  const chunkBytes = count(params, 'ChunkSize', standardChunkBytes);
  const tag = JSON.stringify([
    params['Bucket'],
    params['Key'],
    head.headers['x-cos-version-id'] ?? '',
    found,
    chunkBytes,
  ]);
  const target = await openTarget(platform, path, tag);
  const record = recordOf(platform, path, tag);
  const meter = meterOf(instance, params);
  meter.expect(found.size);

  let committed = false;
  try {
    const all = stretches(found.size, chunkBytes);
    const ranges = await proven(platform, target, all, await record.load());
    const resumedBytes = sum(all.filter(({ index }) => ranges.has(index)));
    let done = resumedBytes;
    let shown = done;
    meter.reach(shown);
    const missing = all.filter(({ index }) => !ranges.has(index));
    await parallel(
      missing,
      count(params, 'ParallelLimit', standardParallel),
      signal,
      async (stretch, stopped) => {
        const onBytes = (count: number): void => {
          done += count;
          // What a failed try brought comes again; progress stands still meanwhile.
          shown = Math.max(shown, done);
          meter.reach(shown);
        };
        const call = { found, stretch, target, signal: stopped, onBytes };
        ranges.set(stretch.index, await fetchRange(instance, params, call));
        await record.note(ranges);
      },
    );
    await target.resize(found.size);
    const crc64 = composed(all, ranges);
    if (found.crc64 !== undefined && !sameCrc64(crc64, found.crc64)) {
      await target.discard();
      committed = true;
      throw new IntegrityError('The file differs from what the service holds; it was not kept');
    }
    await target.commit();
    committed = true;
    meter.finish();
    return resultOf(head, { ETag: found.eTag, CRC64: crc64, resumedBytes });
  } catch (error) {
    // A changed object will never match what is there.
    if (isServiceError(error) && error.statusCode === 412) {
      await target.discard();
      committed = true;
    } else await record.flush();
    throw error;
  } finally {
    meter.stop();
    if (committed) await record.remove();
    else await target.close();
  }
}

function openTarget(platform: Platform, path: string, tag: string): Promise<DownloadTarget> {
  if (!platform.openTarget) throw new UsageError(`downloadFile is not supported on ${platform.name}`);
  return platform.openTarget(path, tag);
}

interface RangeCall {
  readonly found: Found;
  readonly stretch: Stretch;
  readonly target: DownloadTarget;
  readonly signal: CancelSignal;
  /** Called with bytes that arrived, and with a negative count for those of a try that failed. */
  readonly onBytes: (count: number) => void;
}

/** Brings a range into the file and gives its CRC-64. */
async function fetchRange(
  instance: Instance,
  params: Params,
  { found, stretch, target, signal, onBytes }: RangeCall,
): Promise<string> {
  const {
    Bucket,
    Region,
    Key,
    VersionId,
    Headers,
    SSECustomerAlgorithm,
    SSECustomerKey,
    SSECustomerKeyMD5,
    TrafficLimit,
  } = params;
  const named = {
    Bucket,
    Region,
    Key,
    VersionId,
    Headers,
    SSECustomerAlgorithm,
    SSECustomerKey,
    SSECustomerKeyMD5,
    TrafficLimit,
  };
  const last = stretch.offset + stretch.length - 1;
  const rangeParams = {
    ...named,
    Range: `bytes=${stretch.offset}-${last}`,
    ...(found.eTag ? { IfMatch: found.eTag } : {}),
  };
  const tries = count(params, 'RetryTimes', standardRetries, 0) + 1;
  for (let tried = 1; ; tried++) {
    let arrivedBytes = 0;
    try {
      const { body } = await callRow(instance, getObject, rangeParams, { responseType: 'stream', signal });
      if (typeof body !== 'object' || !('hostStream' in body))
        throw new UsageError('The host has no streams');
      const { size, crc64 } = await target.receive(stretch.offset, body, {
        length: stretch.length,
        signal,
        onBytes(count) {
          arrivedBytes += count;
          onBytes(count);
        },
      });
      if (size === stretch.length) return crc64;
      throw new TransportError(`A range of ${stretch.length} bytes arrived with ${size}`);
    } catch (error) {
      onBytes(-arrivedBytes);
      if (signal.reason) throw signal.reason;
      // What the file system says is none of the link's, and another try would meet it again.
      if (tried >= tries || !isCosError(error) || !error.retryable) throw error;
      await pause(instance.platform.clock, instance.platform.random() * 1000 * 2 ** tried, signal);
    }
  }
}

/** Of the ranges that a record names, those that the file holds indeed. */
async function proven(
  platform: Platform,
  target: DownloadTarget,
  all: readonly Stretch[],
  recorded: Ranges,
): Promise<Ranges> {
  const ranges: Ranges = new Map();
  for (const { index, offset, length } of all) {
    const crc64 = recorded.get(index);
    if (crc64 === undefined || offset + length > target.size) continue;
    const bytes = await target.read(offset, length);
    if (bytes.byteLength !== length) continue;
    if ((await platform.digest(bytes, { md5: false })).crc64 === crc64) ranges.set(index, crc64);
  }
  return ranges;
}

function composed(all: readonly Stretch[], ranges: Ranges): string {
  let whole = crc64Empty;
  for (const { index, length } of all) {
    const part = crc64Parse(ranges.get(index) ?? '');
    if (part) whole = crc64Combine(whole, part, length);
  }
  return crc64Text(whole);
}

function recordOf(platform: Platform, path: string, tag: string) {
  const key = `download:${path}`;
  let savedMs = platform.clock.now();
  let latest: Ranges | undefined;
  // Without a record a download is merely not continued, so a failure of storage is none of the download.
  const save = async (ranges: Ranges): Promise<void> => {
    savedMs = platform.clock.now();
    await platform.storage.save(key, JSON.stringify({ tag, ranges: [...ranges] })).catch(() => undefined);
  };
  return {
    async load(): Promise<Ranges> {
      const text = await platform.storage.load(key).catch(() => undefined);
      try {
        const record = JSON.parse(text ?? '{}') as { readonly tag?: unknown; readonly ranges?: unknown };
        if (record.tag !== tag || !Array.isArray(record.ranges)) return new Map();
        return new Map(record.ranges as [number, string][]);
      } catch {
        return new Map();
      }
    },
    async note(ranges: Ranges): Promise<void> {
      latest = ranges;
      if (platform.clock.now() - savedMs >= recordEveryMs) await save(ranges);
    },
    async flush(): Promise<void> {
      if (latest) await save(latest);
    },
    remove: () => platform.storage.remove(key).catch(() => undefined),
  };
}

function count(params: Params, name: string, standard: number, least = 1): number {
  const value = params[name];
  if (value === undefined || value === null) return standard;
  const number = Math.floor(Number(value));
  if (!(number >= least))
    throw new UsageError(`${name} must be a number from ${least} on, got ${JSON.stringify(value)}`);
  return number;
}

function sum(of: readonly Stretch[]): number {
  return of.reduce((total, { length }) => total + length, 0);
}
