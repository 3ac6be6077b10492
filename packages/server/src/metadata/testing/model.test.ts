/**
 * Random sequences of every change, compared with the model after each step; processes that die between the bytes and
 * the transaction are among the steps. `SAMPAN_SEQUENCES=10000` runs more of them, `SAMPAN_SEED=n` repeats one.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { Clock } from '../../runtime/clock.ts';
import { openMemoryBlobs } from '../../blobs/memory.ts';
import type { BlobStore } from '../../blobs/port.ts';
import { collectOrphans, collectReleased } from '../../jobs/collect.ts';
import { allReaders, type Readers } from '../../jobs/readers.ts';
import {
  currentOf,
  describe,
  describeModel,
  erase,
  eraseVersion,
  findIn,
  newModel,
  versionsOf,
  write,
  type Model,
} from './model.ts';
import { openSqliteHere } from '../sqlite/sqlite-store.ts';
import type { Body, MetadataStore, NewBody, ObjectVersion, PutPart, Version } from '../port.ts';

const sequences = Number(process.env['SAMPAN_SEQUENCES'] ?? 150);
const firstSeed = Number(process.env['SAMPAN_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const stepsPerSequence = 40;
const keys = ['a', 'b/1', 'b/2', '\u{1f600}'];

interface World {
  readonly random: (below: number) => number;
  readonly bucket: string;
  readonly model: Model;
  readonly blobs: BlobStore;
  readonly clock: Clock & { pass(ms: number): void };
  readonly readers: Readers;
  readonly log: string[];
  metadata: MetadataStore;
  reopen(): MetadataStore;
  writes: number;
}

test(
  `${sequences} random sequences agree with the model, from seed ${firstSeed}`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sampan-model-'));
    const clock = manualClock();
    const blobs = openMemoryBlobs(clock.nowMs);
    const open = () => openSqliteHere(join(folder, 'metadata.db'), clock.nowMs);
    let metadata = open();
    for (let seed = firstSeed; seed < firstSeed + sequences; seed += 1) {
      const world: World = {
        random: randomFrom(seed),
        bucket: `b${seed}-1`,
        model: newModel(),
        blobs,
        clock,
        readers: allReaders([]), // Steps follow each other, so nobody is reading while blobs are collected.
        log: [],
        metadata,
        reopen: open,
        writes: 0,
      };
      try {
        await runSequence(world);
      } catch (error) {
        throw new Error(`seed ${seed} after:\n  ${world.log.join('\n  ')}`, { cause: error });
      }
      metadata = world.metadata;
    }
    await metadata.close();
    expect(rowsLeft(join(folder, 'metadata.db'))).toEqual({});
    await rm(folder, { recursive: true });
  },
  120_000 + sequences * 200,
);

async function runSequence(world: World): Promise<void> {
  await world.metadata.createBucket({ name: world.bucket, region: 'r', owner: 'o' });
  for (let step = 0; step < stepsPerSequence; step += 1) {
    const name = pick(world, stepNames);
    world.log.push(name);
    // A clock that often stands still makes versions of the same instant.
    if (world.random(3) === 0) world.clock.pass(world.random(1000));
    await steps[name](world);
    await compare(world);
  }
  await collectEverything(world);
  await compare(world);
  await empty(world);
}

const steps = {
  async put(world: World): Promise<void> {
    const key = pick(world, keys);
    const { text, body } = await newText(world);
    const conditions = pick(world, [
      undefined,
      { forbidOverwrite: true },
      { ifNoneMatch: ['*'] },
      { ifMatch: ['*'] },
    ]);
    const exists = currentOf(world.model, key) !== undefined;
    const expected =
      (conditions?.forbidOverwrite && exists && world.model.versioning === 'never' && 'exists') ||
      (((conditions?.ifNoneMatch && exists) || (conditions?.ifMatch && !exists)) && 'conditionFailed');

    const outcome = await world.metadata.putVersion({
      bucket: world.bucket,
      key,
      attributes,
      content: contentOf(text),
      body,
      conditions,
    });

    if (outcome.ok) write(world.model, key, { id: outcome.versionId, text });
    expect(outcome.ok ? false : outcome.reason).toBe(expected || false);
    if (outcome.ok) expect(outcome.existed).toBe(exists);
  },

  async copy(world: World): Promise<void> {
    const source = await someVersion(world);
    const key = pick(world, keys);
    if (!source) return;
    const stale = world.random(8) === 0;
    const revision = source.stored.revision - (stale ? 1 : 0);

    const outcome = await world.metadata.copyVersion({
      source: { bucket: world.bucket, key: source.key, versionId: source.stored.versionId, revision },
      bucket: world.bucket,
      key,
      attributes,
    });

    expect(outcome.ok).toBe(!stale);
    if (outcome.ok) write(world.model, key, { id: outcome.versionId, text: source.text });
  },

  async append(world: World): Promise<void> {
    const key = pick(world, keys);
    const current = currentOf(world.model, key);
    const stored = await world.metadata.version({ bucket: world.bucket, key });
    const { text, body } = await newText(world);
    const wrong = world.random(5) === 0 ? 1 : 0;
    const position = (current ? Buffer.byteLength(current.text) : 0) + wrong;
    const expected =
      (world.model.versioning === 'enabled' && 'versioned') ||
      (current && !current.appendable && 'notAppendable') ||
      (wrong === 1 && 'position');
    const whole = (current?.text ?? '') + text;

    const outcome = await world.metadata.append({
      bucket: world.bucket,
      key,
      position,
      after: stored?.kind === 'object' ? stored.revision : undefined,
      attributes,
      content: contentOf(whole),
      body,
    });

    expect(outcome.ok ? false : outcome.reason).toBe(expected || false);
    if (!outcome.ok) return;
    const tagging = current?.tagging;
    write(world.model, key, { id: '', text: whole, appendable: true });
    const [written] = versionsOf(world.model, key);
    if (written) written.tagging = tagging;
  },

  async delete(world: World): Promise<void> {
    const key = pick(world, keys);
    const existed = versionsOf(world.model, key).length > 0;

    const outcome = await world.metadata.deleteVersion({ bucket: world.bucket, key });

    if (!outcome.ok) throw new Error(outcome.reason);
    const never = world.model.versioning === 'never';
    expect(outcome.effect).toBe(never ? (existed ? 'removed' : 'nothing') : 'marked');
    erase(world.model, key, outcome.versionId ?? '');
  },

  async deleteById(world: World): Promise<void> {
    const key = pick(world, keys);
    const id = pick(world, [...versionsOf(world.model, key).map((version) => version.id), 'null', 'unknown']);
    const named = findIn(world.model, key, id || 'null');

    const outcome = await world.metadata.deleteVersion({
      bucket: world.bucket,
      key,
      versionId: id || 'null',
    });

    expect(outcome).toMatchObject({
      ok: true,
      effect: named ? 'removed' : 'nothing',
      marker: named?.marker ?? false,
    });
    if (named) eraseVersion(world.model, key, named);
  },

  async deleteMany(world: World): Promise<void> {
    const refs = [1, 2, 3].map(() => ({ key: pick(world, keys) }));

    const outcome = await world.metadata.deleteVersions(world.bucket, refs);

    if (!outcome.ok) throw new Error(outcome.reason);
    refs.forEach(({ key }, index) => erase(world.model, key, outcome.deleted[index]?.versionId ?? ''));
  },

  async patch(world: World): Promise<void> {
    const key = pick(world, keys);
    const version = pick(world, [undefined, ...versionsOf(world.model, key)]);
    const found = version ?? versionsOf(world.model, key)[0];
    const value = pick(world, [null, 'x', 'y']);
    const versionId = version && (version.isNull ? 'null' : version.id);

    const outcome = await world.metadata.patchVersion(
      { bucket: world.bucket, key, versionId },
      { tagging: value === null ? null : { tag: value } },
    );

    expect(outcome.ok).toBe(found !== undefined && !found.marker);
    if (found && outcome.ok) found.tagging = value ?? undefined;
  },

  async versioning(world: World): Promise<void> {
    if (world.random(3) > 0) return; // Rarer, so that every state lasts a while.
    const state = pick(world, ['enabled', 'suspended'] as const);
    await world.metadata.setVersioning(world.bucket, state);
    world.model.versioning = state;
  },

  async start(world: World): Promise<void> {
    const key = pick(world, keys);
    const outcome = await world.metadata.createUpload({
      bucket: world.bucket,
      key,
      initiator: 'i',
      attributes,
    });
    if (!outcome.ok) throw new Error(outcome.reason);
    world.model.uploads.set(outcome.uploadId, { key, parts: new Map() });
  },

  async part(world: World): Promise<void> {
    const upload = someUpload(world);
    if (!upload) return;
    const { text, body } = await newText(world);
    await putPart(world, upload, text, body);
  },

  async partCopy(world: World): Promise<void> {
    const upload = someUpload(world);
    const source = await someVersion(world);
    if (!upload || !source) return;
    const size = source.stored.sizeBytes;
    const offset = world.random(size + 1);
    const length = world.random(size - offset + 1);
    const text = Buffer.from(source.text)
      .subarray(offset, offset + length)
      .toString('latin1');
    const { versionId, revision } = source.stored;
    await putPart(world, upload, text, {
      source: { bucket: world.bucket, key: source.key, versionId, revision },
      offset,
      length,
    });
  },

  async complete(world: World): Promise<void> {
    const upload = someUpload(world);
    if (!upload) return;
    const numbers = [...upload.parts.keys()].sort((a, b) => a - b).filter(() => world.random(6) > 0);
    const listed = numbers.map((number) => ({ number, etag: etagOf(upload.parts.get(number) ?? '') }));
    const wrong = world.random(8) === 0;

    const outcome = await world.metadata.completeUpload({
      bucket: world.bucket,
      key: upload.key,
      uploadId: upload.id,
      parts: wrong ? [...listed, { number: 9999, etag: 'x' }] : listed,
      etag: etagOf(listed.map(({ etag }) => etag).join('-')),
      minPartBytes: 0,
    });

    expect(outcome.ok).toBe(!wrong && listed.length > 0);
    if (!outcome.ok) return;
    const text = numbers.map((number) => upload.parts.get(number) ?? '').join('');
    write(world.model, upload.key, { id: outcome.versionId, text });
    world.model.uploads.delete(upload.id);
  },

  async abort(world: World): Promise<void> {
    const upload = someUpload(world);
    if (!upload) return;
    const outcome = await world.metadata.abortUpload({
      bucket: world.bucket,
      key: upload.key,
      uploadId: upload.id,
    });
    expect(outcome.ok).toBe(true);
    world.model.uploads.delete(upload.id);
  },

  /** The process dies after the bytes are stored and before the transaction. */
  async crash(world: World): Promise<void> {
    if (world.random(3) > 0) return; // Opening again takes long.
    await newText(world);
    await world.metadata.close();
    world.clock.pass(100);
    world.metadata = world.reopen();
    await collectOrphans({ ...world, aloneSinceMs: world.clock.nowMs() });
  },

  async collect(world: World): Promise<void> {
    await collectReleased({ ...world, releasedMs: 0 });
  },
};

