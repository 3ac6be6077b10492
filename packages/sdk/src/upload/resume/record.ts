/**
 * Persistent records of unfinished uploads, one for each object, in the host's storage. A record names the upload on
 * the service and how its parts were cut. Records prove nothing by themselves (see `verify-parts.ts`). They are guarded
 * by a lock, expire, are bounded in number, and are ignored when they do not parse.
 */
import { crc64, crc64Text, isTimeoutError, utf8Encode } from '@sampan/protocol';
import type { Timer } from '../../core/platform.ts';
import type { Layout } from '../parts/layout.ts';
import type { Uploader, UploadTarget } from '../uploader/uploader.ts';
import { within } from '../../core/wait.ts';

/** What is remembered of one unfinished upload. */
export interface UploadRecord {
  readonly version: 1;
  readonly Bucket: string;
  readonly Region: string;
  readonly Key: string;
  readonly UploadId: string;
  /** The host's word for the file; null where it has none. */
  readonly identity: string | null;
  readonly size: number;
  /** Everything that the object was begun with. */
  readonly settings: string;
  readonly layout: Layout;
  /** By number, what the service answered to the part: its CRC-64, a space, its ETag without quotes. */
  readonly parts: Readonly<Record<string, string>>;
  /** CRC-64 of the whole, once all parts are there and the object is being made. */
  readonly whole?: string;
  /** Who wrote it last; another one's upload is not touched. */
  readonly owner: string;
  readonly createdMs: number;
}

/** One run's hold on the record of one object. */
export interface Session {
  /** Whether this run alone works on the object, as far as this device's storage and locks show. */
  readonly alone: boolean;
  /** The record found at the beginning; given once, because what is done next makes another one of it. */
  take(): UploadRecord | undefined;
  /** Keeps a record, written soon. */
  keep(record: UploadRecord): void;
  /** Writes what is kept without waiting for more. */
  write(): void;
  /** Writes the record now; false when another run has taken the same upload since this one wrote it last. */
  claim(record: UploadRecord): Promise<boolean>;
  /** Forgets the record of an upload. */
  drop(UploadId: string): Promise<void>;
  /** Writes what is not written yet and lets go. */
  release(): Promise<void>;
}

/** Records expire after 30 days, as those of the official SDKs. */
const expiryMs = 30 * 24 * 3_600_000;
const prefix = 'sampan.upload.';
/** Storage that does not answer is done without. */
const storageLimitMs = 5000;
/** Storages with an unanswered call; they get no further call until it settles. */
const silent = new WeakSet<object>();
/** A part more or less in the record is made good by comparing content, so it need not be written at once. */
const saveDelayMs = 500;

/** Whether a record is too old to continue. Its upload is still known, and can be given up. */
export function isExpired({ createdMs }: UploadRecord, nowMs: number): boolean {
  return nowMs - createdMs >= expiryMs;
}

