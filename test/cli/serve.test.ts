import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampan, start } from './command.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sampan-serve-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('sampan serve', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'prints one line when it is ready, and ends with 0 on %s',
    async (signal) => {
      const service = start(['serve', '--port', '0', '--data', join(folder, signal), '--log-level', 'warn']);
      await service.seen(/sampan listening on/);

      service.child.kill(signal);
      const { status, stdout } = await service.ended;

      expect(status).toBe(0);
      expect(stdout.toString()).toMatch(/^sampan listening on http:\/\/127\.0\.0\.1:\d+\n$/);
    },
  );

  test('shows a new key pair once and keeps it for its owner alone', async () => {
    const data = join(folder, 'keys');
    const run = async () => {
      const service = start(['serve', '--port', '0', '--log-level', 'warn'], { env: { SAMPAN_DATA: data } });
      await service.seen(/sampan listening on/);
      service.child.kill('SIGTERM');
      return service.ended;
    };

    const [first, second] = [await run(), await run()];

    const { secretKey } = JSON.parse(await readFile(join(data, 'credentials.json'), 'utf8')) as {
      secretKey: string;
    };
    expect((await stat(join(data, 'credentials.json'))).mode & 0o777).toBe(0o600);
    expect(first.stderr).toContain(secretKey);
    expect(second.stderr).not.toContain(secretKey);
  });

  test.each([
    [['--prot', '0'], /unknown flag --prot/],
    [['--port', '65536'], /--port must be a port from 0 to 65535, got "65536"/],
    [['--port'], /--port needs a value/],
    [['--threads', '0'], /--threads must be a number from 1 to 64, got "0"/],
    [['--durability', 'none'], /--durability must be full or relaxed/],
    [['--secret-id', 'AKIDexample'], /given together/],
    [['--bucket', 'Not_A_Name'], /--bucket/],
    [['extra'], /unexpected argument extra/],
  ])('ends with 2 and one clear line for %j', async (flags, line) => {
    const { status, stdout, stderr } = await sampan(['serve', '--data', join(folder, 'bad'), ...flags]);

    expect(status).toBe(2);
    expect(stdout.toString()).toBe('');
    expect(stderr).toMatch(line);
    expect(stderr).toMatch(/^sampan serve: [^\n]+\n$/);
  });

  test('a port that is taken ends it with 1 and one line that names it', async () => {
    const squatter = createServer();
    await new Promise<void>((listening) => squatter.listen(0, '127.0.0.1', listening));
    const { port } = squatter.address() as AddressInfo;

    const { status, stdout, stderr } = await sampan([
      'serve',
      '--port',
      String(port),
      '--data',
      join(folder, 'taken'),
    ]);
    await new Promise((closed) => squatter.close(closed));

    expect(status).toBe(1);
    expect(stdout.toString()).toBe('');
    expect(stderr).toMatch(new RegExp(`\\b${port}\\b`));
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^sampan serve: /);
  });

  test('of two that are started on one port at once, one serves and one says that it is taken', async () => {
    const squatter = createServer();
    await new Promise<void>((listening) => squatter.listen(0, '127.0.0.1', listening));
    const port = String((squatter.address() as AddressInfo).port);
    await new Promise((closed) => squatter.close(closed));
    const words = ['serve', '--port', port, '--threads', '2', '--log-level', 'warn', '--data'];

    const services = ['one', 'other'].map((name) => start([...words, join(folder, `twin-${name}`)]));
    const loser = await Promise.race(services.map(({ ended }) => ended));
    for (const { child } of services) child.kill('SIGTERM');
    const ends = await Promise.all(services.map(({ ended }) => ended));

    expect(loser.status).toBe(1);
    expect(loser.stderr.trimEnd().split('\n').at(-1)).toMatch(
      new RegExp(`^sampan serve: .*EADDRINUSE.*\\b${port}\\b`),
    );
    expect(ends.map(({ status }) => status).toSorted()).toEqual([0, 1]);
  });

  test('its help names every flag with its environment twin', async () => {
    const { status, stdout } = await sampan(['serve', '--help']);

    expect(status).toBe(0);
    for (const name of [
      'port',
      'data',
      'secret-id',
      'bucket',
      'bind',
      'durability',
      'tls-cert',
      'log-level',
    ]) {
      expect(stdout.toString()).toContain(`--${name} <`);
      expect(stdout.toString()).toContain(`SAMPAN_${name.toUpperCase().replace('-', '_')}`);
    }
  });
});

describe('sampan', () => {
  test('alone shows what there is on stderr and ends with 2', async () => {
    const { status, stdout, stderr } = await sampan([]);

    expect(status).toBe(2);
    expect(stdout.toString()).toBe('');
    for (const verb of ['serve', 'up', 'ls', 'cat', 'sign'])
      expect(stderr).toMatch(new RegExp(`^  ${verb} `, 'm'));
  });

  test('tells its version', async () => {
    const { status, stdout } = await sampan(['--version']);

    expect(status).toBe(0);
    expect(stdout.toString()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each([
    [['srve'], "sampan: unknown command 'srve' (Did you mean serve?) (see sampan --help)\n"],
    [['up', '--bogus'], "sampan up: unknown option '--bogus' (see sampan up --help)\n"],
    [['cat'], "sampan cat: missing required argument 'address' (see sampan cat --help)\n"],
    [['ls', 'photos'], 'sampan ls: "photos" is no address: write cos://bucket/key\n'],
    [['up', 'a'], 'sampan up: the last word must be an address: sampan up FILE… cos://bucket/key\n'],
    [
      ['cat', '--range', '9-1', 'cos://b-1/k'],
      'sampan cat: --range must be first-last, first- or -count, got "9-1"\n',
    ],
    [
      ['sign', '--expires', 'soon', 'cos://b-1/k'],
      'sampan sign: --expires must be a time such as 900, 15m, 2h or 7d, got "soon"\n',
    ],
    [
      ['sign', '--method', 'BREW', 'cos://b-1/k'],
      /^sampan sign: --method must be one of GET, .*got "BREW"\n$/,
    ],
  ])('%j is one line on stderr and status 2', async (words, line) => {
    const { status, stdout, stderr } = await sampan(words, { cwd: folder });

    expect(status).toBe(2);
    expect(stdout.toString()).toBe('');
    expect(stderr).toEqual(typeof line === 'string' ? line : expect.stringMatching(line));
  });
});
