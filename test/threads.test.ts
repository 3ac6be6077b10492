/** Several threads answer requests, and nobody can tell, but for the time it takes. */
import { readdir, readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { connect as connectSecure } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import {
  clientInNewBucket,
  type TestAnswer,
  type TestClient,
  type TestRequest,
} from './conformance/client.ts';
import { completeUpload, MiB, sendParts, startUpload } from './conformance/uploads.ts';
import { serviceForTests, startService, type RunningService } from './service.ts';

const threads = 3;
/** Also where the other suites run without ports that threads share. */
const sharing = ['--system', 'auto'];
const service = await serviceForTests({ name: 'threads', flags: [...sharing, '--threads', String(threads)] });
const client = await clientInNewBucket(service);

/** One kept connection, so that one thread answers all its requests. */
interface Connection {
  readonly thread: string;
  send(request: TestRequest): Promise<TestAnswer>;
}

/** A part of each request id is made once in each thread. */
function threadIn(requestId: string): string {
  const [, , thread = ''] = Buffer.from(requestId, 'base64').toString().split('_');
  return thread;
}

async function connection(of: TestClient): Promise<Connection> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const send = (request: TestRequest) => of.send({ agent, ...request });
  const { headers } = await send({});
  return { thread: threadIn(String(headers['x-cos-request-id'])), send };
}

/** A connection to each thread. The kernel deals them out as it likes, so most that are opened are for nothing. */
async function oneEach(of: TestClient, count = threads): Promise<Connection[]> {
  const found = new Map<string, Connection>();
  for (let tries = 0; tries < 200 && found.size < count; tries += 1) {
    const opened = await connection(of);
    if (!found.has(opened.thread)) found.set(opened.thread, opened);
  }
  return [...found.values()];
}

test('as many threads answer as were asked for', async () => {
  expect(await oneEach(client, threads + 1)).toHaveLength(threads);
});

test('with --threads 1 one answers', async () => {
  const alone = await serviceForTests({ name: 'one-thread', flags: ['--threads', '1'] });

  expect(await oneEach(await clientInNewBucket(alone), 2)).toHaveLength(1);
});

test('what one thread has answered, all others see at once', async () => {
  const connections = await oneEach(client);
  const read: string[] = [];
  const wanted: string[] = [];

  for (let round = 0; round < 100; round += 1) {
    const body = `round ${round}`;
    const writer = connections[round % connections.length]!;
    await writer.send({ method: 'PUT', key: 'seen', body });
    const answers = await Promise.all(connections.map((one) => one.send({ key: 'seen' })));
    read.push(...answers.map(({ text }) => text));
    wanted.push(...connections.map(() => body));
  }

  expect(read).toEqual(wanted);
});

test('what one thread was told of a bucket, all others heed at once', async () => {
  const own = await clientInNewBucket(service);
  await own.put('key', 'body');
  const connections = await oneEach(own);
  const allowed: number[] = [];

  for (let round = 0; round < 30; round += 1) {
    const acl = round % 2 === 0 ? 'public-read' : 'private';
    const writer = connections[round % connections.length]!;
    await writer.send({ method: 'PUT', query: { acl: '' }, headers: { 'x-cos-acl': acl } });
    const answers = await Promise.all(connections.map((one) => one.send({ key: 'key', sign: 'none' })));
    allowed.push(...answers.map(({ status }) => status));
  }

  expect(allowed).toEqual(
    Array.from({ length: 30 }, (_, n) => connections.map(() => (n % 2 ? 403 : 200))).flat(),
  );
});

