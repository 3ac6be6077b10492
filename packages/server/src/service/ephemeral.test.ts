/** A service in memory: nothing on the disk, all gone at once, time as a test wants it. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, afterAll, expect, onTestFinished, test } from 'vitest';
import { movableClock } from '../runtime/clock.ts';
import { storedService } from './testing/stored-service.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sampan-ephemeral-'));
});
afterAll(() => rm(folder, { recursive: true }));

const start = () => {
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
  return storedService({ ephemeral: true });
};

test('what is stored is read back, and nothing is written to the disk', async () => {
  const service = await start();
  const body = Buffer.alloc(400_000, 'x');

  expect((await service.put('a', body)).status).toBe(200);

  expect((await service.get('a')).body.equals(body)).toBe(true);
  expect(await readdir(folder)).toEqual([]);
  expect(await readdir(service.folder)).toEqual([]);
});

test('a reset forgets objects, uploads and buckets, and makes the first buckets anew', async () => {
  const service = await start();
  await service.put('a', Buffer.from('a'));
  await service.ask('PUT', '/another-1250000000/');
  expect((await service.ask('HEAD', '/another-1250000000/')).status).toBe(200);

  expect((await service.ask('DELETE', '/-/ephemeral')).status).toBe(200);

  expect((await service.get('a')).status).toBe(404);
  expect((await service.ask('HEAD', '/another-1250000000/')).status).toBe(404);
  expect((await service.put('a', Buffer.from('b'))).status).toBe(200);
});

test('a clock that is moved judges signatures, and a document that makes no sense moves nothing', async () => {
  const service = await start();
  const move = (body: string) => service.ask('PUT', '/-/ephemeral', { body: Buffer.from(body) });

  expect((await move('{"clockOffsetMs": "1h"}')).status).toBe(400);
  expect((await move('{')).status).toBe(400);
  expect((await service.put('a', Buffer.from('a'))).status).toBe(200);
  expect((await move('{"clockOffsetMs": 7200000}')).status).toBe(200);

  expect((await service.put('a', Buffer.from('a'))).status).toBe(403);
});

test('a service that keeps its data has no such path', async () => {
  const service = await storedService();

  expect((await service.ask('DELETE', '/-/ephemeral')).status).toBe(404);
});

test('who sleeps wakes when the clock is moved past the time', async () => {
  const clock = movableClock();
  const woken: string[] = [];
  const sleeping = [
    clock.sleep(3_600_000).then(() => woken.push('hour')),
    clock.sleep(60_000).then(() => woken.push('minute')),
  ];

  clock.moveTo(120_000);
  await sleeping[1];
  expect(woken).toEqual(['minute']);
  clock.moveTo(3_700_000);
  await sleeping[0];

  expect(clock.nowMs() - Date.now()).toBeGreaterThan(3_699_000);
});