type StepName = keyof typeof steps;
const stepNames = Object.keys(steps) as StepName[];

const attributes = { headers: {}, storageClass: 'STANDARD', owner: 'o' };

function etagOf(text: string): string {
  return `etag-${text}`;
}

function contentOf(text: string): { sizeBytes: number; etag: string; crc64: string } {
  return { sizeBytes: Buffer.byteLength(text), etag: etagOf(text), crc64: '0' };
}

/** A text that no other write has, as inline bytes, as a blob or as both; sometimes nothing at all. */
async function newText(world: World): Promise<{ text: string; body: NewBody }> {
  world.writes += 1;
  const first = `${world.writes}.`;
  const second = `${world.writes};`;
  const stored = async (text: string) =>
    world.blobs.write(
      (async function* () {
        yield Buffer.from(`..${text}`);
      })(),
    );
  const blob = async (text: string) => ({ ...(await stored(text)), offset: 2, length: text.length });
  const inline = (text: string) => ({ bytes: Buffer.from(text) });
  switch (world.random(4)) {
    case 0:
      return { text: '', body: [] };
    case 1:
      return { text: first, body: [inline(first)] };
    case 2:
      return { text: first, body: [await blob(first)] };
    default:
      return { text: first + second, body: [inline(first), await blob(second)] };
  }
}

