import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { folderSequence } from './folders.ts';

const roots: string[] = [];
afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true, force: true }))));

async function newRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'sampan-folders-'));
  roots.push(root);
  return root;
}

function names(...all: string[]): () => string {
  return () => all.shift() ?? 'no more names';
}

test('two stores on one root that think of the same name begin two folders', async () => {
  const root = await newRoot();
  const one = folderSequence(root, { durable: true, newName: names('a') });
  const other = folderSequence(root, { durable: true, newName: names('a', 'a', 'b') });

  await one.next();

  expect(await other.next()).toBe('b');
  expect(await other.current()).toBe('b');
  expect((await readdir(root)).sort()).toEqual(['a', 'b']);
});

test('a name that is never new is an error in the end, and the next file tries again', async () => {
  const root = await newRoot();
  await folderSequence(root, { durable: false, newName: names('a') }).next();
  const stuck = folderSequence(root, { durable: false, newName: names('a', 'a', 'a', 'a', 'a', 'b') });

  await expect(stuck.next()).rejects.toThrow('EEXIST');
  expect(await stuck.next()).toBe('b');
});
