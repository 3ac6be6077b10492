/** The service as a Windows program, asked over HTTP from this side. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientInNewBucket, type TestClient } from '../conformance/client.ts';
import { completeUpload, MiB, sendParts, startUpload } from '../conformance/uploads.ts';
import type { RunningService } from '../service.ts';
import { missing, runNode, sampanMain, startWindowsService, temporaryFolder, windowsPath } from './wine.ts';

const inlineLimit = 32 * 1024;

describe.skipIf(missing !== undefined)('the service on Windows', { timeout: 60_000 }, () => {
  let service: RunningService;
  let client: TestClient;
  beforeAll(async () => {
    service = await startWindowsService();
    client = await clientInNewBucket(service);
  });
  afterAll(async () => {
    if (missing === undefined) await service.stop();
  });

  test.each([0, 1, inlineLimit - 1, inlineLimit, inlineLimit + 1, MiB - 1, MiB, MiB + 1, 5 * MiB + 3])(
    'keeps an object of %i bytes',
    async (size) => {
      const body = randomBytes(size);

      const put = await client.put(`size/${size}`, body);
      const whole = await client.get(`size/${size}`);
      const head = await client.head(`size/${size}`);

      expect(put.status).toBe(200);
      expect(whole.body.equals(body)).toBe(true);
      expect(head.headers).toMatchObject({
        'content-length': String(size),
        'x-cos-hash-crc64ecma': put.headers['x-cos-hash-crc64ecma'],
      });
      if (size < 2) return;
      const range = await client.get(`size/${size}`, { range: `bytes=1-${size - 2}` });
      expect(range.body.equals(body.subarray(1, -1))).toBe(true);
    },
  );

  test('makes an object of parts, copies and appends', async () => {
    const bodies = [randomBytes(5 * MiB), randomBytes(MiB + 1), randomBytes(1)];
    const uploadId = await startUpload(client, 'parts');
    const parts = await sendParts(client, { key: 'parts', uploadId }, bodies);
    const completed = await completeUpload(client, { key: 'parts', uploadId }, parts);
    const source = `${client.bucket}.cos.${service.region}.myqcloud.com/parts`;
    const copied = await client.put('copy', '', { 'x-cos-copy-source': source });
    let position = 0;
    for (const body of bodies) {
      const query = { append: '', position: String(position) };
      expect((await client.send({ method: 'POST', key: 'appended', query, body })).status).toBe(200);
      position += body.length;
    }

    expect([completed.status, copied.status]).toEqual([200, 200]);
    for (const key of ['parts', 'copy', 'appended'])
      expect((await client.get(key)).body.equals(Buffer.concat(bodies))).toBe(true);
  });

  test('keeps keys that no file of Windows could have', async () => {
    const keys = [
      'con',
      'a:b',
      'dot.',
      'space ',
      'Case',
      'cASE',
      'back\\slash',
      'q?*|"<>',
      '..\\up',
      'aux/nul.txt',
    ];
    for (const key of keys) await client.put(`odd/${key}`, `${key} ${'x'.repeat(inlineLimit)}`);

    for (const key of keys)
      expect((await client.get(`odd/${key}`)).text).toBe(`${key} ${'x'.repeat(inlineLimit)}`);
    expect(await client.keys('odd/')).toEqual(keys.map((key) => `odd/${key}`).sort());
  });

  test('sends an object to its end that is deleted meanwhile', async () => {
    const body = randomBytes(24 * MiB);
    await client.put('deleted', body);
    const head = client.head11({ key: 'deleted' });
    const { connect } = await import('node:net');
    const socket = connect(service.port, '127.0.0.1');
    socket.write(head);
    await new Promise((begun) => socket.once('readable', begun));

    const deleted = await client.delete('deleted');
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > body.length && Buffer.concat(chunks).includes('\r\n\r\n')) {
        const all = Buffer.concat(chunks);
        if (all.length - all.indexOf('\r\n\r\n') - 4 >= body.length) break;
      }
    }
    const all = Buffer.concat(chunks);

    expect(deleted.status).toBe(204);
    expect(all.subarray(all.indexOf('\r\n\r\n') + 4).equals(body)).toBe(true);
    expect((await client.get('deleted')).status).toBe(404);
  });

  test('lets no second service on its folder or its port', async () => {
    const other = windowsPath(join(await temporaryFolder(), 'data'));
    const serve = [windowsPath(sampanMain), 'serve'];

    const folder = await runNode([...serve, '--port', '0', '--data', windowsPath(service.dataDir)]);
    const port = await runNode([...serve, '--port', String(service.port), '--data', other]);

    expect([folder.status, port.status]).toEqual([1, 1]);
    expect(folder.stderr).toContain('is in use by another process');
    expect(port.stderr).toContain('EADDRINUSE');
  });

  test('is backed up while it runs, and all that it has is proven', async () => {
    const copy = join(await temporaryFolder(), 'copy');
    const body = randomBytes(MiB);
    await client.put('backed up', body);

    const backup = await runNode([
      windowsPath(sampanMain),
      ...['backup', '--data', windowsPath(service.dataDir), windowsPath(copy)],
    ]);
    const scrub = await runNode([windowsPath(sampanMain), 'scrub', '--data', windowsPath(copy)]);
    const fsck = await runNode([windowsPath(sampanMain), 'fsck', '--data', windowsPath(copy)]);

    expect(backup).toMatchObject({ status: 0, stderr: '' });
    expect(scrub).toMatchObject({ status: 0, stderr: '' });
    expect(fsck).toMatchObject({ status: 0, stderr: '' });
  });
});

describe.skipIf(missing !== undefined)('the end of a service on Windows', { timeout: 90_000 }, () => {
  test('by the task manager loses nothing that was answered', async () => {
    const service = await startWindowsService();
    const client = await clientInNewBucket(service);
    const bodies = new Map<string, Buffer>();
    const uploadId = await startUpload(client, 'parts');
    const parts = await sendParts(client, { key: 'parts', uploadId }, [randomBytes(MiB), randomBytes(10)]);
    let isKilled = false;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let n = 0; !isKilled; n += 1) {
        const [key, body] = [`${writer}/${n}`, randomBytes(n % 3 === 0 ? 100 : 40_000 + n)];
        const put = await client.put(key, body).catch(() => undefined);
        if (put?.status === 200) bodies.set(key, body);
      }
    });
    await new Promise((later) => setTimeout(later, 1500));
    const killed = service.kill9();
    await killed;
    isKilled = true;
    await Promise.all(writers);

    await service.restart();

    expect(bodies.size).toBeGreaterThan(10);
    for (const [key, body] of bodies) expect((await client.get(key)).body.equals(body)).toBe(true);
    expect((await completeUpload(client, { key: 'parts', uploadId }, parts)).status).toBe(200);
    expect((await client.get('parts')).body).toHaveLength(MiB + 10);
    expect(await service.stop()).toBe(0);
  });

  test('by Ctrl-C comes after the requests in progress, with nothing left over', async () => {
    const service = await startWindowsService();
    const client = await clientInNewBucket(service);
    const { target, headers } = signedPut(client, 'slow');
    const slow = request({ host: '127.0.0.1', port: service.port, method: 'PUT', path: target, headers });
    const answered = new Promise<number>((resolve, reject) => {
      slow.on('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      slow.on('error', reject);
    });
    slow.write('12345');
    await new Promise((later) => setTimeout(later, 300));

    const ended = service.stop();
    await new Promise((later) => setTimeout(later, 500));
    slow.end('67890');

    expect(await answered).toBe(200);
    expect(await ended).toBe(0);
    expect(existsSync(join(service.dataDir, 'address.json'))).toBe(false);
    const log = (await readFile(service.logFile, 'utf8')).split('\n').filter((line) => line !== '');
    // No warning of Node, and no word on folders that cannot be flushed: they can.
    expect(log.filter((line) => !line.startsWith('{') || line.includes('syncs no folders'))).toEqual([]);
    await service.restart();
    expect((await client.get('slow')).text).toBe('1234567890');
    await service.stop();
  });

  test('comes in a folder with a long path too', async () => {
    const deep = join(await temporaryFolder(), ...['x', 'y', 'z'].map((name) => name.repeat(120)), 'data');
    const service = await startWindowsService({ dataDir: deep });
    const client = await clientInNewBucket(service);
    const body = randomBytes(MiB);

    await client.put('deep', body);

    expect((await client.get('deep')).body.equals(body)).toBe(true);
    expect(await readdir(deep)).toContain('metadata.db');
    expect(await service.stop()).toBe(0);
  });
});

function signedPut(client: TestClient, key: string): { target: string; headers: Record<string, string> } {
  const [first = '', ...lines] = client
    .head11({ method: 'PUT', key, headers: { 'content-length': '10' } })
    .trimEnd()
    .split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  return { target: first.split(' ')[1]!, headers };
}
