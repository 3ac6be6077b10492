/**
 * `sampan sync` of many small files beside a service in a process of its own: the first run, a second one that has nothing
 * to send, and one after a part of the files has changed. Prints seconds, what each run sent and the most memory that it had
 * resident. Ends with 1 when a run sends anything else, or when a bound is exceeded. It runs what `npm run build` made:
 * `node test/scripts/sync-many.ts [FILES] [CHANGED]`.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { argv, env, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sampan = join(root, 'packages/cli/dist/main.js');
const files = Number(argv[2] ?? 50_000);
const changed = Number(argv[3] ?? Math.min(1000, files));
const keys = { SAMPAN_SECRET_ID: 'AKIDsyncmany', SAMPAN_SECRET_KEY: 'sync-many' };
const address = 'cos://many-1250000000/';
/** What each file adds is its row in the lists of both sides. */
const bounds = { secondsOfSecond: 5, peakBytes: 150_000_000 + Math.max(0, files - 10_000) * 6000 };

exit(await measure());

async function measure(): Promise<number> {
  await mkdir(join(root, '.tmp'), { recursive: true });
  const folder = await mkdtemp(join(root, '.tmp', 'sync-many-'));
  const source = join(folder, 'source');
  const service = spawn(
    execPath,
    [
      sampan,
      'serve',
      '--port',
      '0',
      '--data',
      join(folder, 'data'),
      '--bucket',
      'many',
      '--log-level',
      'warn',
    ],
    { env: { ...env, ...keys }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const endpoint = await new Promise<string>((resolve) => {
      service.stdout.on('data', (text: Buffer) => {
        const found = /^sampan listening on (\S+)$/m.exec(text.toString());
        if (found) resolve(found[1]!);
      });
    });
    for (let at = 0; at < files; at++) {
      if (at % 500 === 0) await mkdir(join(source, String(at / 500)), { recursive: true });
      await writeFile(pathOf(source, at), `file ${at}`);
    }
    const connection = { ...keys, SAMPAN_ENDPOINT: endpoint, XDG_STATE_HOME: join(folder, 'state') };
    const sync = () => run(['sync', source, address, '--json', '--delete'], connection);
    const problems: string[] = [];
    const expectRun = async (name: string, sent: readonly number[] | number) => {
      const result = await sync();
      console.log(
        `${name}: ${result.seconds.toFixed(1)} s, ${result.sent.length} sent, peak ${(result.peakBytes / 1e6).toFixed(0)} MB`,
      );
      const count = typeof sent === 'number' ? sent : sent.length;
      if (result.status !== 0) problems.push(`${name}: status ${result.status}`);
      if (result.sent.length !== count)
        problems.push(`${name}: ${result.sent.length} sent instead of ${count}`);
      if (typeof sent !== 'number') {
        const wanted = new Set(sent.map((at) => `${Math.floor(at / 500)}/${at}`));
        const other = result.sent.find((key) => !wanted.has(key));
        if (other !== undefined) problems.push(`${name}: ${other} was sent, and had not changed`);
      }
      if (result.peakBytes > bounds.peakBytes) problems.push(`${name}: more than ${bounds.peakBytes} bytes`);
      return result.seconds;
    };
    await expectRun('first', files);
    const second = await expectRun('second', 0);
    if (second >= bounds.secondsOfSecond) problems.push(`second: ${second} s`);
    const some = Array.from({ length: changed }, (_, at) => Math.floor((at * files) / changed));
    for (const at of some) await writeFile(pathOf(source, at), `FILE ${at}`);
    await expectRun('changed', some);
    for (const problem of problems) console.error(problem);
    return problems.length === 0 ? 0 : 1;
  } finally {
    service.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

function pathOf(source: string, at: number): string {
  return join(source, String(Math.floor(at / 500)), String(at));
}

interface Ran {
  readonly status: number | null;
  readonly seconds: number;
  readonly peakBytes: number;
  /** Keys of the files that were sent. */
  readonly sent: readonly string[];
}

async function run(words: readonly string[], connection: Readonly<Record<string, string>>): Promise<Ran> {
  const beganAt = performance.now();
  const child = spawn(execPath, [sampan, ...words], {
    env: { ...env, ...connection },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  let peakBytes = 0;
  const look = setInterval(() => {
    readFile(`/proc/${child.pid}/status`, 'latin1').then(
      (status) => (peakBytes = Math.max(peakBytes, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024)),
      () => undefined,
    );
  }, 50);
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(look);
  const seconds = (performance.now() - beganAt) / 1000;
  const lines = text.split('\n').filter((line) => line !== '');
  const sent = lines.map((line) => JSON.parse(line) as Line).filter(({ event }) => event === 'uploaded');
  return { status, seconds, peakBytes, sent: sent.map(({ to = '' }) => to.slice(address.length)) };
}

interface Line {
  readonly event: string;
  readonly to?: string;
}
