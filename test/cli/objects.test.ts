import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startService, type RunningService } from '../service.ts';
import { compileCache, sampan, start, type CommandOptions } from './command.ts';

const bucket = 'examplebucket-1250000000';
const cos = `cos://${bucket}`;
const MiB = 1_048_576;
/** For tests that move much, or wait for a slow connection, on a busy machine. */
const patience = { timeout: 90_000 };

let service: RunningService;
let folder = '';

beforeAll(async () => {
  service = await startService({ name: 'cli', flags: ['--bucket', bucket], env: compileCache });
  folder = await mkdtemp(join(tmpdir(), 'sampan-cli-'));
});

afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

/** The command with this service's endpoint and keys in the environment. */
const connected = (options: CommandOptions = {}): CommandOptions => ({
  cwd: folder,
  ...options,
  env: {
    SAMPAN_ENDPOINT: service.url,
    SAMPAN_SECRET_ID: service.secretId,
    SAMPAN_SECRET_KEY: service.secretKey,
    XDG_STATE_HOME: join(folder, 'state'),
    SAMPAN_CONFIG: join(folder, 'config.toml'),
    ...options.env,
  },
});
const run = (words: readonly string[], options: CommandOptions = {}) => sampan(words, connected(options));
const lines = (text: Buffer) => text.toString().trimEnd().split('\n');

async function file(name: string, content: Uint8Array | string): Promise<Buffer> {
  await mkdir(join(folder, name, '..'), { recursive: true });
  await writeFile(join(folder, name), content);
  return Buffer.from(content);
}

describe('sampan up and sampan cat', () => {
  test('bring a file there and back byte for byte', async () => {
    const content = await file('photo.bin', randomBytes(3 * MiB + 17));

    const up = await run(['up', 'photo.bin', `${cos}/one/照片 1+2%.bin`]);
    const cat = await run(['cat', `${cos}/one/照片 1+2%.bin`]);

    expect(up).toMatchObject({ status: 0, stderr: '' });
    expect(up.stdout.toString()).toMatch(
      new RegExp(`^photo\\.bin -> ${cos}/one/照片 1\\+2%\\.bin  3\\.00 MiB, \\S+ [KMG]iB/s\\n$`),
    );
    expect(cat).toMatchObject({ status: 0, stderr: '' });
    expect(cat.stdout.equals(content)).toBe(true);
  });

  test('give a part of an object by range', async () => {
    await file('digits', '0123456789');
    await run(['up', 'digits', `${cos}/`]);

    const parts = await Promise.all(
      ['2-4', '7-', '-2'].map(
        async (range) => (await run(['cat', '--range', range, `${cos}/digits`])).stdout,
      ),
    );

    expect(parts.map(String)).toEqual(['234', '789', '89']);
  });

  test('bring a folder with several files at once, and name the total on stderr', async () => {
    await file('trip/a.txt', 'a');
    await file('trip/day 1/b.txt', 'b');
    await file('c.txt', 'c');

    const up = await run(['up', '-r', 'trip', 'c.txt', `${cos}/several/`]);

    expect(up.status).toBe(0);
    expect(lines(up.stdout)).toHaveLength(3);
    expect(up.stderr).toMatch(/^3 files, 3 B in /);
    expect((await run(['cat', `${cos}/several/trip/day 1/b.txt`])).stdout.toString()).toBe('b');
  });

  test('store headers', async () => {
    await file('page', '<p>');

    await run([
      'up',
      'page',
      `${cos}/page`,
      '--header',
      'Content-Type: text/html',
      '--header',
      'x-cos-meta-a: b c',
    ]);
    const answer = await fetch((await run(['sign', `${cos}/page`])).stdout.toString().trim());

    expect(answer.headers.get('content-type')).toBe('text/html');
    expect(answer.headers.get('x-cos-meta-a')).toBe('b c');
  });

  test('take stdin', async () => {
    const input = randomBytes(2 * MiB + 1);

    const up = await run(['up', '-', `${cos}/piped`], { input });

    expect(up).toMatchObject({ status: 0, stderr: '' });
    expect((await run(['cat', `${cos}/piped`])).stdout.equals(input)).toBe(true);
  });

  test('an empty file stays empty', async () => {
    await file('empty', '');

    expect((await run(['up', 'empty', `${cos}/`])).status).toBe(0);
    expect(await run(['cat', `${cos}/empty`])).toMatchObject({ status: 0, stdout: Buffer.alloc(0) });
  });

  test('a file that fails does not stop the others, and is counted', async () => {
    await file('good', 'good');
    await file(
      `${'k'.repeat(200)}/${'k'.repeat(200)}/${'k'.repeat(200)}/${'k'.repeat(200)}/${'k'.repeat(100)}`,
      'long',
    );

    const up = await run(['up', '-r', 'k'.repeat(200), 'good', `${cos}/failing/`]);

    expect(up.status).toBe(7);
    expect(lines(up.stdout)).toHaveLength(1);
    expect(up.stderr).toMatch(/^sampan up: k.*: left out, Key may have 850 bytes/);
    expect((await run(['cat', `${cos}/failing/good`])).stdout.toString()).toBe('good');
  });

  test('quiet says nothing of what goes well', async () => {
    await file('quiet', 'quiet');

    expect(await run(['up', '-q', 'quiet', `${cos}/`])).toEqual({
      status: 0,
      stdout: Buffer.alloc(0),
      stderr: '',
    });
  });

  test('without a terminal nothing that steers one is written', async () => {
    await file('plain', randomBytes(MiB));

    const { stdout, stderr } = await run(['up', 'plain', `${cos}/`], { env: { TERM: 'xterm-256color' } });

    expect(stdout.toString() + stderr).not.toMatch(/[\x1b\r]/);
  });
});

