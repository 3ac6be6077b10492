/** A database with damaged pages fails the requests that need them, and nothing else. */
import { open, stat } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { storedService } from './testing/stored-service.ts';

const pageBytes = 4096;
const keys = Array.from({ length: 60 }, (_, n) => `key-${String(n).padStart(3, '0')}`);

async function damagePages(folder: string, pages: readonly number[]): Promise<void> {
  const file = await open(join(folder, 'metadata.db'), 'r+');
  for (const page of pages) await file.write(new Uint8Array(pageBytes), 0, pageBytes, page * pageBytes);
  await file.close();
}

test.each([0, 1, 2, 3])(
  'the process lives with every fourth page damaged, from page %d on',
  async (first) => {
    const service = await storedService();
    const body = (key: string): Buffer => Buffer.alloc(9000, key);
    for (const key of keys) await service.put(key, body(key));
    await service.put('blob', randomBytes(50_000));
    await service.stop();
    const pages = Math.floor((await stat(join(service.folder, 'metadata.db'))).size / pageBytes);
    const damaged = Array.from({ length: pages }, (_, n) => n).filter((n) => n % 4 === first && n > 25);
    await damagePages(service.folder, damaged);
    await service.start();

    const answers = await Promise.all(keys.map((key) => service.get(key)));
    const statuses = answers.map(({ status }) => status);
    answers.forEach((answer, n) => {
      if (answer.status === 200) expect(answer.body.equals(body(keys[n]!))).toBe(true);
      else expect([404, 500]).toContain(answer.status);
    });

    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(0);
    expect(statuses).toContain(500);
    expect(await service.text('/-/health')).toBe('ok\n');
    expect((await service.ask('GET', '/-/ready')).status).toBe(503);
    expect(service.log()).toContain('request failed');
  },
);

test('a service on a folder that loses pages while it runs goes on', async () => {
  const service = await storedService();
  for (const key of keys) await service.put(key, Buffer.alloc(9000, key));
  const pages = Math.floor((await stat(join(service.folder, 'metadata.db'))).size / pageBytes);
  await damagePages(
    service.folder,
    Array.from({ length: Math.max(0, pages - 1) }, (_, n) => n + 1),
  );

  const reads = await Promise.all(keys.map((key) => service.get(key)));
  const writes = await Promise.all(keys.map((key) => service.put(`${key}-new`, Buffer.alloc(9000))));

  for (const { status } of [...reads, ...writes]) expect([200, 500]).toContain(status);
  expect(await service.text('/-/health')).toBe('ok\n');
});
