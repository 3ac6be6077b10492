import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cruiseLayers, layerRules, missingLayers, type LayerReport } from './layers.ts';
import { crowdedTops, roomCycles } from './rooms.ts';

const exportsOf = (source: string) => JSON.stringify({ exports: { '.': { '@sampan/source': source } } });

/** A miniature of the tree in which every layer exists and every rule holds. */
const soundTree: Readonly<Record<string, string>> = {
  'packages/protocol/package.json': exportsOf('./src/index.ts'),
  'packages/protocol/src/index.ts': `export { row } from './operations/object.ts';`,
  'packages/protocol/src/operations/object.ts': `export const row = 1;`,
  'packages/sdk/package.json': exportsOf('./src/entries/node.ts'),
  'packages/sdk/src/core/platform.ts': `export type Platform = { now(): number };`,
  'packages/sdk/src/cos/define-cos.ts': `import { row } from '@sampan/protocol'; import type { Platform } from '../core/platform.ts';
    export const cos = (platform: Platform) => platform.now() + row;`,
  'packages/sdk/src/entries/node.ts': `import { cos } from '../cos/define-cos.ts'; import { node } from '../platforms/node/clock.ts';
    export const COS = cos(node);`,
  'packages/sdk/src/entries/web.ts': `import { cos } from '../cos/define-cos.ts'; import { web } from '../platforms/web/clock.ts';
    export const COS = cos(web);`,
  'packages/sdk/src/entries/wx.ts': `import { cos } from '../cos/define-cos.ts'; import { wx } from '../platforms/mini/clock.ts';
    export const COS = cos(wx);`,
  'packages/sdk/src/platforms/node/clock.ts': `import { hrtime } from 'node:process';
    import type { Platform } from '../../core/platform.ts'; export const node: Platform = { now: () => hrtime()[0] };`,
  'packages/sdk/src/platforms/web/clock.ts': `import type { Platform } from '../../core/platform.ts';
    export const web: Platform = { now: () => 1 };`,
  'packages/sdk/src/platforms/mini/clock.ts': `import type { Platform } from '../../core/platform.ts';
    export const wx: Platform = { now: () => 2 };`,
  'packages/server/package.json': exportsOf('./src/index.ts'),
  'packages/server/src/index.ts': `import { listen } from './http/listen.ts';
    import { stores } from './service/stores.ts'; export const serve = () => listen(...stores());`,
  'packages/server/src/service/stores.ts': `import { open } from '../metadata/sqlite/sqlite-store.ts';
    import { files } from '../blobs/files/file-store.ts'; export const stores = () => [open(), files()];`,
  'packages/server/src/pipeline/dispatch.ts': `import { put } from '../operations/object.ts'; export const dispatch = put;`,
  'packages/server/src/http/listen.ts': `import { createServer } from 'node:http'; import { dispatch } from '../pipeline/dispatch.ts';
    export const listen = (...stores: unknown[]) => [createServer(), dispatch, stores];`,
  'packages/server/src/access/policy.ts': `import { row } from '@sampan/protocol'; export const allowed = row;`,
  'packages/server/src/inspect/explain.ts': `import { allowed } from '../access/policy.ts'; export const why = allowed;`,
  'packages/server/src/operations/object.ts': `import { allowed } from '../access/policy.ts'; import { row } from '@sampan/protocol';
    import type { MetadataStore } from '../metadata/port.ts'; import type { BlobStore } from '../blobs/port.ts';
    export const put = (metadata: MetadataStore, blobs: BlobStore) => [metadata, blobs, allowed, row];`,
  'packages/server/src/metadata/port.ts': `export type MetadataStore = { put(): void };`,
  'packages/server/src/metadata/sqlite/sqlite-store.ts': `import { DatabaseSync } from 'node:sqlite';
    import type { MetadataStore } from '../port.ts';
    export const open = (): MetadataStore => ({ put: () => new DatabaseSync(':memory:').close() });`,
  'packages/server/src/blobs/port.ts': `export type BlobStore = { write(): void };`,
  'packages/server/src/blobs/files/file-store.ts': `import type { BlobStore } from '../port.ts';
    export const files = (): BlobStore => ({ write() {} });`,
  'packages/server/src/jobs/collect.ts': `import type { BlobStore } from '../blobs/port.ts';
    export const collect = (blobs: BlobStore) => blobs;`,
  'packages/cli/src/main.ts': `import { serve } from '@sampan/server'; import { COS } from '@sampan/sdk';
    export const main = [serve, COS];`,
  'test/conformance/put-object.test.ts': `import { baseUrl } from '../service.ts'; export const url = baseUrl;`,
  'test/service.ts': `export const baseUrl = 'http://127.0.0.1';`,
};

type Violation = { rule: string; name: string; files: Readonly<Record<string, string>> };

