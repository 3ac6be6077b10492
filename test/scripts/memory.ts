/**
 * Sends an object of 1 GiB through a served process and back, and prints the most memory the service ever held and the
 * time each way took. Ends with status 1 when the bytes differ or the service took more than 200 MB.
 *
 *     npx node --conditions=@sampan/source test/scripts/memory.ts [MEBIBYTES]
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { argv, exit, stdout } from 'node:process';
import { clientInNewBucket } from '../conformance/client.ts';
import { startService } from '../service.ts';

const mebibytes = Number(argv[2] ?? 1024);
const limitMegabytes = 200;
const pattern = randomBytes(2 ** 20);

/** The same bytes each time: random ones, a little different in each mebibyte. */
function* body(): Generator<Buffer> {
  for (let n = 0; n < mebibytes; n++) {
    const chunk = Buffer.from(pattern);
    chunk.writeUInt32BE(n);
    yield chunk;
  }
}

const service = await startService({ name: 'memory' });
const client = await clientInNewBucket(service);
const expected = createHash('sha256');
for (const chunk of body()) expected.update(chunk);
const digest = expected.digest('hex');

const upSeconds = await timed(async () => {
  const answer = await client.send({
    method: 'PUT',
    key: 'large',
    headers: { 'content-length': String(mebibytes * 2 ** 20) },
    body: (async function* () {
      yield* body();
    })(),
  });
  if (answer.status !== 200) throw new Error(`PUT answered ${answer.status}: ${answer.text}`);
});
const upPeak = peakMegabytes();
let received = '';
const downSeconds = await timed(async () => {
  received = await digestOf('large');
});

const peak = peakMegabytes();
const same = received === digest;
stdout.write(
  [
    `${mebibytes} MiB up in ${upSeconds.toFixed(1)} s, down in ${downSeconds.toFixed(1)} s`,
    `peak memory of the service: ${upPeak} MB after the upload, ${peak} MB after the download`,
    same ? 'the bytes are the same' : 'THE BYTES DIFFER',
    '',
  ].join('\n'),
);
await service.stop();
exit(same && peak <= limitMegabytes ? 0 : 1);

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

/** The most resident memory the service has had so far. */
function peakMegabytes(): number {
  const status = readFileSync(`/proc/${service.pid}/status`, 'utf8');
  return Math.round((Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1]) * 1024) / 1e6);
}

/** Reads an object as a stream. The test client would hold it whole. */
function digestOf(key: string): Promise<string> {
  const [line = '', ...lines] = client.head11({ key }).trim().split('\r\n');
  const headers = Object.fromEntries(
    lines.map((text) => text.split(/: (.*)/s).slice(0, 2) as [string, string]),
  );
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: service.port, path: line.split(' ')[1], headers }, (incoming) => {
      const hash = createHash('sha256');
      incoming.on('data', (chunk: Buffer) => hash.update(chunk));
      incoming.on('end', () => resolve(hash.digest('hex'))).on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}
