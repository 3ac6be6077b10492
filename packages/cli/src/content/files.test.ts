import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listShipments } from './files.ts';

let folder = '';
const to = { bucket: 'photos-1250000000', key: 'in/' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sampan-files-'));
  await mkdir(join(folder, 'trip', 'day 1'), { recursive: true });
  await mkdir(join(folder, 'empty'));
  await mkdir(join(folder, 'loop'));
  await writeFile(join(folder, 'a.jpg'), 'a');
  await writeFile(join(folder, 'trip', 'b.jpg'), 'bb');
  await writeFile(join(folder, 'trip', 'day 1', '照片.jpg'), 'ccc');
  await symlink('..', join(folder, 'loop', 'up'));
  await symlink('../a.jpg', join(folder, 'trip', 'link.jpg'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const keysOf = async (words: readonly string[], key = to.key, recursive = true) => {
  const { shipments } = await listShipments(
    words.map((word) => `${folder}/${word}`),
    { ...to, key },
    { recursive },
  );
  return shipments.map((shipment) => [shipment.key, shipment.sizeBytes]);
};

test('one file takes the key as it is given', async () => {
  expect(await keysOf(['a.jpg'], 'other.jpg')).toEqual([['other.jpg', 1]]);
});

test('below a prefix or a bucket a file keeps its name', async () => {
  expect(await keysOf(['a.jpg'])).toEqual([['in/a.jpg', 1]]);
  expect(await keysOf(['a.jpg'], '')).toEqual([['a.jpg', 1]]);
});

test('a folder goes with its name and everything in it, linked files too', async () => {
  expect(await keysOf(['trip', 'a.jpg'])).toEqual([
    ['in/trip/b.jpg', 2],
    ['in/trip/day 1/照片.jpg', 3],
    ['in/trip/link.jpg', 1],
    ['in/a.jpg', 1],
  ]);
});

test('a folder with a slash at its end goes without its name', async () => {
  expect((await keysOf(['trip/'], '')).map(([key]) => key)).toEqual(['b.jpg', 'day 1/照片.jpg', 'link.jpg']);
});

test('an empty folder is nothing', async () => {
  expect(await keysOf(['empty'])).toEqual([]);
});

test('a folder needs -r', async () => {
  await expect(keysOf(['trip'], to.key, false)).rejects.toThrow(/trip is a folder: add -r/);
});

test('several files, or a folder, need an address that is a folder', async () => {
  await expect(keysOf(['a.jpg', 'trip/b.jpg'], 'k')).rejects.toThrow(/ends with \/, such as cos:.*\/k\//);
  await expect(keysOf(['trip'], 'k')).rejects.toThrow(/a folder needs an address that ends with \//);
});

test('two files with one key are refused before anything is sent', async () => {
  await expect(keysOf(['a.jpg', 'a.jpg'])).rejects.toThrow(/would both become in\/a\.jpg/);
});

test('what cannot be read is left out with its reason, and nothing else is', async () => {
  await mkdir(join(folder, 'odd', 'deep'), { recursive: true });
  await writeFile(join(folder, 'odd', 'good'), 'g');
  await writeFile(join(folder, 'odd', 'deep', 'better'), 'b');
  await symlink('nowhere', join(folder, 'odd', 'dangling'));
  await symlink('round', join(folder, 'odd', 'round'));
  await symlink('..', join(folder, 'odd', 'deep', 'up'));
  await writeFile(Buffer.concat([Buffer.from(`${folder}/odd/bad`), Buffer.from([0xff])]), 'x');

  const { shipments, left } = await listShipments([`${folder}/odd/`, `${folder}/gone`], to, {
    recursive: true,
  });

  expect(shipments.map(({ key }) => key)).toEqual(['in/deep/better', 'in/good']);
  expect(left.map(({ name, reason }) => [name, reason])).toEqual([
    ['bad\ufffd', 'its name is no UTF-8, so it can be no key'],
    ['dangling', 'no such file or folder'],
    ['deep/up', 'this link leads back to a folder above it'],
    ['round', 'too many symbolic links'],
    [`${folder}/gone`, 'no such file or folder'],
  ]);
});

test('a pattern that the shell has left alone is one', async () => {
  expect((await keysOf(['tr?p/*.jpg', '*.jpg'])).map(([key]) => key)).toEqual([
    'in/trip/b.jpg',
    'in/trip/link.jpg',
    'in/a.jpg',
  ]);
});

test('a name that makes too long a key is left out', async () => {
  await mkdir(join(folder, 'long'));
  await writeFile(join(folder, 'long', 'n'.repeat(255)), '');

  const { shipments, left } = await listShipments(
    [`${folder}/long/`],
    { ...to, key: `${'k'.repeat(600)}/` },
    { recursive: true },
  );

  expect(shipments).toEqual([]);
  expect(left[0]?.reason).toMatch(/850/);
});