/** One deliberate breach each; `files` are added to the sound tree or take the place of its files. */
const breaches: readonly Violation[] = [
  {
    rule: 'no-cycles',
    name: 'two modules that import each other',
    files: {
      'packages/protocol/src/codec/text.ts': `import { xml } from './xml.ts'; export const text = () => xml;`,
      'packages/protocol/src/codec/xml.ts': `import { text } from './text.ts'; export const xml = () => text;`,
    },
  },
  {
    rule: 'resolvable',
    name: 'an import that leads nowhere',
    files: {
      'packages/cli/src/output.ts': `import { bar } from './no-such-file.ts'; export const output = bar;`,
    },
  },
  {
    rule: 'protocol-alone',
    name: 'the protocol importing a Node module',
    files: {
      'packages/protocol/src/digest/digest.ts': `import { createHash } from 'node:crypto'; export { createHash };`,
    },
  },
  {
    rule: 'protocol-alone',
    name: 'the protocol importing another package',
    files: { 'packages/protocol/src/digest/digest.ts': `import { COS } from '@sampan/sdk'; export { COS };` },
  },
  {
    rule: 'sdk-engine-port-only',
    name: 'the SDK engine importing a platform',
    files: {
      'packages/sdk/src/client/retry.ts': `import { node } from '../platforms/node/clock.ts'; export { node };`,
    },
  },
  {
    rule: 'sdk-engine-port-only',
    name: 'the SDK engine importing a type of a platform',
    files: {
      'packages/sdk/src/client/retry.ts': `import type { wx } from '../platforms/mini/clock.ts'; export type Wx = typeof wx;`,
    },
  },
  {
    rule: 'sdk-engine-port-only',
    name: 'the SDK engine importing a Node module',
    files: {
      'packages/sdk/src/client/retry.ts': `import { setTimeout } from 'node:timers/promises'; export { setTimeout };`,
    },
  },
  {
    rule: 'platform-sees-port',
    name: 'one platform importing another',
    files: {
      'packages/sdk/src/platforms/mini/storage.ts': `import { web } from '../web/clock.ts'; export const storage = web;`,
    },
  },
  {
    rule: 'platform-sees-port',
    name: 'a platform importing the engine',
    files: {
      'packages/sdk/src/platforms/web/source.ts': `import { cos } from '../../cos/define-cos.ts'; export const source = cos;`,
    },
  },
  {
    rule: 'web-and-wx-portable',
    name: 'a Node module two steps from the web entry',
    files: {
      'packages/sdk/src/platforms/web/clock.ts': `import { read } from './read.ts'; export const web = { now: read };`,
      'packages/sdk/src/platforms/web/read.ts': `import { readFileSync } from 'node:fs';
        export const read = () => readFileSync('x').length;`,
    },
  },
  {
    rule: 'web-and-wx-portable',
    name: 'the web entry choosing the Node platform',
    files: {
      'packages/sdk/src/entries/web.ts': `import { cos } from '../cos/define-cos.ts'; import { node } from '../platforms/node/clock.ts';
        export const COS = cos(node);`,
    },
  },
  {
    rule: 'web-and-wx-portable',
    name: 'a built-in without the node: prefix under the mini program entry',
    files: {
      'packages/sdk/src/platforms/mini/clock.ts': `import { EventEmitter } from 'events';
        export const wx = { now: () => EventEmitter.defaultMaxListeners };`,
    },
  },
  {
    rule: 'server-operations-see-ports',
    name: 'an operation importing a concrete store',
    files: {
      'packages/server/src/operations/bucket.ts': `import { open } from '../metadata/sqlite/sqlite-store.ts'; export const bucket = open;`,
    },
  },
  {
    rule: 'server-operations-see-ports',
    name: 'an operation importing the HTTP layer',
    files: {
      'packages/server/src/http/headers.ts': `export const headers = {};`,
      'packages/server/src/operations/bucket.ts': `import { headers } from '../http/headers.ts'; export { headers };`,
    },
  },
  {
    rule: 'server-operations-see-ports',
    name: 'an operation importing node:http',
    files: {
      'packages/server/src/operations/bucket.ts': `import type { IncomingMessage } from 'node:http'; export type R = IncomingMessage;`,
    },
  },
  {
    rule: 'http-at-the-edge',
    name: 'access importing the HTTP layer',
    files: {
      'packages/server/src/http/headers.ts': `export const headers = {};`,
      'packages/server/src/access/verify.ts': `import { headers } from '../http/headers.ts'; export { headers };`,
    },
  },
  {
    rule: 'inspector-looks-on',
    name: 'the inspector importing a handler',
    files: {
      'packages/server/src/operations/object.ts': `export const getObject = {};`,
      'packages/server/src/inspect/explain.ts': `import { getObject } from '../operations/object.ts'; export { getObject };`,
    },
  },
  {
    rule: 'stores-know-no-http',
    name: 'a store importing node:http',
    files: {
      'packages/server/src/blobs/s3/s3-store.ts': `import { request } from 'node:http'; export const s3 = request;`,
    },
  },
  {
    rule: 'stores-know-no-http',
    name: 'a store importing an operation',
    files: {
      'packages/server/src/metadata/sql/statement.ts': `import { put } from '../../operations/object.ts'; export const sql = put;`,
    },
  },
  {
    rule: 'stores-apart',
    name: 'one store importing the other',
    files: {
      'packages/server/src/metadata/sql/statement.ts': `import { files } from '../../blobs/files/file-store.ts'; export const sql = files;`,
    },
  },
  {
    rule: 'one-composition-root',
    name: 'a job choosing its store',
    files: {
      'packages/server/src/jobs/lifecycle.ts': `import { files } from '../blobs/files/file-store.ts'; export const lifecycle = files;`,
    },
  },
  {
    rule: 'one-composition-root',
    name: 'the HTTP layer choosing a store',
    files: {
      'packages/server/src/http/health.ts': `import { open } from '../metadata/sqlite/sqlite-store.ts'; export const health = open;`,
    },
  },
  {
    rule: 'packages-apart',
    name: 'the server importing the SDK',
    files: {
      'packages/server/src/access/sts.ts': `import { COS } from '@sampan/sdk'; export const sts = COS;`,
    },
  },
  {
    rule: 'conformance-speaks-http',
    name: 'a conformance test that reaches the server through its support code',
    files: {
      'test/service.ts': `import { serve } from '@sampan/server'; export const baseUrl = String(serve);`,
    },
  },
];

