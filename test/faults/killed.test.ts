/**
 * A process that is killed in the middle of an upload, on Node with its real storage: `KILL_MIB=1024 KILLS=10` makes it
 * the size of the promise in the guide.
 */
import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm, utimes, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { Crc64, crc64Text } from '@sampan/protocol';
import COS from '@sampan/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService, type RunningService } from '../service.ts';

const mib = 1_048_576;
const sizeMib = Number(process.env['KILL_MIB'] ?? 48);
const kills = Number(process.env['KILLS'] ?? 3);
const parallel = 3;
const target = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou', Key: 'killed' } as const;
const program = fileURLToPath(new URL('uploading.ts', import.meta.url));
let service: RunningService;
let folder: string;
let file: string;

beforeAll(async () => {
  service = await startService({ name: 'killed', flags: ['--bucket', 'examplebucket'] });
  folder = await mkdtemp(join(tmpdir(), 'sampan-killed-'));
  file = join(folder, 'file');
  const handle = await open(file, 'w');
  for (let i = 0; i < sizeMib; i++) await handle.write(randomBytes(mib));
  await handle.close();
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the program; kills it when it has told `untilBytes`. Gives its result when it came to one. */
function upload(
  untilBytes = Infinity,
): Promise<{ CRC64: string; resumedBytes: number; sentBytes: number } | undefined> {
  const args = [
    `localhost:${service.port}`,
    service.secretId,
    service.secretKey,
    file,
    join(folder, 'records'),
  ];
  const child = spawn(
    execPath,
    ['--conditions=@sampan/source', '--disable-warning=ExperimentalWarning', program, ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const told = text.split('\n').filter((line) => /^\d+$/.test(line));
      if (Number(told.at(-1) ?? 0) >= untilBytes) child.kill('SIGKILL');
    });
    child.once('error', reject);
    child.once('close', () => {
      const result = /^\{.*\}$/m.exec(text)?.[0];
      resolve(result === undefined ? undefined : (JSON.parse(result) as never));
    });
  });
}

async function crc64OfFile(): Promise<string> {
  const sum = new Crc64();
  for await (const chunk of createReadStream(file)) sum.update(chunk as Buffer);
  return crc64Text(sum.value());
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

      expect(second?.CRC64).toBe(await crc64OfFile());
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

  expect(second).toMatchObject({ resumedBytes: 0, CRC64: await crc64OfFile() });
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

  expect(second?.CRC64).toBe(await crc64OfFile());
  expect((await cos().multipartList(target)).Upload).toEqual([]);
}, 120_000);
