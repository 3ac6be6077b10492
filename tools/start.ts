// `npm start [-- --once] [FILE…]`: the whole way in one command. Starts a service on the embedded store, uploads files (or
// samples) with the SDK, reads them back, compares CRC-64, and keeps serving until Ctrl-C; with --once it ends after the
// comparison, with status 1 when anything differs. Everything it writes is below .sampan/start in this clone;
// SAMPAN_START_FOLDER names another folder.

import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { encodeKeyPath } from '../packages/protocol/src/text/percent.ts';
import { Crc64, crc64Text } from '../packages/protocol/src/digest/crc64.ts';
import { COS } from '../packages/sdk/src/entries/node.ts';
import { createService, readConfig, type Service } from '../packages/server/src/index.ts';
import { addressText } from '../packages/cli/src/words/address.ts';
import { endingOf, exitStatus, Failure, Tally, UsageFailure } from '../packages/cli/src/words/failure.ts';
import { listShipments, type Shipment } from '../packages/cli/src/content/files.ts';
import { runJobs } from '../packages/cli/src/content/jobs.ts';
import { createOutput, type Output } from '../packages/cli/src/terminal/output.ts';
import { transferMeter } from '../packages/cli/src/terminal/transfer.ts';
import { uploadJob } from '../packages/cli/src/content/uploads.ts';

const bucket = 'examplebucket-1250000000';
const region = 'ap-guangzhou';
const usualPort = 9000;
const MiB = 1_048_576;
/** Of many files, the first ones stand for all. */
const mostLines = 5;

const clone = resolve(import.meta.dirname, '..');
const folder = resolve(clone, process.env['SAMPAN_START_FOLDER'] ?? join('.sampan', 'start'));
// npm runs scripts in the folder of package.json; files are named from where the person is.
const cwd = process.env['INIT_CWD'] ?? process.cwd();
process.chdir(cwd);

const output = createOutput({
  command: 'npm start',
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  now: () => performance.now(),
});
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => {
    if (stop.signal.aborted) process.exit(exitStatus.interrupted);
    stop.abort();
  });

let service: Service | undefined;
let status: number = exitStatus.fine;
try {
  status = await start(process.argv.slice(2));
} catch (error) {
  const ending = stop.signal.aborted
    ? { status: exitStatus.interrupted, message: 'interrupted' }
    : endingOf(error);
  output.endProgress();
  output.failed(ending.message);
  status = ending.status;
}
await service?.close(stop.signal.aborted ? 1000 : undefined);
process.exit(status);

async function start(words: readonly string[]): Promise<number> {
  const once = words.includes('--once');
  const files = words.filter((word) => word !== '--once');
  const flag = files.find((word) => word.startsWith('-'));
  if (flag !== undefined) throw new UsageFailure(`unknown flag ${flag}: write npm start -- [--once] [FILE…]`);

  const { shipments, left } = await listShipments(
    files.length > 0 ? files : await samples(),
    { bucket, key: '' },
    { recursive: true },
  );
  const [unread] = left;
  if (unread) throw new Failure(`${unread.path}: ${unread.reason}`);
  service = await listening();
  output.result(`Service on ${service.url}, data in ${shown(folder)}`);

  const cos = clientOf(service);
  const { url } = service;
  const tally = new Tally();
  const at = (Bucket: string) => ({ Bucket, Region: region });
  await runJobs({
    context: { output: sparing(output, shipments.length), about: () => ({ endpoint: url, region }) },
    jobs: shipments.map((shipment) => uploadJob({ cos, at }, shipment, { overwrite: 'always' })),
    event: 'uploaded',
    parallel: { jobs: 3, large: 3 },
    signal: stop.signal,
    tally,
  });
  stop.signal.throwIfAborted();
  const different = tally.count > 0 ? tally.count : await compare(cos, shipments);
  stop.signal.throwIfAborted();
  if (different === 0)
    output.result(`Read back and compared ${count(shipments.length)} by CRC-64: all are equal.`);
  tellAddresses(service.url, shipments, once);
  if (once) return different === 0 ? exitStatus.fine : exitStatus.failed;

  output.result('Serving until Ctrl-C.');
  await new Promise<void>((ended) => stop.signal.addEventListener('abort', () => ended()));
  return different === 0 ? exitStatus.fine : exitStatus.failed;
}

/** Starts the service on the usual port, or on a free one when that is taken. */
async function listening(): Promise<Service> {
  try {
    return await listen(usualPort);
  } catch (error) {
    if (!isPortTaken(error)) throw error;
    output.note(`Port ${usualPort} is taken; using a free one.`);
    return listen(0);
  }
}

