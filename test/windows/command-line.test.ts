/** The command line as a Windows program, with files of Windows, beside a service that is one too. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientInNewBucket, type TestClient } from '../conformance/client.ts';
import type { RunningService } from '../service.ts';
import {
  missing,
  pathOnDriveC,
  runNode,
  sampanMain,
  startNode,
  startWindowsService,
  temporaryFolder,
  windowsPath,
  type WindowsOptions,
} from './wine.ts';

const MiB = 1_048_576;
/** Of the file that goes up and down; a release is tried with 1024. */
const largeMiB = Number(process.env['SAMPAN_TEST_WINDOWS_MIB'] ?? 64);
const exitFile = 7;

describe.skipIf(missing !== undefined)('sampan on Windows', { timeout: 90_000 + largeMiB * 500 }, () => {
  let service: RunningService;
  let client: TestClient;
  let cos = '';
  let folder = '';
  beforeAll(async () => {
    service = await startWindowsService({ makesKeys: true });
    client = await clientInNewBucket(service);
    cos = `cos://${client.bucket}`;
    folder = await temporaryFolder();
  });
  afterAll(async () => {
    if (missing === undefined) await service.stop();
  });

  const connected = (options: WindowsOptions = {}): WindowsOptions => ({
    cwd: folder,
    ...options,
    env: {
      SAMPAN_ENDPOINT: service.url,
      SAMPAN_SECRET_ID: service.secretId,
      SAMPAN_SECRET_KEY: service.secretKey,
      XDG_STATE_HOME: windowsPath(join(folder, 'state')),
      ...options.env,
    },
  });
  const words = (command: readonly string[]) => [windowsPath(sampanMain), ...command];
  const sampan = (command: readonly string[], options?: WindowsOptions) =>
    runNode(words(command), connected(options));

  async function file(name: string, content: Uint8Array | string): Promise<Buffer> {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
    return Buffer.from(content);
  }

  async function filesBelow(path: string): Promise<string[]> {
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
      .sort();
  }

  test('brings a folder there and back, with names as Windows has them', async () => {
    const names = [
      'trip/照片 1+2%.jpg',
      'trip/day 1/b.txt',
      'trip/day 1/.hidden',
      'trip/empty',
      `trip/${'n'.repeat(200)}`,
    ];
    for (const name of names) await file(name, name.endsWith('empty') ? '' : `content of ${name}`);

    const up = await sampan(['up', '-r', '.\\trip', `${cos}/back/`]);
    const get = await sampan(['get', '-r', `${cos}/back/`, 'copy\\of it']);

    expect(up.status).toBe(0);
    expect(up.stderr).toContain('5 files');
    expect(await client.keys('back/')).toEqual(names.map((name) => `back/${name}`).sort());
    expect(get.status).toBe(0);
    expect(await filesBelow(join(folder, 'copy/of it'))).toEqual([...names].sort());
    for (const name of names)
      expect(await readFile(join(folder, 'copy/of it', name))).toEqual(await readFile(join(folder, name)));
  });

  test('finds files by a pattern, which the shell of Windows leaves alone, and by paths with a drive', async () => {
    await file('patterns/a.txt', 'a');
    await file('patterns/b.txt', 'b');
    await file('patterns/c.jpg', 'c');

    const pattern = await sampan(['up', 'patterns\\*.txt', `${cos}/patterns/`]);
    const absolute = await sampan(['up', windowsPath(join(folder, 'patterns/c.jpg')), `${cos}/patterns/`]);

    expect([pattern.status, absolute.status]).toEqual([0, 0]);
    expect(await client.keys('patterns/')).toEqual(['patterns/a.txt', 'patterns/b.txt', 'patterns/c.jpg']);
  });

  test('reports keys that Windows cannot name, and downloads the others', async () => {
    const fine = ['fine.txt', 'folder/fine.txt', 'console.txt'];
    const odd = [
      ...[
        'a:b',
        'con',
        'folder/NUL.txt',
        'aux .c',
        'dot.',
        'space ',
        'q?',
        'star*',
        'less<',
        'pipe|',
        'quote"',
      ],
      ...[
        'back\\slash',
        '..\\..\\up',
        'C:\\drive',
        'C:/drive',
        'folder./x',
        'tab\t',
        'FINE.TXT',
        'Folder/other.txt',
      ],
    ];
    for (const key of [...fine, ...odd]) await client.put(`odd/${key}`, key);

    const get = await sampan(['get', '-r', `${cos}/odd/`, 'odd']);

    expect(get.status).toBe(exitFile);
    const left = get.stderr.split('\n').filter((line) => line.includes('left out'));
    const arrived = await filesBelow(join(folder, 'odd'));
    // What differs only in case: one of them arrives, and the other is reported.
    expect(arrived).toHaveLength(fine.length);
    expect(left).toHaveLength(odd.length);
    expect(arrived.map((name) => name.toLowerCase()).sort()).toEqual([
      'console.txt',
      'fine.txt',
      'folder/other.txt',
    ]);
    // Nothing came to lie beside the folder.
    expect((await readdir(folder)).filter((name) => /up|drive|slash/.test(name))).toEqual([]);
  });

  test('refuses to write one object where Windows would make something else of the name', async () => {
    await client.put('one', 'one');

    const stream = await sampan(['get', `${cos}/one`, 'folder\\a:b']);

    expect(stream.status).toBe(2);
    expect(stream.stderr).toContain('Windows allows no ":" in a name');
  });

  test('reaches paths of more than 260 units', async () => {
    const deep = ['x', 'y', 'z'].map((name) => name.repeat(120)).join('/');
    const content = await file(`long/${deep}/file.bin`, randomBytes(MiB + 1));

    const up = await sampan(['up', '-r', 'long\\', `${cos}/long/`]);
    const get = await sampan(['get', '-r', `${cos}/long/`, 'long again']);

    expect([up.status, get.status]).toEqual([0, 0]);
    expect((await readFile(join(folder, 'long again', deep, 'file.bin'))).equals(content)).toBe(true);
  });

  test('lists, prints, removes, and takes stdin', async () => {
    const content = randomBytes(3 * MiB);

    const up = await sampan(['up', '-', `${cos}/streams/one`], { input: content });
    const ls = await sampan(['ls', `${cos}/streams/`]);
    const cat = await sampan(['cat', `${cos}/streams/one`]);
    const rm = await sampan(['rm', '--yes', `${cos}/streams/one`]);

    expect([up.status, ls.status, cat.status, rm.status]).toEqual([0, 0, 0, 0]);
    expect(ls.stdout.toString()).toContain('streams/one');
    expect(cat.stdout.equals(content)).toBe(true);
    expect(await client.keys('streams/')).toEqual([]);
  });

  test('makes both sides of a sync equal', async () => {
    await file('sync/a', 'a');
    await file('sync/b/c', 'c');
    await client.put('sync/old', 'old');

    const first = await sampan(['sync', '--delete', 'sync', `${cos}/sync/`]);
    const second = await sampan(['sync', '--delete', 'sync', `${cos}/sync/`]);

    expect([first.status, second.status]).toEqual([0, 0]);
    expect(await client.keys('sync/')).toEqual(['sync/a', 'sync/b/c']);
    expect(second.stdout.toString()).toBe('');
  });

  test('finds the service of a data folder by --data, and profiles in %APPDATA%', async () => {
    const nothing = { SAMPAN_ENDPOINT: '', SAMPAN_SECRET_ID: '', SAMPAN_SECRET_KEY: '' };
    const appData = pathOnDriveC((await runNode(['-p', 'process.env.APPDATA'])).stdout.toString().trim());
    const profile = [
      '[profiles.default]',
      `endpoint = "${service.url}"`,
      `secret_id = "${service.secretId}"`,
      `secret_key = "${service.secretKey}"`,
    ];
    await mkdir(join(appData, 'sampan'), { recursive: true });
    await writeFile(join(appData, 'sampan', 'config.toml'), profile.join('\r\n'));

    const byProfile = await sampan(['ls', `${cos}/`], { env: nothing });
    await rm(join(appData, 'sampan'), { recursive: true });
    const byData = await sampan(['ls', `${cos}/`, '--data', windowsPath(service.dataDir)], { env: nothing });
    const neither = await sampan(['ls', `${cos}/`], { env: nothing });

    expect(byProfile).toMatchObject({ status: 0, stderr: '' });
    expect(byData).toMatchObject({ status: 0, stderr: '' });
    expect(neither).toMatchObject({ status: 2 });
  });

  test('knows the home folder, which the shell of Windows leaves as ~', async () => {
    await client.put('home', 'home');
    const name = `sampan-${client.bucket}`;
    const home = pathOnDriveC((await runNode(['-p', 'os.homedir()'])).stdout.toString().trim());

    const get = await sampan(['get', `${cos}/home`, `~\\${name}`]);

    expect(get).toMatchObject({ status: 0, stderr: '' });
    expect(await readFile(join(home, name), 'utf8')).toBe('home');
    await rm(join(home, name));
  });

  test('stops at Ctrl-C in good order, and the next run goes on where it stopped', async () => {
    const content = await file('interrupted.bin', randomBytes(8 * MiB));
    const up = ['up', '--limit-rate', '4m', '--part-size', '1m', 'interrupted.bin', `${cos}/interrupted.bin`];

    const first = await startNode(words([...up, '--debug']), connected());
    await first.seen(/uploadId 200 [^]*uploadId 200 /);
    first.child.kill('SIGINT');
    const ended = await first.ended;
    const again = await sampan([...up, '--debug']);

    expect(ended).toMatchObject({ status: 130 });
    expect(again.status).toBe(0);
    expect(again.stderr.match(/^PUT .*uploadId 200/gm)?.length).toBeLessThanOrEqual(6);
    expect((await client.get('interrupted.bin')).body.equals(content)).toBe(true);
  });

  test(`brings ${largeMiB} MiB up and down, and both are equal`, async () => {
    const path = join(folder, 'large.bin');
    const block = randomBytes(MiB);
    await rm(path, { force: true });
    for (let n = 0; n < largeMiB; n += 1) {
      block.writeUInt32LE(n);
      await writeFile(path, block, { flag: 'a' });
    }

    const up = await sampan(['up', 'large.bin', `${cos}/`], { limitMs: 0 });
    const get = await sampan(['get', `${cos}/large.bin`, 'large.back'], { limitMs: 0 });

    expect([up.status, get.status]).toEqual([0, 0]);
    await expectEqual(path, join(folder, 'large.back'));
  });
});

async function expectEqual(path: string, other: string): Promise<void> {
  const { open } = await import('node:fs/promises');
  const [one, two] = await Promise.all([open(path), open(other)]);
  try {
    const sizes = await Promise.all([one.stat(), two.stat()]);
    expect(sizes[1].size).toBe(sizes[0].size);
    const [left, right] = [Buffer.alloc(MiB), Buffer.alloc(MiB)];
    for (let at = 0; at < sizes[0].size; at += MiB) {
      const read = await Promise.all([one.read(left, 0, MiB, at), two.read(right, 0, MiB, at)]);
      expect(read[1].bytesRead).toBe(read[0].bytesRead);
      if (!left.equals(right)) throw new Error(`the files differ between ${at} and ${at + MiB}`);
    }
  } finally {
    await Promise.all([one.close(), two.close()]);
  }
}