type NamedUpload = { readonly id: string; readonly key: string; readonly parts: Map<number, string> };

function someUpload(world: World): NamedUpload | undefined {
  const chosen = pick(world, [...world.model.uploads]);
  return chosen && { id: chosen[0], ...chosen[1] };
}

async function putPart(
  world: World,
  upload: NamedUpload,
  text: string,
  body: PutPart['body'],
): Promise<void> {
  const number = 1 + world.random(4);
  const outcome = await world.metadata.putPart({
    bucket: world.bucket,
    key: upload.key,
    uploadId: upload.id,
    number,
    content: contentOf(text),
    body,
  });
  expect(outcome.ok).toBe(true);
  upload.parts.set(number, text);
}

/** A stored object version, current or not, with what the model says about it. */
async function someVersion(
  world: World,
): Promise<{ key: string; text: string; stored: ObjectVersion } | undefined> {
  const key = pick(world, keys);
  const version = pick(
    world,
    versionsOf(world.model, key).filter(({ marker }) => !marker),
  );
  if (!version) return undefined;
  const versionId = version.isNull ? 'null' : version.id;
  const stored = await world.metadata.version({ bucket: world.bucket, key, versionId });
  if (stored?.kind !== 'object') throw new Error(`version ${versionId} of ${key} is not there`);
  return { key, text: version.text, stored: { ...stored, versionId } };
}

