/**
 * Random sequences of all operations that change a bucket, against a model in memory. After each step the versions
 * that are listed, and in the end the bytes of each, are those of the model. Now and then the process is killed while
 * it stores something: what was answered must then be there, and what was not may be there or not, but whole.
 *
 * MODEL_RUNS (default 40) says how many sequences, MODEL_SEED which ones.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { serviceForTests, type RunningService } from '../service.ts';
import { clientInNewBucket, type TestClient } from './client.ts';
import { copySource, documentHeaders, elements, setVersioning } from './documents.ts';
import { abortUpload, completeUpload, MiB, sendPart, sendParts, startUpload } from './uploads.ts';

interface ObjectVersion {
  readonly kind: 'Version';
  readonly id: string;
  readonly content: string;
  readonly appendable: boolean;
}

interface Marker {
  readonly kind: 'DeleteMarker';
  readonly id: string;
}

type Version = ObjectVersion | Marker;

/** What a bucket should hold: newest versions first. */
interface Model {
  versioning: 'never' | 'Enabled' | 'Suspended';
  readonly versions: Map<string, Version[]>;
}

const keys = ['a', 'a/b', 'ü ~'] as const;
type Key = (typeof keys)[number];

type Step =
  | { readonly do: 'put' | 'overwriteForbidden' | 'crash'; readonly key: Key; readonly content: string }
  | { readonly do: 'append'; readonly key: Key; readonly content: string; readonly shift: number }
  | { readonly do: 'copy'; readonly key: Key; readonly from: Key }
  | { readonly do: 'multipart'; readonly key: Key; readonly content: string; readonly big: boolean }
  | { readonly do: 'abort' | 'delete'; readonly key: Key }
  | { readonly do: 'deleteVersion'; readonly key: Key; readonly index: number }
  | { readonly do: 'deleteMany'; readonly some: readonly Key[] }
  | { readonly do: 'versioning'; readonly state: 'Enabled' | 'Suspended' };

const key = fc.constantFrom(...keys);
// Both sides of the size up to which bodies travel inside the metadata.
const content = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(40_000), 'y'.repeat(200_000)) },
);

function step(crashes: boolean): fc.Arbitrary<Step> {
  const of = <K extends Step['do'], R extends object>(name: K, rest: fc.Arbitrary<R>) =>
    rest.map((fields) => ({ do: name, ...fields }) as unknown as Step);
  return fc.oneof(
    { weight: 5, arbitrary: of('put', fc.record({ key, content })) },
    { weight: 1, arbitrary: of('overwriteForbidden', fc.record({ key, content })) },
    { weight: 4, arbitrary: of('append', fc.record({ key, content, shift: fc.constantFrom(0, 0, 0, 1) })) },
    { weight: 2, arbitrary: of('copy', fc.record({ key, from: key })) },
    { weight: 2, arbitrary: of('multipart', fc.record({ key, content, big: fc.boolean() })) },
    { weight: 1, arbitrary: of('abort', fc.record({ key })) },
    { weight: 3, arbitrary: of('delete', fc.record({ key })) },
    { weight: 3, arbitrary: of('deleteVersion', fc.record({ key, index: fc.nat({ max: 3 }) })) },
    { weight: 1, arbitrary: of('deleteMany', fc.record({ some: fc.uniqueArray(key, { minLength: 1 }) })) },
    { weight: 1, arbitrary: of('versioning', fc.record({ state: fc.constantFrom('Enabled', 'Suspended') })) },
    { weight: crashes ? 1 : 0, arbitrary: of('crash', fc.record({ key, content })) },
  );
}

function current(model: Model, name: Key): ObjectVersion | undefined {
  const [newest] = model.versions.get(name) ?? [];
  return newest?.kind === 'Version' ? newest : undefined;
}

/** Puts a version on top, as the state of versioning says. */
function place(model: Model, name: Key, version: Version): void {
  const before = model.versions.get(name) ?? [];
  const kept =
    model.versioning === 'never' ? [] : before.filter(({ id }) => version.id !== 'null' || id !== 'null');
  model.versions.set(name, [version, ...kept]);
}

function written(model: Model, versionId: unknown, text: string, appendable = false): ObjectVersion {
  const id =
    model.versioning === 'never' ? '' : model.versioning === 'Suspended' ? 'null' : String(versionId);
  return { kind: 'Version', id, content: text, appendable };
}

