/** The service as it is published: few files, of which each thread finds its own. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientInNewBucket } from '../test/conformance/client.ts';
import { serviceForTests } from '../test/service.ts';
import { bundleService } from './bundle-node.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, '.tmp', `bundle-node-${process.pid}`);
const sources = join(root, 'packages/server/src');

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'shared-left-behind.js'), '');
  await bundleService(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('every thread that the service starts has a file beside its entry', () => {
  const names = globSync('**/*.ts', { cwd: sources }).flatMap((file) =>
    [
      ...readFileSync(join(sources, file), 'utf8').matchAll(/startThread\(import\.meta\.url, '([\w-]+)'/g),
    ].map(([, name]) => name),
  );

  expect(names.length).toBeGreaterThan(3);
  for (const name of names) expect(existsSync(join(folder, `${name}.js`)), name).toBe(true);
});

test('nothing of an earlier build is left', () => {
  expect(existsSync(join(folder, 'shared-left-behind.js'))).toBe(false);
});

test('the service starts without what few services need', () => {
  const asked = `
    await import(${JSON.stringify(pathToFileURL(join(folder, 'index.js')))});
    console.log(JSON.stringify(process.moduleLoadList));`;
  const run = spawnSync(process.execPath, ['--input-type=module', '--no-warnings', '-e', asked], {
    encoding: 'utf8',
  });
  const loaded = JSON.parse(run.stdout) as string[];

  expect(loaded).toContain('NativeModule sqlite');
  // The last is what the library of metrics would bring.
  expect(loaded.filter((name) => /undici|https/.test(name))).toEqual([]);
});

test('a thread loads what it needs and not the whole service', () => {
  const loaded = (name: string): number => {
    const text = readFileSync(join(folder, name), 'utf8');
    const others = [...text.matchAll(/^import .*"\.\/(shared-[\w-]+\.js)"/gm)].map(([, other]) => other!);
    return others.reduce((sum, other) => sum + loaded(other), text.length);
  };

  const whole = loaded('main.js');

  for (const name of ['hash-worker.js', 'checkpoint-worker.js'])
    expect(loaded(name)).toBeLessThan(whole / 10);
});

test('the built service stores and gives back bodies of every kind, with several threads', async () => {
  const main = join(folder, 'main.js');
  const service = await serviceForTests({ name: 'built', main, flags: ['--threads', '2'] });
  const client = await clientInNewBucket(service);
  const bodies = [0, 10, 40_000, 300_000, 3_000_000].map((length) => randomBytes(length));

  for (const [n, body] of bodies.entries()) {
    const put = await client.send({ method: 'PUT', key: `body-${n}`, body });
    const got = await client.send({ key: `body-${n}` });

    expect(put.status).toBe(200);
    expect(got.body.equals(body)).toBe(true);
  }
});