test('rules of the laboratory are set in all threads at once, which count together', async () => {
  const own = await clientInNewBucket(service);
  const connections = await oneEach(own);
  const lab = (method: string, body = '') =>
    own.send({ method, bucket: null, rawPath: '/-/lab', style: 'path', body });

  const rule = { match: { bucket: own.bucket, method: ['PUT'], from: 2, every: 2 }, refuse: 'InvalidPart' };
  expect((await lab('PUT', JSON.stringify({ rules: [rule] }))).status).toBe(200);
  const statuses: number[] = [];
  for (let n = 0; n < 12; n += 1) {
    const { status } = await connections[n % connections.length]!.send({ method: 'PUT', key: 'x' });
    statuses.push(status);
  }
  const counted = JSON.parse((await lab('GET')).text) as { rules: unknown[] };
  await lab('DELETE');

  expect(statuses).toEqual(Array.from({ length: 12 }, (_, n) => (n % 2 === 1 ? 400 : 200)));
  expect(counted.rules).toMatchObject([{ seen: 12, hits: 6 }]);
  for (const { send } of connections) expect((await send({ method: 'PUT', key: 'x' })).status).toBe(200);
});

test('metrics are the sums of all threads, whichever is asked', async () => {
  const own = await serviceForTests({ name: 'thread-metrics', flags: [...sharing, '--threads', '2'] });
  const bucket = await clientInNewBucket(own);
  const connections = await oneEach(bucket, 2);
  const asked = async ({ send }: Connection) => {
    const { text } = await send({ bucket: null, sign: 'none', target: '/-/metrics' });
    const heads = /^sampan_requests_total\{operation="headBucket",status="200"\} (\d+)$/m.exec(text)?.[1];
    const times = /^sampan_request_seconds_count\{operation="headBucket"\} (\d+)$/m.exec(text)?.[1];
    return { heads, times, started: /^process_start_time_seconds \d/m.test(text) };
  };

  for (const { send } of connections) for (let n = 0; n < 10; n += 1) await send({ method: 'HEAD' });
  const answers = await Promise.all(connections.map(asked));

  const all = { heads: '20', times: '20', started: true };
  expect(answers).toEqual([all, all]);
});

test('bytes that one thread released stay while another sends them, and leave the disk then', async () => {
  const own = await clientInNewBucket(service);
  const connections = await oneEach(own);
  const before = await files();
  // Two blobs: the second is looked for on the disk long after the object is gone.
  const parts = [Buffer.alloc(2 * MiB, 'a'), Buffer.alloc(100_000, 'b')];
  const upload = { key: 'slow', uploadId: await startUpload(own, 'slow') };
  await completeUpload(own, upload, await sendParts(own, upload, parts));

  // The first part takes four seconds at this pace; the collector looks after one.
  const headers = { 'x-cos-traffic-limit': String(4 * MiB), connection: 'close' };
  let deletion: Promise<TestAnswer> | undefined;
  const received = await bare(service, own.head11({ key: 'slow', headers }), (sofar) => {
    const [, id = ''] = /^x-cos-request-id: (.*)\r$/m.exec(sofar) ?? [];
    const other = connections.find(({ thread }) => thread !== threadIn(id))!;
    deletion ??= other.send({ method: 'DELETE', key: 'slow' });
  });

  expect((await deletion)?.status).toBe(204);
  expect(received.slice(received.indexOf('\r\n\r\n') + 4) === parts.join('')).toBe(true);
  await expect.poll(files, { timeout: 10_000 }).toBe(before);
});