async function compare(world: World): Promise<void> {
  const { metadata, model, bucket } = world;
  const { items } = await metadata.listVersions({ bucket, limit: 1000 });
  const found: string[] = [];
  for (const item of items) {
    const version = await metadata.version(
      { bucket, key: item.key, versionId: item.versionId },
      { bytes: true },
    );
    found.push(await describeStored(world, version));
  }
  expect(found).toEqual(describeModel(model));

  const { items: current } = await metadata.listObjects({ bucket, limit: 1000 });
  const expected = keys.filter((key) => currentOf(model, key) !== undefined);
  expect(current.map(({ key }) => key)).toEqual(expected);

  for (const [uploadId, upload] of model.uploads) {
    const stored = await metadata.parts({ bucket, key: upload.key, uploadId }, { limit: 10_000 });
    const parts = stored?.parts.map(({ number, etag }) => [number, etag]);
    const wanted = [...upload.parts]
      .sort(([a], [b]) => a - b)
      .map(([number, text]) => [number, etagOf(text)]);
    expect(parts).toEqual(wanted);
  }
  const { items: uploads } = await metadata.listUploads({ bucket, limit: 1000 });
  expect(uploads.map(({ uploadId }) => uploadId).sort()).toEqual([...model.uploads.keys()].sort());
}

async function describeStored(world: World, version: Version | undefined): Promise<string> {
  if (!version) return 'missing';
  const isNull = version.versionId === 'null';
  const core = { id: version.versionId, isNull, isLatest: version.isLatest };
  const { versioning } = world.model;
  if (version.kind === 'marker') {
    return describe(version.key, { ...core, marker: true, text: '', tagging: undefined }, versioning);
  }
  const text = await readBody(world, version.body, version.sizeBytes);
  return describe(
    version.key,
    { ...core, marker: false, text, tagging: version.tagging?.['tag'] },
    versioning,
  );
}

async function readBody({ metadata, blobs }: World, body: Body, sizeBytes: number): Promise<string> {
  const pieces = 'pieces' in body ? body.pieces : await metadata.manifest(body.manifest, 0, sizeBytes);
  const chunks: Uint8Array[] = [];
  for (const piece of pieces) {
    if ('bytes' in piece) chunks.push(piece.bytes);
    else for await (const chunk of blobs.read(piece.blob, piece.offset, piece.length)) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

async function collectEverything(world: World): Promise<void> {
  world.clock.pass(100);
  await collectReleased({ ...world, releasedMs: 0 });
  await collectOrphans({ ...world, aloneSinceMs: world.clock.nowMs() });
}

/** Deletes all there is, after which nothing may be left anywhere. */
async function empty(world: World): Promise<void> {
  const { metadata, model, bucket, blobs } = world;
  for (const [uploadId, { key }] of model.uploads) await metadata.abortUpload({ bucket, key, uploadId });
  const { items } = await metadata.listVersions({ bucket, limit: 1000 });
  await metadata.deleteVersions(
    bucket,
    items.map(({ key, versionId }) => ({ key, versionId: versionId || 'null' })),
  );
  expect(await metadata.deleteBucket(bucket)).toEqual({ ok: true });
  await collectEverything(world);
  for await (const { id } of blobs.list()) throw new Error(`blob ${id} is left over`);
}

/** Tables that have rows although every bucket is gone. */
function rowsLeft(path: string): Record<string, number> {
  const database = new DatabaseSync(path);
  const tables = [
    'buckets',
    'objects',
    'versions',
    'uploads',
    'parts',
    'inline_blobs',
    'blobs',
    'manifests',
    'extents',
  ];
  const counts = tables.map((table) => [
    table,
    database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'],
  ]);
  database.close();
  return Object.fromEntries(counts.filter(([, count]) => count !== 0)) as Record<string, number>;
}

function pick<Value>(world: World, values: readonly Value[]): Value {
  return values[world.random(values.length)] as Value; // Callers pass values, or expect undefined.
}

function manualClock(): World['clock'] {
  let nowMs = Date.UTC(2026, 0, 1);
  return { nowMs: () => nowMs, sleep: () => Promise.resolve(), pass: (ms) => void (nowMs += ms) };
}

/** mulberry32: small, fast, and the same everywhere. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