function removed(model: Model, name: Key, versionId: unknown): void {
  if (model.versioning === 'never') model.versions.delete(name);
  else
    place(model, name, {
      kind: 'DeleteMarker',
      id: model.versioning === 'Suspended' ? 'null' : String(versionId),
    });
}

const filler = 'f'.repeat(MiB);

/** Does a step on both sides and compares the answers. */
async function take(client: TestClient, model: Model, now: Step): Promise<void> {
  switch (now.do) {
    case 'put': {
      const answer = await client.put(now.key, now.content);
      expect(answer.status).toBe(200);
      place(model, now.key, written(model, answer.headers['x-cos-version-id'], now.content));
      return;
    }
    case 'overwriteForbidden': {
      const answer = await client.put(now.key, now.content, { 'x-cos-forbid-overwrite': 'true' });
      const refused = model.versioning === 'never' && current(model, now.key) !== undefined;
      expect(answer.code).toBe(refused ? 'FileAlreadyExists' : undefined);
      if (!refused) place(model, now.key, written(model, answer.headers['x-cos-version-id'], now.content));
      return;
    }
    case 'append': {
      const before = current(model, now.key);
      const position = (before?.content.length ?? 0) + now.shift;
      const query = { append: '', position: String(Buffer.byteLength(before?.content ?? '') + now.shift) };
      const answer = await client.send({ method: 'POST', key: now.key, query, body: now.content });
      const code =
        model.versioning === 'Enabled'
          ? 'InvalidBucketState'
          : before?.appendable === false
            ? 'ObjectNotAppendable'
            : now.shift > 0
              ? 'AppendPositionErr'
              : undefined;
      expect([answer.code, position >= 0]).toEqual([code, true]);
      if (code !== undefined) return;
      const grown = written(model, '', (before?.content ?? '') + now.content, true);
      if (model.versioning === 'never') model.versions.set(now.key, [grown]);
      else place(model, now.key, grown);
      return;
    }
    case 'copy': {
      const source = current(model, now.from);
      const answer = await client.send({
        method: 'PUT',
        key: now.key,
        headers: copySource(client, now.from),
      });
      const code = source ? (now.from === now.key ? 'InvalidRequest' : undefined) : 'NoSuchKey';
      expect(answer.code).toBe(code);
      if (source && code === undefined)
        place(model, now.key, written(model, elements(answer.text, 'VersionId')[0], source.content));
      return;
    }
    case 'multipart': {
      const bodies = now.big ? [filler, now.content] : [now.content];
      const upload = { key: now.key, uploadId: await startUpload(client, now.key) };
      const answer = await completeUpload(client, upload, await sendParts(client, upload, bodies));
      expect(answer.status).toBe(200);
      place(model, now.key, written(model, answer.headers['x-cos-version-id'], bodies.join('')));
      return;
    }
    case 'abort': {
      const uploadId = await startUpload(client, now.key);
      await sendPart(client, { key: now.key, uploadId, number: 1 }, 'dropped');
      expect((await abortUpload(client, now.key, uploadId)).status).toBe(204);
      return;
    }
    case 'delete': {
      const answer = await client.delete(now.key);
      expect(answer.status).toBe(204);
      removed(model, now.key, answer.headers['x-cos-version-id']);
      return;
    }
    case 'deleteVersion': {
      const versions = model.versions.get(now.key) ?? [];
      const chosen = versions[now.index];
      if (!chosen || model.versioning === 'never') return;
      expect((await client.delete(now.key, { versionId: chosen.id })).status).toBe(204);
      model.versions.set(
        now.key,
        versions.filter((version) => version !== chosen),
      );
      return;
    }
    case 'deleteMany': {
      const body = `<Delete>${now.some.map((name) => `<Object><Key>${name}</Key></Object>`).join('')}</Delete>`;
      const headers = documentHeaders(body);
      const answer = await client.send({ method: 'POST', query: { delete: '' }, body, headers });
      const ids = elements(answer.text, 'DeleteMarkerVersionId');
      now.some.forEach((name, index) => removed(model, name, ids[index]));
      return;
    }
    case 'versioning': {
      await setVersioning(client, now.state);
      if (model.versioning === 'never')
        for (const [name, versions] of model.versions)
          model.versions.set(
            name,
            versions.map((version) => ({ ...version, id: 'null' })),
          );
      model.versioning = now.state;
      return;
    }
    case 'crash':
      return crash(client, model, now);
  }
}

