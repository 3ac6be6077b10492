/**
 * Kills an upload on Node with SIGKILL at random points and continues it in another process, then does so once more with
 * a file that changed meanwhile. Counts the bytes of parts on the wire, beside what the SDK tells. Prints one line for
 * each point; ends with status 1 when anything was not as promised.
 *
 *     npx node --conditions=@sampan/source test/scripts/kill-upload.ts [MIB] [POINTS] [SEED]
 */
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, exit } from 'node:process';
import { startUpload } from '../faults/starter.ts';
import { isPart, startGateway } from '../findings/gateway.ts';
import { objectsOf } from '../findings/objects.ts';
import { crc64OfFile, fillWithNoise } from '../noise.ts';
import { startService } from '../service.ts';

const MiB = 1_048_576;
const mebibytes = Number(argv[2] ?? 1024);
const points = Number(argv[3] ?? 10);
const seed = Number(argv[4] ?? randomInt(2 ** 31));
/** As `uploading.ts` sets them: three parts of a MiB. */
const inFlightBytes = 3 * MiB;

const service = await startService({ name: 'kill-upload', flags: ['--bucket', 'examplebucket'] });
const gateway = await startGateway(service.port);
const folder = await mkdtemp(join(tmpdir(), 'sampan-kill-'));
let failures = 0;
let crc64 = '';
try {
  const file = join(folder, 'file');
  await fillWithNoise(file, mebibytes, seed);
  crc64 = await crc64OfFile(file);
  console.log(`${mebibytes} MiB, ${points} points, seed ${seed}`);
  const random = generator(seed);
  for (let i = 0; i < points; i++) await point(Math.floor((0.02 + 0.93 * random()) * mebibytes) * MiB);
  await changed(file, Math.floor(mebibytes / 2) * MiB);
} finally {
  await gateway.close();
  await service.stop();
  await rm(folder, { recursive: true, force: true });
}
exit(failures === 0 ? 0 : 1);

/** One point: kill there, continue, compare. */
async function point(atBytes: number): Promise<void> {
  const first = await run(atBytes);
  const second = await run();
  const size = mebibytes * MiB;
  // Parts that had come whole before the end are on the service; those under way may not be.
  const missing = size - Math.min(size, first.wireBytes);
  const told = second.result;
  check(`killed at ${mib(atBytes)}`, {
    'was killed': first.result === undefined,
    'CRC-64 equal': told?.CRC64 === crc64,
    'only what was missing': second.wireBytes <= missing + inFlightBytes,
    'the result says so': told !== undefined && told.sentBytes === second.wireBytes,
    'nothing left behind': (await objectsOf(service).uploads('killed')).length === 0,
  });
  console.log(
    `  first ${mib(first.wireBytes)}, second ${mib(second.wireBytes)} sent, ${mib(told?.resumedBytes ?? 0)} resumed; ` +
      `sent twice ${mib(first.wireBytes + second.wireBytes - size)}`,
  );
}

/** Other content under the same name: everything is sent, and it is the new content. */
async function changed(file: string, atBytes: number): Promise<void> {
  await run(atBytes);
  await fillWithNoise(file, mebibytes, seed + 1);
  const second = await run();
  check('changed after the kill', {
    'begun afresh': second.result?.resumedBytes === 0,
    'CRC-64 of the new content': second.result?.CRC64 === (await crc64OfFile(file)),
    'all of it sent': second.wireBytes === mebibytes * MiB,
    'nothing left behind': (await objectsOf(service).uploads('killed')).length === 0,
  });
}

function check(what: string, facts: Readonly<Record<string, boolean>>): void {
  const wrong = Object.entries(facts).filter(([, holds]) => !holds);
  failures += wrong.length;
  console.log(
    `${what}: ${wrong.length === 0 ? 'as promised' : `NOT ${wrong.map(([name]) => name).join(', NOT ')}`}`,
  );
}

/** Runs the program to its end, or until so many bytes of parts have gone by. */
async function run(untilBytes = Infinity) {
  const before = gateway.seen.length;
  const wireBytes = (): number =>
    gateway.seen
      .slice(before)
      .reduce((sum, seen) => sum + (isPart(seen) && seen.status === 200 ? seen.bytes : 0), 0);
  const upload = startUpload({ ...service, port: gateway.port }, folder);
  const watch = setInterval(() => {
    if (wireBytes() >= untilBytes) upload.kill();
  }, 5);
  const result = await upload.ended;
  clearInterval(watch);
  return { result, wireBytes: wireBytes() };
}

/** Numbers in [0, 1) that follow from a seed (mulberry32). */
function generator(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function mib(bytes: number): string {
  return `${(bytes / MiB).toFixed(1)} MiB`;
}