/** Opens the record of an object. When someone else works on it, nothing is found and nothing kept. */
export async function openSession(uploader: Uploader, target: UploadTarget): Promise<Session> {
  const { platform, held } = uploader;
  const { storage, clock } = platform;
  // Storage and locks are optional: a failing call counts as an empty result.
  const bounded = <T>(work: () => Promise<T>): Promise<T | undefined> => {
    if (silent.has(storage)) return Promise.resolve(undefined);
    const working = Promise.resolve().then(work);
    return within({ clock, limitMs: storageLimitMs, what: 'storage' }, working).catch((error: unknown) => {
      if (isTimeoutError(error)) {
        silent.add(storage);
        const answered = (): void => void silent.delete(storage);
        working.then(answered, answered);
      }
      return undefined;
    });
  };
  const key = prefix + crc64Text(crc64(utf8Encode([target.Bucket, target.Region, target.Key].join('\n'))));

  if (held.has(key)) return nothing;
  held.add(key);
  const locking = Promise.resolve().then(() => platform.locks.tryLock(key));
  const unlock = await bounded(() => locking);
  if (!unlock) {
    // One that comes after all is not kept from others.
    locking.then(
      (release) => release?.(),
      () => undefined,
    );
    held.delete(key);
    return nothing;
  }
  const owner = `${clock.now().toString(36)}.${platform.random().toString(36).slice(2)}`;
  const load = async (): Promise<UploadRecord | undefined> =>
    read(await bounded(() => storage.load(key)), target);
  let found = await load();
  let latest: UploadRecord | undefined;
  let timer: Timer | undefined;
  let saving: Promise<void> | undefined;
  let written = false;

  const store = async (record: UploadRecord): Promise<void> => {
    const text = JSON.stringify({ ...record, owner });
    const isSaved = await bounded(() => storage.save(key, text).then(() => true));
    if (written || !isSaved) return;
    written = true;
    await bounded(() => evict(uploader, key));
  };
  /** One save at a time: hosts may execute concurrent calls in any order. */
  const saved = async (): Promise<void> => {
    while (saving) await saving;
    if (timer) clock.clearTimer(timer);
    timer = undefined;
  };
  const save = async (): Promise<void> => {
    await saved();
    const record = latest;
    latest = undefined;
    if (record) saving = store(record).then(() => void (saving = undefined));
    // Also when another call was faster: what it writes is this record.
    await saving;
  };

  return {
    alone: true,
    take() {
      const taken = found;
      found = undefined;
      return taken;
    },
    keep(record) {
      latest = record;
      timer ??= clock.setTimer(() => {
        timer = undefined;
        void save();
      }, saveDelayMs);
    },
    write: () => void save(),
    async claim(record) {
      await saved();
      const stored = written ? await load() : undefined;
      const isTaken = stored !== undefined && stored.owner !== owner && stored.UploadId === record.UploadId;
      latest = isTaken ? undefined : record;
      await save();
      return !isTaken;
    },
    async drop(UploadId) {
      if (latest?.UploadId === UploadId) latest = undefined;
      await saved();
      if ((await load())?.UploadId === UploadId) await bounded(() => storage.remove(key));
    },
    async release() {
      await save();
      unlock();
      held.delete(key);
    },
  };
}

const nothing: Session = {
  alone: false,
  take: () => undefined,
  keep: () => undefined,
  write: () => undefined,
  claim: () => Promise.resolve(true),
  drop: () => Promise.resolve(),
  release: () => Promise.resolve(),
};

function read(text: string | undefined, target: UploadTarget): UploadRecord | undefined {
  if (text === undefined) return undefined;
  try {
    const record = JSON.parse(text) as Partial<UploadRecord> | null;
    return isRecord(record, target) ? record : undefined;
  } catch {
    // Cut short or written by someone else.
    return undefined;
  }
}

function isRecord(record: Partial<UploadRecord> | null, target: UploadTarget): record is UploadRecord {
  if (record?.version !== 1 || typeof record.parts !== 'object' || !Array.isArray(record.layout))
    return false;
  const { UploadId, settings, owner, parts, whole = '', identity } = record;
  return (
    (['Bucket', 'Region', 'Key'] as const).every((name) => record[name] === target[name]) &&
    [UploadId, settings, owner, whole, identity === null ? '' : identity].every(isText) &&
    Object.values(parts).every(isText) &&
    isCount(record.size) &&
    isCount(record.createdMs) &&
    isLayout(record.layout)
  );
}

function isLayout(layout: Layout): boolean {
  return layout.every(
    ({ first, bytes }, i) =>
      isCount(first) && isCount(bytes) && bytes > 0 && (i > 0 ? first > layout[i - 1]!.first : first === 1),
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isSafeInteger(Math.floor(value));
}

/** Removes the oldest records beyond the limit, and those that are no records. */
async function evict({ platform, options, held }: Uploader, kept: string): Promise<void> {
  const { storage } = platform;
  const keys = await storage.keys(prefix);
  if (keys.length <= options.UploadIdCacheLimit) return;
  const ages: { key: string; createdMs: number }[] = [];
  for (const key of keys) {
    if (key === kept || held.has(key)) continue;
    ages.push({ key, createdMs: createdOf(await storage.load(key)) });
  }
  ages.sort((a, b) => a.createdMs - b.createdMs);
  for (const { key } of ages.slice(0, keys.length - options.UploadIdCacheLimit)) await storage.remove(key);
}

function createdOf(text: string | undefined): number {
  try {
    const { createdMs } = JSON.parse(text ?? '') as { createdMs?: unknown };
    return typeof createdMs === 'number' ? createdMs : 0;
  } catch {
    return 0;
  }
}