/** Kills the process while it stores an object, and takes over whatever it has done. */
async function crash(
  client: TestClient,
  model: Model,
  { key: name, content: text }: { key: Key; content: string },
) {
  const stored = client.put(name, text).then(
    (answer) => answer.status,
    () => undefined,
  );
  await new Promise((resolve) => setImmediate(resolve));
  await client.service.kill9();
  const status = await stored;
  await client.service.restart();

  const unchanged = JSON.stringify(await listing(client)) === JSON.stringify(flat(model));
  const found = await client.get(name);
  const looksStored = found.text === text && found.headers['x-cos-object-type'] === undefined;
  if (unchanged && (model.versioning === 'Enabled' || !looksStored)) {
    expect(status).not.toBe(200);
    return;
  }
  place(model, name, written(model, found.headers['x-cos-version-id'], text));
}

/** A line for each version: `key id latest kind size`. */
function flat(model: Model): string[] {
  return [...keys]
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .flatMap((name) =>
      (model.versions.get(name) ?? []).map((version, index) => {
        const size = version.kind === 'Version' ? Buffer.byteLength(version.content) : '';
        return `${name} ${version.id} ${index === 0} ${version.kind} ${size}`;
      }),
    );
}

async function listing(client: TestClient): Promise<string[]> {
  const { text } = await client.send({ query: { versions: '' } });
  return [...text.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/gs)].map((found) => {
    const [, kind = '', inner = ''] = found;
    const [name, id, latest, size] = ['Key', 'VersionId', 'IsLatest', 'Size'].map(
      (element) => elements(inner, element)[0] ?? '',
    );
    return `${name} ${id} ${latest} ${kind} ${size}`;
  });
}

/** Reads every version, then empties the bucket and removes it, which only works when nothing is left. */
async function finish(client: TestClient, model: Model): Promise<void> {
  for (const name of keys) {
    expect((await client.get(name)).status).toBe(current(model, name) ? 200 : 404);
    for (const version of model.versions.get(name) ?? []) {
      const query = version.id === '' ? {} : { versionId: version.id };
      const answer = await client.send({ key: name, query });
      if (version.kind === 'Version') expect(answer.text === version.content).toBe(true);
      else expect(answer.status).toBe(404);
      await client.delete(name, query);
    }
  }
  expect((await client.send({ method: 'DELETE' })).status).toBe(204);
}

const runs = Number(process.env['MODEL_RUNS'] ?? 40);
const seed = Number(process.env['MODEL_SEED'] ?? Date.now() % 2 ** 31);
// Sequences that run side by side: while one waits for the disk, another goes on.
const lanes = 4;

async function agree(steps: readonly Step[], client: TestClient): Promise<void> {
  const model: Model = { versioning: 'never', versions: new Map() };
  for (const now of steps) {
    await take(client, model, now);
    expect(await listing(client)).toEqual(flat(model));
  }
  await finish(client, model);
}

/** Checks `count` sequences in several lanes, each with a service from `start` and with a seed of its own. */
async function inLanes(
  count: number,
  steps: fc.Arbitrary<Step[]>,
  start: (lane: number) => Promise<RunningService>,
): Promise<void> {
  const lane = async (number: number) => {
    const service = await start(number);
    const property = fc.asyncProperty(steps, async (taken) => agree(taken, await clientInNewBucket(service)));
    await fc.assert(property, { numRuns: Math.ceil(count / lanes), seed: seed + number });
  };
  await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
}

test(
  `${runs} random sequences leave the service as they leave the model (MODEL_SEED=${seed})`,
  { timeout: 3_600_000 },
  async () => {
    const service = await serviceForTests({ name: 'model' });

    await inLanes(runs, fc.array(step(false), { minLength: 4, maxLength: 16 }), async () => service);
  },
);

test(
  `what was answered survives the death of the process (MODEL_SEED=${seed})`,
  { timeout: 3_600_000 },
  async () => {
    const count = Math.max(8, Math.floor(runs / 20));

    await inLanes(count, fc.array(step(true), { minLength: 8, maxLength: 16 }), (number) =>
      serviceForTests({ name: `model-crash-${number}` }),
    );
  },
);
