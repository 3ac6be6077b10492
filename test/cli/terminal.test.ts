/** `sampan` in a pseudo-terminal, as a person sees it. Python's `pty` makes one; without Python these are skipped. */
import { spawnSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startService, type RunningService } from '../service.ts';
import { compileCache } from './command.ts';

const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const bucket = 'examplebucket-1250000000';
const cos = `cos://${bucket}`;
const hasPython = process.platform !== 'win32' && spawnSync('python3', ['-c', 'import pty']).status === 0;
if (!hasPython) console.warn('test/cli/terminal.test.ts is skipped: install python3 to run it');

/**
 * Runs a command in a terminal of so many columns. Each step waits until its text is seen, then types its keys; `\x03` is
 * Ctrl-C. Prints everything that was shown, and the status on the last line.
 */
const driver = `
import fcntl, json, os, pty, re, select, struct, sys, termios, time
words, columns, steps = json.loads(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
pid, fd = pty.fork()
if pid == 0:
    os.execvp(words[0], words)
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
seen, start, end = b'', 0, time.time() + 40
while time.time() < end:
    if select.select([fd], [], [], 0.05)[0]:
        try:
            data = os.read(fd, 65536)
        except OSError:
            break
        if not data:
            break
        seen += data
    if steps and re.search(steps[0][0].encode(), seen[start:]):
        start = len(seen)
        os.write(fd, steps.pop(0)[1].encode())
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(seen)
print('\\nSTATUS', os.waitstatus_to_exitcode(status))
`;

let service: RunningService;
let folder = '';

beforeAll(async () => {
  service = await startService({ name: 'cli-terminal', flags: ['--bucket', bucket], env: compileCache });
  folder = await mkdtemp(join(tmpdir(), 'sampan-terminal-'));
  await writeFile(join(folder, 'large.bin'), randomBytes(6 * 1_048_576));
});

afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

interface Shown {
  readonly text: string;
  readonly status: number;
}

type Step = readonly [seen: string, keys: string];

function inTerminal(
  words: readonly string[],
  {
    steps = [],
    columns = 100,
    env = {},
  }: { steps?: readonly Step[]; columns?: number; env?: Record<string, string> } = {},
): Promise<Shown> {
  const command = JSON.stringify([execPath, '--conditions=@sampan/source', main, ...words]);
  const child = spawn('python3', ['-c', driver, command, String(columns), JSON.stringify(steps)], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      ...compileCache,
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      SAMPAN_ENDPOINT: service.url,
      SAMPAN_SECRET_ID: service.secretId,
      SAMPAN_SECRET_KEY: service.secretKey,
      XDG_STATE_HOME: join(folder, 'state'),
      SAMPAN_CONFIG: join(folder, 'config.toml'),
      ...env,
    },
  });
  let text = '';
  child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()));
  return new Promise((resolve) => {
    child.once('close', () => {
      const [, shown = '', status = 'NaN'] = /^([^]*)\nSTATUS (-?\d+)\s*$/.exec(text) ?? [];
      resolve({ text: shown, status: Number(status) });
    });
  });
}

// 8 Mbit/s: six seconds for the file, time enough for a hand.
const slowly = ['up', 'large.bin', `${cos}/large.bin`, '--limit-rate', '1M'];

describe.skipIf(!hasPython)('sampan in a terminal', { timeout: 60_000 }, () => {
  test('shows a bar; Ctrl-C once ends in good order, and the same command goes on', async () => {
    const first = await inTerminal(slowly, { steps: [['[1-9][0-9]? %', '\x03']] });
    const second = await inTerminal(['up', 'large.bin', `${cos}/large.bin`]);

    expect(first.text).toMatch(/large\.bin {2}━*─+ .* %/);
    expect(first.text).toMatch(/stopping in good order; Ctrl-C again ends at once/);
    expect(first.text).toMatch(/interrupted; the same command goes on where this one stopped/);
    expect(first.status).toBe(130);
    expect(second.status).toBe(0);
    expect(second.text).toMatch(/large\.bin -> .* 6\.00 MiB/);
  });

  test('Ctrl-C twice ends at once', async () => {
    const { status } = await inTerminal(slowly, {
      steps: [
        [' %', '\x03'],
        ['', '\x03'],
      ],
    });

    expect(status).toBe(130);
  });

  test('asks before many objects go, with their number, and takes no for an answer', async () => {
    for (const name of ['a', 'b']) await inTerminal(['up', '-q', 'large.bin', `${cos}/many/${name}`]);

    const no = await inTerminal(['rm', '-r', `${cos}/many/`], { steps: [['\\[y/N\\]', 'n\r']] });
    const yes = await inTerminal(['rm', '-r', `${cos}/many/`], { steps: [['\\[y/N\\]', 'y\r']] });

    expect(no.text).toMatch(
      /Delete 2 \(12\.0 MiB\) from cos:\/\/examplebucket-1250000000\/many\/\? \[y\/N\]/,
    );
    expect(no.text).toMatch(/nothing was deleted/);
    expect(no.status).toBe(1);
    expect(yes.text).toMatch(/2 of 2 deleted/);
    expect(yes.status).toBe(0);
  });

  test('fits a narrow terminal, and NO_COLOR leaves no colour', async () => {
    const narrow = await inTerminal(['up', 'large.bin', `${cos}/n`], { columns: 30 });
    const plain = await inTerminal(['cat', `${cos}/missing`], { env: { NO_COLOR: '1' } });
    const colored = await inTerminal(['cat', `${cos}/missing`]);

    expect(narrow.status).toBe(0);
    expect(plain.text).not.toMatch(/\x1b\[\d+m/);
    expect(colored.text).toMatch(/\x1b\[31msampan cat\x1b\[0m: NoSuchKey/);
    expect(colored.status).toBe(3);
  });

  test('speaks Chinese where the locale does', async () => {
    expect((await inTerminal(['ls', 'photos'], { env: { LANG: 'zh_CN.UTF-8' } })).text).toMatch(/不是地址/);
  });
});
