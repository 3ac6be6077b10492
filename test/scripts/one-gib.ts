/**
 * One GiB up and down through the SDK and the service, as `sampan up`, `sampan cat` and `sampan serve`, each a process of
 * its own. Prints the most memory that each had resident, compares the bytes, and ends with 1 when they differ or when
 * 200 MB are exceeded. It runs what `npm run build` made, because running from the sources costs some 40 MB more:
 * `node test/scripts/one-gib.ts [MIB]`. Needs twice the size on disk.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createCipheriv, createHash, type Hash } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { argv, env, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const MiB = 1_048_576;
const limitBytes = 200_000_000;
const address = 'cos://examplebucket-1250000000/one-gib';
const root = fileURLToPath(new URL('../..', import.meta.url));
const sampan = join(root, 'packages/cli/dist/main.js');

exit(await measure(Number(argv[2] ?? 1024)));

async function measure(mib: number): Promise<number> {
  await mkdir(join(root, '.tmp'), { recursive: true });
  const folder = await mkdtemp(join(root, '.tmp', 'one-gib-'));
  const service = run(
    [
      'serve',
      '--port',
      '0',
      '--data',
      join(folder, 'data'),
      '--bucket',
      'examplebucket',
      '--log-level',
      'warn',
    ],
    { SAMPAN_SECRET_ID: 'AKIDonegib', SAMPAN_SECRET_KEY: 'one-gib' },
  );
  try {
    const file = join(folder, 'file');
    const sent = await makeFile(file, mib);
    const connection = {
      SAMPAN_ENDPOINT: await service.seen(/^sampan listening on (\S+)$/m),
      SAMPAN_SECRET_ID: 'AKIDonegib',
      SAMPAN_SECRET_KEY: 'one-gib',
      XDG_STATE_HOME: join(folder, 'state'),
    };

    const up = await finished(run(['up', file, address], connection));
    const down = await finished(run(['cat', address], connection));

    const peaks = { up: up.peakBytes, cat: down.peakBytes, service: await service.peakBytes() };
    for (const [name, bytes] of Object.entries(peaks))
      console.log(`peak of ${name}: ${(bytes / 1e6).toFixed(0)} MB`);
    for (const [name, { seconds }] of Object.entries({ up, down }))
      console.log(`${name}: ${seconds.toFixed(1)} s, ${(mib / seconds).toFixed(0)} MiB/s`);
    const equal = down.sha256 === sent;
    console.log(equal ? 'the bytes are equal' : 'THE BYTES DIFFER');
    return equal && Object.values(peaks).every((bytes) => bytes <= limitBytes) ? 0 : 1;
  } finally {
    service.child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

/** Noise that does not compress; gives its SHA-256. */
async function makeFile(path: string, mib: number): Promise<string> {
  const noise = createCipheriv('aes-256-ctr', Buffer.alloc(32, 1), Buffer.alloc(16));
  const zeros = Buffer.alloc(MiB);
  const hash = createHash('sha256');
  const file = await open(path, 'wx');
  for (let i = 0; i < mib; i++) {
    const bytes = noise.update(zeros);
    hash.update(bytes);
    await file.write(bytes);
  }
  await file.close();
  return hash.digest('hex');
}

interface Run {
  readonly child: ChildProcess;
  readonly hash: Hash;
  /** Waits for a line of stdout and gives what the parentheses hold. */
  seen(pattern: RegExp): Promise<string>;
  peakBytes(): Promise<number>;
}

function run(words: readonly string[], more: Readonly<Record<string, string>>): Run {
  const child = spawn(execPath, [sampan, ...words], {
    env: { ...env, ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const hash = createHash('sha256');
  let head = '';
  let look = (): void => undefined;
  child.stdout.on('data', (bytes: Buffer) => {
    hash.update(bytes);
    if (head.length < 1000) head += bytes.toString('latin1').slice(0, 1000);
    look();
  });
  let peak = 0;
  // The kernel keeps the highest value itself; it is read again and again, because it goes with the process.
  const read = async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024);
  };
  const sampling = setInterval(() => void read(), 20);
  child.once('close', () => clearInterval(sampling));
  return {
    child,
    hash,
    seen: (pattern) =>
      new Promise((resolve, reject) => {
        look = () => {
          const found = pattern.exec(head)?.[1];
          if (found !== undefined) resolve(found);
        };
        look();
        child.once('close', (status) => reject(new Error(`${words[0]} ended with ${String(status)}`)));
      }),
    async peakBytes() {
      await read();
      return peak;
    },
  };
}

async function finished({ child, hash, peakBytes }: Run) {
  const startedAtMs = performance.now();
  const status = await new Promise((resolve) => child.once('close', resolve));
  if (status !== 0) throw new Error(`a command ended with ${String(status)}`);
  const seconds = (performance.now() - startedAtMs) / 1000;
  return { seconds, sha256: hash.digest('hex'), peakBytes: await peakBytes() };
}
