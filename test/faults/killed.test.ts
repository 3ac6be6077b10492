/**
 * A process that is killed in the middle of an upload, on Node with its real storage: `KILL_MIB=1024 KILLS=10` makes it
 * the size of the promise in the guide.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, open, rm, utimes, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import COS from '@sampan/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { crc64OfFile, fillWithNoise } from '../noise.ts';
import { startService, type RunningService } from '../service.ts';
import { startUpload, type Told } from './starter.ts';

const mib = 1_048_576;
const sizeMib = Number(process.env['KILL_MIB'] ?? 48);
const kills = Number(process.env['KILLS'] ?? 3);
const parallel = 3;
const target = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou', Key: 'killed' } as const;
let service: RunningService;
let folder: string;
let file: string;

beforeAll(async () => {
  service = await startService({ name: 'killed', flags: ['--bucket', 'examplebucket'] });
  folder = await mkdtemp(join(tmpdir(), 'sampan-killed-'));
  file = join(folder, 'file');
  await fillWithNoise(file, sizeMib, 1);
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the program; kills it when it has told `untilBytes`. Gives its result when it came to one. */
function upload(untilBytes = Infinity): Promise<Told | undefined> {
  return startUpload(service, folder, (it) => it.loadedBytes >= untilBytes && it.kill()).ended;
}

const cos = () =>
  new COS({
    SecretId: service.secretId,
    SecretKey: service.secretKey,
    Protocol: 'http',
    Domain: `{Bucket}.cos.{Region}.localhost:${service.port}`,
  });

test(
  `an upload of ${sizeMib} MiB killed at ${kills} random points is continued, and sends only what was missing`,
  async () => {
    const points = Array.from({ length: kills }, () => randomInt(mib, Math.floor(sizeMib * 0.9) * mib));
    console.log(`killed at ${points.map((point) => `${(point / mib).toFixed(1)} MiB`).join(', ')}`);
    for (const point of points) {
      expect(await upload(point)).toBeUndefined();

      const second = await upload();

      expect(second?.CRC64).toBe(await crc64OfFile(file));
      // What was told as loaded may still have been under way: that much may be sent again.
      expect(second?.resumedBytes).toBeGreaterThanOrEqual(point - (parallel + 1) * mib);
      expect(second?.sentBytes).toBe(sizeMib * mib - second!.resumedBytes);
      const { headers } = await cos().headObject(target);
      expect(headers?.['x-cos-hash-crc64ecma']).toBe(second?.CRC64);
      expect((await cos().multipartList(target)).Upload).toEqual([]);
      await cos().deleteObject(target);
    }
  },
  60_000 + kills * sizeMib * 1000,
);

test('an upload killed and continued with another file begins afresh and stores the new one', async () => {
  await upload((sizeMib / 2) * mib);
  const handle = await open(file, 'r+');
  await handle.write(randomBytes(mib), 0, mib, 5 * mib);
  await handle.close();

  const second = await upload();

  expect(second).toMatchObject({ resumedBytes: 0, CRC64: await crc64OfFile(file) });
  expect((await cos().multipartList(target)).Upload).toEqual([]);
}, 120_000);

test('an upload killed and continued with other content under the same size and time begins afresh', async () => {
  const before = await stat(file);
  await upload((sizeMib / 2) * mib);
  const handle = await open(file, 'r+');
  await handle.write(randomBytes(mib), 0, mib, mib);
  await handle.close();
  await utimes(file, before.atime, before.mtime);

  const second = await upload();

  expect(second?.CRC64).toBe(await crc64OfFile(file));
  expect((await cos().multipartList(target)).Upload).toEqual([]);
}, 120_000);