async function files(): Promise<number> {
  const entries = await readdir(join(service.dataDir, 'blobs'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name !== 'store-id').length;
}

test('a service that is closed while connections come in answers a request whole or not at all', async () => {
  const closing = await startService({
    name: 'threads-closing',
    flags: [...sharing, '--threads', String(threads)],
  });
  onTestFinished(async () => {
    await closing.stop();
  });
  const bucket = await clientInNewBucket(closing);
  const body = 'x'.repeat(20_000);
  await bucket.put('key', body);
  let ended: Promise<number | null> | undefined;
  const request = bucket.head11({ key: 'key', headers: { connection: 'close' } });
  const begun = Array.from({ length: 200 }, () =>
    bare(closing, request, (sofar) => {
      if (sofar.endsWith(body)) ended ??= closing.stop();
    }),
  );
  const answers = await Promise.all(begun);

  expect(await ended).toBe(0);
  const whole = (answer: string) => answer.startsWith('HTTP/1.1 200 ') && answer.endsWith(body);
  expect(answers.filter((answer) => answer !== '' && !whole(answer))).toEqual([]);
});

test('a TLS session that one thread began is resumed by all', async () => {
  const file = (name: string) => fileURLToPath(new URL(`fixtures/tls/${name}.pem`, import.meta.url));
  const flags = [...sharing, '--threads', '2', '--tls-cert', file('cert'), '--tls-key', file('key')];
  const { port } = await serviceForTests({ name: 'threads-tls', flags });
  const options = { port, host: '127.0.0.1', servername: 'localhost', ca: await readFile(file('cert')) };
  const session = await new Promise<Buffer>((resolve, reject) => {
    const socket = connectSecure(options).resume().on('error', reject);
    socket.once('session', (begun: Buffer) => {
      resolve(begun);
      socket.destroy();
    });
  });
  const resumed = () =>
    new Promise<boolean>((resolve, reject) => {
      const socket = connectSecure({ ...options, session }).on('error', reject);
      socket.once('secureConnect', () => {
        resolve(socket.isSessionReused());
        socket.destroy();
      });
    });

  const later = await Promise.all(Array.from({ length: 12 }, resumed));

  expect(later).toEqual(Array.from({ length: 12 }, () => true));
});

// A signal makes the threads beside the main one fail, as a bug would.
const failing = `
  import process from 'node:process';
import { connect as connectSecure } from 'node:tls';
import { fileURLToPath } from 'node:url';
  import { BroadcastChannel, isMainThread } from 'node:worker_threads';
  const channel = new BroadcastChannel('fail');
  if (isMainThread) process.on('SIGUSR2', () => channel.postMessage(''));
  else if (process.argv[1].includes('pool-worker')) channel.onmessage = () => { throw new Error('a bug'); };
  channel.unref();`;

test('a thread that fails takes the service down, as the main thread would', async () => {
  const imported = `--import=data:text/javascript,${encodeURIComponent(failing)}`;
  const flags = [...sharing, '--threads', '2'];
  const broken = await startService({ name: 'threads-failing', flags, env: { NODE_OPTIONS: imported } });
  onTestFinished(async () => {
    await broken.stop();
  });

  await oneEach(await clientInNewBucket(broken), 2);
  process.kill(broken.pid, 'SIGUSR2');
  // Node sometimes loses the reason on its way to the main thread.
  const said = /Error: (a bug|a thread that answers requests has ended with 1)\n/;
  await expect.poll(() => readFile(broken.logFile, 'utf8'), { timeout: 10_000 }).toMatch(said);

  await expect.poll(() => broken.stop(), { timeout: 10_000 }).toBe(1);
});

/** Sends a request over a bare connection of its own and gives what came until it was closed, by whatever. */
function bare(to: RunningService, request: string, seen: (sofar: string) => void): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect({ host: '127.0.0.1', port: to.port });
    socket.write(request);
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      seen(received);
    });
    socket.on('error', () => undefined).on('close', () => resolve(received));
  });
}

test('with --system portable one answers despite --threads, and the log says why', async () => {
  const portable = await serviceForTests({
    name: 'portable',
    flags: ['--system', 'portable', '--threads', String(threads)],
  });
  const portableClient = await clientInNewBucket(portable);
  const body = Buffer.alloc(2 * MiB, 'past the page cache elsewhere');

  await portableClient.send({ method: 'PUT', key: 'large', body });

  expect((await portableClient.send({ key: 'large' })).body.equals(body)).toBe(true);
  expect(await oneEach(portableClient, 2)).toHaveLength(1);
  expect(await readFile(portable.logFile, 'utf8')).toContain('one thread answers');
});
