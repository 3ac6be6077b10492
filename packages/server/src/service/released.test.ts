/** What was deleted or replaced leaves the disk soon, as far as the store may rely on it. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sign } from '@sampan/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock, type Clock } from '../runtime/clock.ts';
import { readConfig } from './config.ts';
import { createService } from '../index.ts';
import { createLog } from '../observability/log.ts';

const bucket = 'released-1250000000';
const keys = { secretId: 'AKIDreleased', secretKey: 'released-key' };
// Larger than what travels inside a transaction, so that there is a blob.
const body = Buffer.alloc(100_000, 'r');

/** The machine's clock, on which nobody sleeps for long. */
const hurried: Clock & { sleeps: number } = {
  sleeps: 0,
  nowMs: () => Date.now(),
  sleep(ms, signal) {
    hurried.sleeps += 1;
    return systemClock.sleep(Math.min(ms, 20), signal);
  },
};

async function started(durability: 'full' | 'relaxed') {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-released-'));
  const flags = ['--port', '0', '--data', folder, '--bucket', bucket, '--durability', durability];
  const config = readConfig(
    [...flags, '--secret-id', keys.secretId, '--secret-key', keys.secretKey],
    {},
    '/',
  );
  const service = await createService(config, { log: createLog('silent'), clock: hurried });
  await service.listen();
  onTestFinished(async () => {
    await service.close(0);
    await rm(folder, { recursive: true, force: true });
  });
  const ask = async (method: string, content?: Uint8Array<ArrayBuffer>) => {
    const path = `/${bucket}/key`;
    const now = Math.floor(Date.now() / 1000);
    const keyTime = { start: now - 1, end: now + 600 };
    const { authorization } = sign({ ...keys, method, path, query: [], headers: {}, keyTime });
    const response = await fetch(`${service.url}${path}`, {
      method,
      headers: { authorization },
      ...(content ? { body: content } : {}),
    });
    return response.status;
  };
  return { ask, folder };
}

async function files(folder: string): Promise<number> {
  const entries = await readdir(join(folder, 'blobs'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name !== 'store-id').length;
}

test.each([
  ['deleted', 'DELETE', 0],
  ['replaced', 'PUT', 1],
] as const)('the bytes of an object that was %s leave the disk at once', async (_how, method, left) => {
  const { ask, folder } = await started('full');
  await ask('PUT', body);

  const status = await ask(method, method === 'PUT' ? body : undefined);

  expect(status).toBeLessThan(300);
  await expect.poll(() => files(folder), { timeout: 10_000 }).toBe(left);
});

test('a relaxed store keeps them, because a loss of power may bring the object back', async () => {
  const { ask, folder } = await started('relaxed');
  await ask('PUT', body);

  await ask('DELETE');
  const before = hurried.sleeps;
  // Each turn of the collector ends with one.
  await expect.poll(() => hurried.sleeps - before, { timeout: 10_000 }).toBeGreaterThan(20);

  expect(await files(folder)).toBe(1);
});
