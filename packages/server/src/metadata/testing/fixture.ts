/** What the cases of the suite for metadata stores share. */
import { afterAll, beforeAll } from 'vitest';
import type {
  Attributes,
  Body,
  MetadataStore,
  NewBody,
  ObjectVersion,
  Outcome,
  PutVersion,
  Version,
  VersionRef,
  Written,
} from '../port.ts';

/** Opens an empty store that reads the time from the given clock. */
export type OpenMetadata = (nowMs: () => number) => Promise<MetadataStore>;

export const attributes: Attributes = {
  headers: { 'content-type': 'text/plain' },
  storageClass: 'STANDARD',
  owner: '100000000001',
};
const encoder = new TextEncoder();
export const inline = (text: string): NewBody => [{ bytes: encoder.encode(text) }];
export const blob = (id: string, length: number): NewBody => [{ blob: id, offset: 0, length }];

/** A store that is open while tests run, its clock, and short ways to use it. */
export type Fixture = ReturnType<typeof openFixture>;

/** Opens a store for the tests of the present group. */
export function openFixture(open: OpenMetadata) {
  // The store is opened before the first test and not earlier.
  const fixture = { nowMs: Date.UTC(2026, 0, 1) } as { nowMs: number; store: MetadataStore };
  let buckets = 0;

  beforeAll(async () => {
    fixture.store = await open(() => fixture.nowMs);
  });
  afterAll(() => fixture.store.close());

  const newBucket = async (versioning?: 'enabled' | 'suspended'): Promise<string> => {
    const bucket = `bucket${(buckets += 1)}-1250000000`;
    value(await fixture.store.createBucket({ name: bucket, region: 'ap-guangzhou', owner: '100000000001' }));
    if (versioning) value(await fixture.store.setVersioning(bucket, versioning));
    return bucket;
  };
  const putText = (ref: { bucket: string; key: string }, text: string, more: Partial<PutVersion> = {}) =>
    fixture.store.putVersion({
      ...ref,
      attributes,
      content: { sizeBytes: Buffer.byteLength(text), etag: `etag-${text.replaceAll('\0', '~')}`, crc64: '1' },
      body: inline(text),
      ...more,
    });
  const written = async (bucket: string, key: string, text = key): Promise<Written> =>
    value(await putText({ bucket, key }, text));
  const object = async (ref: VersionRef): Promise<ObjectVersion> =>
    asObject(await fixture.store.version(ref, { bytes: true }));
  const textOf = async (ref: VersionRef): Promise<string> => readText(fixture.store, await object(ref));
  const keysIn = async (bucket: string): Promise<readonly string[]> =>
    (await fixture.store.listObjects({ bucket, limit: 1000 })).items.map(({ key }) => key);
  const versionsIn = async (bucket: string): Promise<readonly string[]> =>
    (await fixture.store.listVersions({ bucket, limit: 1000 })).items.map(describeVersion);
  const collectAll = async (): Promise<readonly string[]> => {
    const released: string[] = [];
    for (;;) {
      fixture.nowMs += 1000;
      const { blobs, more } = await fixture.store.garbage(fixture.nowMs, 100);
      released.push(...blobs);
      await fixture.store.forget(blobs);
      if (!more) return released.sort();
    }
  };
  const newUpload = async (bucket: string, key: string, more: Partial<Attributes> = {}): Promise<string> => {
    fixture.nowMs += 1000;
    const upload = await fixture.store.createUpload({
      bucket,
      key,
      initiator: '100000000002',
      attributes: { ...attributes, ...more },
    });
    return value(upload).uploadId;
  };
  const putPart = (
    ref: { bucket: string; key: string; uploadId: string },
    number: number,
    text: string,
    body: NewBody = inline(text),
  ) =>
    fixture.store.putPart({
      ...ref,
      number,
      content: { sizeBytes: text.length, etag: `part-${text}`, crc64: '0' },
      body,
    });
  const complete = (
    ref: { bucket: string; key: string; uploadId: string },
    parts: readonly (readonly [number, string])[],
    more: { minPartBytes?: number; etag?: string; conditions?: PutVersion['conditions'] } = {},
  ) =>
    fixture.store.completeUpload({
      ...ref,
      parts: parts.map(([number, text]) => ({ number, etag: `part-${text}` })),
      etag: more.etag ?? `whole-${parts.length}`,
      minPartBytes: more.minPartBytes ?? 1,
      conditions: more.conditions,
    });

  return Object.assign(fixture, {
    newBucket,
    putText,
    written,
    object,
    textOf,
    keysIn,
    versionsIn,
    collectAll,
    newUpload,
    putPart,
    complete,
  });
}

export function value<Value, Reason extends string>(outcome: Outcome<Value, Reason>): { ok: true } & Value {
  if (!outcome.ok) throw new Error(`refused: ${outcome.reason}`);
  return outcome;
}

export function asObject(version: Version | undefined): ObjectVersion {
  if (version?.kind !== 'object') throw new Error('no such object version');
  return version;
}

export function describeVersion({
  key,
  versionId,
  kind,
  isLatest,
}: Pick<Version, 'key' | 'versionId' | 'kind' | 'isLatest'>): string {
  return `${key} ${versionId}${kind === 'marker' ? ' marker' : ''}${isLatest ? ' latest' : ''}`;
}

/** Inline bytes as text, blobs as `<id:offset+length>`. */
export async function readText(
  store: MetadataStore,
  version: { body: Body; sizeBytes: number },
): Promise<string> {
  const { body, sizeBytes } = version;
  const pieces = 'pieces' in body ? body.pieces : await store.manifest(body.manifest, 0, sizeBytes);
  return pieces
    .map((piece) =>
      'bytes' in piece
        ? new TextDecoder().decode(piece.bytes)
        : `<${piece.blob}:${piece.offset}+${piece.length}>`,
    )
    .join('');
}