async function listen(port: number): Promise<Service> {
  const flags = [
    '--port',
    String(port),
    '--data',
    join(folder, 'data'),
    '--region',
    region,
    '--bucket',
    bucket,
  ];
  const opened = await createService(readConfig([...flags, '--log-level', 'warn'], {}, clone));
  try {
    await opened.listen();
    return opened;
  } catch (error) {
    await opened.close(0);
    throw error;
  }
}

function isPortTaken(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ((at as NodeJS.ErrnoException).code === 'EADDRINUSE') return true;
  return false;
}

type Client = InstanceType<typeof COS>;

function clientOf({ url, keyPair }: Service): Client {
  return new COS({
    SecretId: keyPair.secretId,
    SecretKey: keyPair.secretKey,
    Protocol: 'http:',
    // The bucket in the path, because names below localhost do not resolve everywhere.
    Domain: `${new URL(url).host}/{Bucket}`,
    ConfCwd: join(folder, 'uploads'),
    UseRawKey: true,
    ProgressInterval: 100,
  });
}

/** Reads every object back and compares it with its file. Gives how many differ. */
async function compare(cos: Client, shipments: readonly Shipment[]): Promise<number> {
  const meter = transferMeter('comparing', shipments, output.progress);
  let different = 0;
  for (const { path, key } of shipments) {
    stop.signal.throwIfAborted();
    const stream = cos.getObjectStream({ Bucket: bucket, Region: region, Key: key });
    let readBytes = 0;
    const [there, here] = await Promise.all([
      checksum(stream, (bytes) => meter.moved(key, (readBytes += bytes))),
      checksum(createReadStream(path)),
    ]);
    meter.finished(key);
    if (there.text === here.text && there.sizeBytes === here.sizeBytes) continue;
    different++;
    output.failed(
      `${path} differs: the file has ${here.sizeBytes} bytes and CRC-64 ${here.text}, ` +
        `the object ${there.sizeBytes} bytes and ${there.text}`,
    );
  }
  output.endProgress();
  return different;
}

async function checksum(
  stream: AsyncIterable<Uint8Array>,
  onBytes: (count: number) => void = () => undefined,
): Promise<{ readonly text: string; readonly sizeBytes: number }> {
  const crc = new Crc64();
  let sizeBytes = 0;
  for await (const bytes of stream) {
    crc.update(bytes);
    sizeBytes += bytes.length;
    onBytes(bytes.length);
  }
  return { text: crc64Text(crc.value()), sizeBytes };
}

/** One line for each of many files would drown what matters. */
function sparing(whole: Output, files: number): Output {
  if (files <= mostLines) return whole;
  let lines = 0;
  return {
    ...whole,
    event: (name, fields, text) => {
      if (++lines <= mostLines) whole.event(name, fields, text);
      else if (lines === mostLines + 1) whole.result('…');
    },
  };
}

function tellAddresses(url: string, shipments: readonly Shipment[], once: boolean): void {
  for (const { key } of shipments.slice(0, mostLines))
    output.result(`  ${url}/${bucket}/${encodeKeyPath(key)}`);
  if (shipments.length > mostLines) output.result(`  … and ${shipments.length - mostLines} more`);
  if (once) return;
  const example = addressText({ bucket, key: shipments[0]?.key ?? '' });
  output.result(
    'The bucket is private. After npm run build, in another terminal:\n' +
      `  export SAMPAN_ENDPOINT=${url} SAMPAN_DATA=${shown(join(folder, 'data'))}\n` +
      `  npx sampan ls -l cos://${bucket}\n` +
      `  npx sampan sign ${quoted(example)}     # an address that a browser opens`,
  );
}

function quoted(word: string): string {
  return /^[\w:/.-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function count(files: number): string {
  return files === 1 ? '1 file' : `${files} files`;
}

function shown(path: string): string {
  const short = relative(cwd, path);
  return short === '' || short.startsWith('..') ? path : short;
}

/** Makes one large file and many small ones, the same on every machine, and gives what to upload. */
async function samples(): Promise<string[]> {
  const root = join(folder, 'samples');
  await mkdir(join(root, 'batch'), { recursive: true });
  await makeFile(join(root, 'sample-64MiB.bin'), 64 * MiB);
  for (let i = 1; i <= 100; i++)
    // From 1 byte to about 100 KiB.
    await makeFile(join(root, 'batch', `${String(i).padStart(3, '0')}.bin`), 1 + ((i * 10_007) % 102_400));
  return [shown(join(root, 'sample-64MiB.bin')), shown(join(root, 'batch'))];
}

async function makeFile(path: string, sizeBytes: number): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.size === sizeBytes) return;
  // The key stream of AES in counter mode: noise that does not compress, and differs from file to file.
  const seed = createHash('sha256').update(relative(folder, path)).digest();
  const noise = createCipheriv('aes-256-ctr', seed, Buffer.alloc(16));
  await writeFile(path, noise.update(Buffer.alloc(sizeBytes)));
}