describe('sampan up, interrupted', () => {
  // Slow enough to be caught in the middle; 8 Mbit/s is 1 MiB/s for each connection.
  const words = [
    'up',
    'large.bin',
    `${cos}/large.bin`,
    '--parallel',
    '1',
    '--header',
    'x-cos-traffic-limit: 8388608',
  ];
  let content: Buffer;

  beforeAll(async () => {
    content = await file('large.bin', randomBytes(12 * MiB));
  });

  test.each(['SIGINT', 'SIGKILL'] as const)(
    'by %s, goes on where it stopped when it is run again',
    async (signal) => {
      const state = join(folder, `state-${signal}`);
      const options = connected({ env: { XDG_STATE_HOME: state } });
      const first = start(words, options);
      await partsRecorded(join(state, 'sampan'), 2);
      first.child.kill(signal);
      const interrupted = await first.ended;

      const second = await sampan(words, options);

      expect(interrupted.status).toBe(signal === 'SIGINT' ? 130 : 'SIGKILL');
      if (signal === 'SIGINT')
        expect(interrupted.stderr).toMatch(
          /^sampan up: interrupted; the same command goes on where this one stopped$/m,
        );
      expect(second.status).toBe(0);
      expect(second.stdout.toString()).toMatch(/, [\d.]+ MiB were there already\n$/);
      expect((await run(['cat', `${cos}/large.bin`])).stdout.equals(content)).toBe(true);
    },
  );
});