const scratch: string[] = [];
let soundReport: LayerReport;

beforeAll(async () => {
  soundReport = await cruiseLayers(await plant(soundTree));
});

afterAll(async () => {
  await Promise.all(scratch.map((folder) => rm(folder, { recursive: true })));
});

test('a tree that keeps the layers passes, with every layer seen', () => {
  expect(soundReport.violations).toEqual([]);
  expect(missingLayers(soundReport)).toEqual([]);
});

test('a layer that is not there is reported instead of passing unseen', async () => {
  const {
    'packages/server/src/operations/object.ts': _,
    'packages/server/src/pipeline/dispatch.ts': __,
    ...rest
  } = soundTree;
  const tree = { ...rest, 'packages/server/src/pipeline/dispatch.ts': `export const dispatch = 1;` };

  const report = await cruiseLayers(await plant(tree));

  expect(missingLayers(report)).toEqual(['^packages/server/src/operations/']);
});

test.each(breaches)('$rule fails on $name', async ({ rule, files }) => {
  const report = await cruiseLayers(await plant({ ...soundTree, ...files }));

  expect(report.violations.map((violation) => violation.rule)).toContain(rule);
});

test('every rule has a breach that proves it can fail', () => {
  const rules = layerRules().forbidden?.map(({ name }) => name);

  expect([...new Set(breaches.map(({ rule }) => rule))].sort()).toEqual(rules?.sort());
});

test('folders without a cycle pass, and none is crowded at its top', () => {
  expect(roomCycles(soundReport)).toEqual([]);
  expect(crowdedTops(soundReport)).toEqual([]);
});

test.each([
  {
    name: 'a room below that imports the room above',
    files: {
      'packages/server/src/http/listen.ts': `import { dispatch } from '../pipeline/dispatch.ts'; export const listen = dispatch;`,
      'packages/server/src/pipeline/route.ts': `import { status } from '../http/status.ts'; export const route = status;`,
      'packages/server/src/http/status.ts': `export const status = 200;`,
    },
    rooms: ['packages/server/src/http', 'packages/server/src/pipeline'],
  },
  {
    name: "an inner room that imports its room's top, which imports it",
    files: {
      'packages/server/src/metadata/port.ts': `import { open } from './sqlite/sqlite-store.ts'; export type MetadataStore = { put(): void; open: typeof open };`,
    },
    rooms: ['packages/server/src/metadata', 'packages/server/src/metadata/sqlite'],
  },
])('folders fail on $name', async ({ files, rooms }) => {
  const report = await cruiseLayers(await plant({ ...soundTree, ...files }));

  expect(roomCycles(report).map((cycle) => [...cycle.rooms].sort())).toEqual([rooms]);
});

test('a package whose src fills up with files fails', async () => {
  const loose: Record<string, string> = {};
  for (let at = 0; at < 6; at++) loose[`packages/server/src/loose-${at}.ts`] = 'export const x = 1;';

  const report = await cruiseLayers(await plant({ ...soundTree, ...loose }));

  expect(crowdedTops(report)).toEqual(['packages/server/src has 7 files at its top']);
});

/** Writes a tree into a fresh folder of the repository that git ignores; the workspace links are as npm lays them. */
async function plant(tree: Readonly<Record<string, string>>): Promise<string> {
  const parent = join(import.meta.dirname, '..', '.tmp');
  await mkdir(parent, { recursive: true });
  const root = await mkdtemp(join(parent, 'layers-'));
  scratch.push(root);

  for (const [path, text] of Object.entries(tree)) {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  await mkdir(join(root, 'node_modules', '@sampan'), { recursive: true });
  for (const name of ['protocol', 'sdk', 'server']) {
    await symlink(join('..', '..', 'packages', name), join(root, 'node_modules', '@sampan', name));
  }
  return root;
}
