/**
 * Applies lifecycle rules: a background job that removes objects and uploads after the days that a bucket's rules set.
 *
 * Done: Expiration (Days, Date, ExpiredObjectDeleteMarker), NoncurrentVersionExpiration, and
 * AbortIncompleteMultipartUpload, each with prefix and tags. Transitions between storage classes change nothing here,
 * because all classes are stored alike. Appendable objects take no part, as on COS
 * (https://cloud.tencent.com/document/product/436/7741).
 */
import type { Clock } from '../runtime/clock.ts';
import type { Deletion, Json, ListedVersion, MetadataStore, VersionRef } from '../metadata/port.ts';

/** What the rules are applied to. */
export interface LifecycleOptions {
  readonly metadata: MetadataStore;
  readonly clock: Clock;
  /** What rules count as a day. */
  readonly dayMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a pass removed. */
export interface LifecycleReport {
  readonly expired: number;
  readonly aborted: number;
}

const pageSize = 500;
const pauseMs = 10;

/** Applies every bucket's rules once. */
export async function applyLifecycle(options: LifecycleOptions): Promise<LifecycleReport> {
  let expired = 0;
  let aborted = 0;
  let after = '';
  for (;;) {
    const buckets = await options.metadata.buckets({ after, limit: 100 });
    for (const bucket of buckets) {
      for (const rule of lifecycleRules(bucket.configs['lifecycle'])) {
        const scope = { ...options, bucket: bucket.name, rule };
        expired += await expireCurrent(scope);
        if (bucket.versioning !== 'never') expired += await expireOlder(scope);
        aborted += await abortUploads(scope);
      }
      after = bucket.name;
    }
    if (buckets.length < 100) return { expired, aborted };
  }
}

/** One enabled rule. */
export interface LifecycleRule {
  readonly prefix: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly expireDays?: number | undefined;
  readonly expireFromMs?: number | undefined;
  readonly expireMarkers: boolean;
  readonly noncurrentDays?: number | undefined;
  readonly abortDays?: number | undefined;
}

/** The enabled rules of a stored lifecycle document. */
export function lifecycleRules(document: Json | undefined): readonly LifecycleRule[] {
  return list(field(document, 'Rule'))
    .filter((rule) => field(rule, 'Status') === 'Enabled')
    .map((rule) => {
      const filter = field(rule, 'Filter');
      const both = field(filter, 'And');
      const expiration = field(rule, 'Expiration');
      const date = text(field(expiration, 'Date'));
      const tags = [...list(field(filter, 'Tag')), ...list(field(both, 'Tag'))];
      return {
        prefix:
          text(field(rule, 'Prefix')) ?? text(field(filter, 'Prefix')) ?? text(field(both, 'Prefix')) ?? '',
        tags: Object.fromEntries(
          tags.map((tag) => [text(field(tag, 'Key')) ?? '', text(field(tag, 'Value')) ?? '']),
        ),
        expireDays: days(field(expiration, 'Days')),
        expireFromMs: date === undefined || Number.isNaN(Date.parse(date)) ? undefined : Date.parse(date),
        expireMarkers: field(expiration, 'ExpiredObjectDeleteMarker') === true,
        noncurrentDays: days(field(field(rule, 'NoncurrentVersionExpiration'), 'NoncurrentDays')),
        abortDays: days(field(field(rule, 'AbortIncompleteMultipartUpload'), 'DaysAfterInitiation')),
      };
    });
}

interface Scope extends LifecycleOptions {
  readonly bucket: string;
  readonly rule: LifecycleRule;
}

async function expireCurrent(scope: Scope): Promise<number> {
  const { metadata, clock, bucket, rule } = scope;
  const nowMs = clock.nowMs();
  const dueMs =
    rule.expireFromMs !== undefined && rule.expireFromMs <= nowMs ? nowMs : before(scope, rule.expireDays);
  if (dueMs === undefined) return 0;
  let expired = 0;
  let after: string | undefined;
  do {
    const page = await metadata.listObjects({ bucket, prefix: rule.prefix, limit: pageSize, after });
    const due = page.items.filter(
      (found) => found.kind === 'object' && found.type === 'normal' && found.modifiedAtMs <= dueMs,
    );
    expired += await remove(
      scope,
      due.map(({ key, revision }) => ({ key, revision })),
    );
    after = page.next;
    await pause(scope);
  } while (after !== undefined);
  return expired;
}

/** Removes noncurrent versions after their days, and delete markers without older versions. */
async function expireOlder(scope: Scope): Promise<number> {
  const { metadata, bucket, rule } = scope;
  const dueMs = before(scope, rule.noncurrentDays);
  if (dueMs === undefined && !rule.expireMarkers) return 0;
  let expired = 0;
  let newer: ListedVersion | undefined;
  let loneMarker: ListedVersion | undefined;
  let after: Parameters<MetadataStore['listVersions']>[0]['after'];
  do {
    const page = await metadata.listVersions({ bucket, prefix: rule.prefix, limit: pageSize, after });
    const due: ListedVersion[] = [];
    for (const found of page.items) {
      if (loneMarker && loneMarker.key !== found.key) due.push(loneMarker);
      loneMarker = rule.expireMarkers && found.kind === 'marker' && found.isLatest ? found : undefined;
      const replacedAtMs = newer?.key === found.key ? newer.modifiedAtMs : undefined;
      if (dueMs !== undefined && replacedAtMs !== undefined && replacedAtMs <= dueMs) due.push(found);
      newer = found;
    }
    after = page.next;
    if (loneMarker && after === undefined) due.push(loneMarker);
    expired += await remove(scope, due);
    await pause(scope);
  } while (after !== undefined);
  return expired;
}

async function abortUploads(scope: Scope): Promise<number> {
  const { metadata, bucket, rule } = scope;
  const dueMs = before(scope, rule.abortDays);
  if (dueMs === undefined) return 0;
  let aborted = 0;
  let after: Parameters<MetadataStore['listUploads']>[0]['after'];
  do {
    const page = await metadata.listUploads({ bucket, prefix: rule.prefix, limit: pageSize, after });
    for (const { key, uploadId, startedAtMs } of page.items) {
      if (startedAtMs > dueMs) continue;
      const outcome = await metadata.abortUpload({ bucket, key, uploadId });
      aborted += outcome.ok ? 1 : 0;
    }
    after = page.next;
    await pause(scope);
  } while (after !== undefined);
  return aborted;
}

/** Removes what has the rule's tags and is still what was listed. */
async function remove({ metadata, bucket, rule }: Scope, due: readonly Deletion[]): Promise<number> {
  const wanted: Deletion[] = [];
  for (const { key, versionId, revision } of due) {
    if (await hasTags(metadata, rule, { bucket, key, versionId })) wanted.push({ key, versionId, revision });
  }
  if (wanted.length === 0) return 0;
  const outcome = await metadata.deleteVersions(bucket, wanted);
  return outcome.ok ? outcome.deleted.filter(({ effect }) => effect !== 'nothing').length : 0;
}

async function hasTags(metadata: MetadataStore, { tags }: LifecycleRule, ref: VersionRef): Promise<boolean> {
  const wanted = Object.entries(tags);
  if (wanted.length === 0) return true;
  const version = await metadata.version(ref);
  return version?.kind === 'object' && wanted.every(([key, value]) => version.tagging?.[key] === value);
}

async function pause({ clock, signal }: Scope): Promise<void> {
  signal?.throwIfAborted();
  await clock.sleep(pauseMs, signal);
  signal?.throwIfAborted();
}

function before({ clock, dayMs }: Scope, count: number | undefined): number | undefined {
  return count === undefined ? undefined : clock.nowMs() - count * dayMs;
}

function field(value: Json | undefined, name: string): Json | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, Json>>)[name] : undefined;
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function days(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
