import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileCache } from './command.ts';

const script = fileURLToPath(new URL('../../tools/start.ts', import.meta.url));
const MiB = 1_048_576;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sampan-start-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Runs what `npm start` runs, in a folder of its own. */
function start(words: readonly string[], onLine: (text: string) => void = () => undefined) {
  const child = spawn(execPath, ['--conditions=@sampan/source', script, ...words], {
    env: { ...process.env, ...compileCache, SAMPAN_START_FOLDER: join(folder, 'start'), INIT_CWD: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (bytes: Buffer) => {
    said.stdout += bytes.toString();
    onLine(said.stdout);
  });
  child.stderr.on('data', (bytes: Buffer) => (said.stderr += bytes.toString()));
  const ended = new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
    child.once('close', (status) => resolve({ status, ...said }));
  });
  return { child, ended };
}

test('uploads samples, compares them, and with --once ends with 0', async () => {
  const { status, stdout, stderr } = await start(['--once']).ended;

  expect(status, stderr).toBe(0);
  expect(stdout).toContain('Read back and compared 101 files by CRC-64: all are equal.');
  expect(stdout).toMatch(/ http:\/\/127\.0\.0\.1:\d+\/examplebucket-1250000000\/sample-64MiB\.bin$/m);
  // Everything it made is where it said.
  expect(await readdir(folder)).toEqual(['start']);
});

test('takes a free port when the usual one is taken, and says so', async () => {
  const squatter = createServer();
  // When somebody else has the port already, that serves as well.
  await new Promise<void>((resolve) => {
    squatter.once('error', () => resolve());
    squatter.listen(9000, '127.0.0.1', resolve);
  });
  await writeFile(join(folder, 'a.txt'), 'a');

  const { status, stdout, stderr } = await start(['--once', 'a.txt']).ended;
  squatter.close();

  expect(status, stderr).toBe(0);
  expect(stderr).toContain('Port 9000 is taken; using a free one.');
  expect(stdout).toMatch(/^a\.txt -> cos:\/\/examplebucket-1250000000\/a\.txt {2}1 B$/m);
});

test('ends with 1 and names the file when what was read back differs', async () => {
  await writeFile(join(folder, 'changing.txt'), 'before');
  await writeFile(join(folder, 'large.bin'), randomBytes(96 * MiB));
  let changed: Promise<void> | undefined;

  // The small file is stored long before the large one, and is changed while that is under way.
  const { status, stdout, stderr } = await start(['--once', 'changing.txt', 'large.bin'], (text) => {
    if (text.includes('changing.txt -> ')) changed ??= writeFile(join(folder, 'changing.txt'), 'after!');
  }).ended;
  await changed;

  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^npm start: changing\.txt differs: the file has 6 bytes and CRC-64 \d+, the object 6 bytes/m,
  );
  expect(stdout).not.toContain('all are equal');
});

test('keeps serving until Ctrl-C, then ends with 0', async () => {
  await writeFile(join(folder, 'served.txt'), 'served');
  let url = '';
  const running = start(['served.txt'], (text) => {
    url = /(http:\S+)\/examplebucket-1250000000\/served\.txt/.exec(text)?.[1] ?? '';
    if (text.includes('Serving until Ctrl-C.'))
      void fetch(`${url}/-/health`).then(({ status }) => {
        url = `${url} answered ${status}`;
        running.child.kill('SIGINT');
      });
  });

  const { status, stderr } = await running.ended;

  expect(status, stderr).toBe(0);
  expect(url).toMatch(/answered 200$/);
});

test.each([
  [['--onse'], 2, 'npm start: unknown flag --onse: write npm start -- [--once] [FILE…]\n'],
  [['--once', 'missing'], 1, 'npm start: missing: no such file or folder\n'],
])('%j ends with %d and one line', async (words, expected, line) => {
  expect(await start(words).ended).toEqual({ status: expected, stdout: '', stderr: line });
});