/** Waits until the record of an unfinished upload tells of so many parts. */
async function partsRecorded(state: string, parts: number): Promise<void> {
  for (;;) {
    const names = await readdir(state).catch(() => []);
    for (const name of names.filter((candidate) => candidate.endsWith('.json'))) {
      const text = await readFile(join(state, name), 'utf8').catch(() => '');
      const record = /"text":"(.*)"/.exec(text)?.[1]?.replaceAll('\\"', '"') ?? '{}';
      const { parts: known = {} } = JSON.parse(record) as { parts?: object };
      if (Object.keys(known).length >= parts) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('sampan ls', () => {
  beforeAll(async () => {
    await file('listed/b/1.txt', 'one');
    await file('listed/a.txt', 'a'.repeat(2048));
    await run(['up', '-r', 'listed', `${cos}/`]);
  });

  test('lists buckets', async () => {
    expect((await run(['ls'])).stdout.toString()).toBe(`${bucket}\n`);
    expect((await run(['ls', '-l'])).stdout.toString()).toMatch(
      new RegExp(`^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d  ap-guangzhou  ${bucket}\\n$`),
    );
  });

  test('lists objects and folders below a prefix', async () => {
    expect(lines((await run(['ls', `${cos}/listed/`])).stdout)).toEqual(['listed/a.txt', 'listed/b/']);
    expect(lines((await run(['ls', '-r', `${cos}/listed/`])).stdout)).toEqual([
      'listed/a.txt',
      'listed/b/1.txt',
    ]);
  });

  test('tells date, size and storage class when asked', async () => {
    const [object, subfolder] = lines((await run(['ls', '-l', `${cos}/listed/`])).stdout);

    expect(object).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d {4}2\.00 KiB  STANDARD {6}listed\/a\.txt$/);
    expect(subfolder).toMatch(/^ {44}listed\/b\/$/);
    expect((await run(['ls', '-lb', `${cos}/listed/a`])).stdout.toString()).toMatch(/ 2048  STANDARD/);
  });

  test('goes through all pages, in the order of the bytes', patience, async () => {
    const names = Array.from({ length: 1100 }, (_, i) => `${i}.txt`);
    await Promise.all(names.map((name) => file(`many/${name}`, name)));
    await run(['up', '-q', '-r', '--parallel', '32', 'many/', `${cos}/many/`]);

    const listed = lines((await run(['ls', `${cos}/many/`])).stdout);

    expect(listed).toEqual(names.map((name) => `many/${name}`).toSorted());
  });

  test('a prefix that nothing has, and a bucket that is not there, end with 3 and one line', async () => {
    expect(await run(['ls', `${cos}/nothing`])).toMatchObject({
      status: 3,
      stderr: `sampan ls: nothing begins with ${cos}/nothing\n`,
    });
    const missing = await run(['ls', 'cos://nobody-1250000000']);
    expect(missing.status).toBe(3);
    expect(missing.stderr).toMatch(
      /^sampan ls: NoSuchBucket: .*; looked for nobody-1250000000, .* \(request id \S+\)\n$/,
    );
  });
});

describe('sampan sign', () => {
  beforeAll(async () => {
    await file('signed.txt', 'signed');
    await run(['up', 'signed.txt', `${cos}/`]);
  });

  const signed = async (...words: string[]) => (await run(['sign', ...words])).stdout.toString().trim();

  test('prints an address that anyone can read', async () => {
    const answer = await fetch(await signed(`${cos}/signed.txt`));

    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('signed');
  });

  test('prints an address that anyone can write to', async () => {
    const url = await signed('--method', 'put', '--expires', '2m', `${cos}/written.txt`);

    expect((await fetch(url, { method: 'PUT', body: 'written' })).status).toBe(200);
    expect((await run(['cat', `${cos}/written.txt`])).stdout.toString()).toBe('written');
    expect((await fetch(url)).status).toBe(403);
  });

  test('signs query parameters', async () => {
    const url = await signed('--query', 'response-content-type=text/html', `${cos}/signed.txt`);

    expect((await fetch(url)).headers.get('content-type')).toBe('text/html');
    expect((await fetch(url.replace('html', 'plain'))).status).toBe(403);
  });

  test('prints a header for the plain address', async () => {
    const [name, value] = (await signed('--authorization', `${cos}/signed.txt`)).split(': ');

    const answer = await fetch(`${service.url}/${bucket}/signed.txt`, { headers: { [name!]: value! } });

    expect(name).toBe('Authorization');
    expect(await answer.text()).toBe('signed');
  });

  test('takes the key beside the address', async () => {
    expect(await signed('--key', 'a b', cos)).toMatch(new RegExp(`^${service.url}/${bucket}/a%20b\\?q-sign`));
  });
});

describe('sampan and what goes wrong', () => {
  test('a key that does not exist', async () => {
    const { status, stdout, stderr } = await run(['cat', `${cos}/missing`]);

    expect(status).toBe(3);
    expect(stdout).toHaveLength(0);
    expect(stderr).toMatch(/^sampan cat: NoSuchKey: .* \(request id \S+\)\n$/);
  });

  test('wrong keys, of which nothing is shown', async () => {
    const { status, stderr } = await run(['ls'], { env: { SAMPAN_SECRET_KEY: 'an-open-secret' } });

    expect(status).toBe(4);
    expect(stderr).toMatch(/^sampan ls: SignatureDoesNotMatch: [^\n]*\n$/);
    expect(stderr).not.toMatch(/an-open-secret|q-signature|q-ak/);
  });

  test('no keys at all', async () => {
    const { status, stderr } = await sampan(['ls'], { cwd: folder });

    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^sampan ls: no keys: run sampan login, set SAMPAN_SECRET_ID and SAMPAN_SECRET_KEY, or .* --data\n$/,
    );
  });

  test('nobody listening', async () => {
    const { status, stderr } = await run(['ls'], { env: { SAMPAN_ENDPOINT: 'http://127.0.0.1:1' } });

    expect(status).toBe(5);
    expect(stderr).toBe(
      'sampan ls: no answer from http://127.0.0.1:1 (ECONNREFUSED); is the service running? Start it with: sampan serve\n',
    );
  });

  test('a file that does not exist', async () => {
    expect(await run(['up', 'missing', `${cos}/`])).toMatchObject({
      status: 7,
      stderr: 'sampan up: missing: no such file or folder\n',
    });
  });

  test('a reader that stops reading ends the command without a word', async () => {
    await file('wide.bin', randomBytes(4 * MiB));
    await run(['up', 'wide.bin', `${cos}/`]);

    const cat = start(['cat', `${cos}/wide.bin`], connected());
    cat.child.stdout?.once('data', () => cat.child.stdout?.destroy());

    expect(await cat.ended).toMatchObject({ status: 141, stderr: '' });
  });
});
