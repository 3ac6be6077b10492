import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startService, type RunningService } from '../service.ts';
import { compileCache, sampan, start } from './command.ts';

const bucket = 'examplebucket-1250000000';
const cos = `cos://${bucket}`;
/** Pairs of trees that are synchronised; SAMPAN_TEST_SYNC_PAIRS=2000 tries as many as the promise says. */
const pairs = Number(process.env['SAMPAN_TEST_SYNC_PAIRS'] ?? 6);

let service: RunningService;
let folder = '';

beforeAll(async () => {
  service = await startService({ name: 'cli-sync', flags: ['--bucket', bucket], env: compileCache });
  folder = await mkdtemp(join(tmpdir(), 'sampan-sync-'));
});

afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

const options = () => ({
  cwd: folder,
  env: {
    SAMPAN_ENDPOINT: service.url,
    SAMPAN_SECRET_ID: service.secretId,
    SAMPAN_SECRET_KEY: service.secretKey,
    XDG_STATE_HOME: join(folder, 'state'),
    SAMPAN_CONFIG: join(folder, 'config.toml'),
  },
});
const run = (...words: readonly string[]) => sampan(words, options());

/** JSON events of a run by their names. */
async function events(...words: readonly string[]): Promise<Record<string, Record<string, unknown>[]>> {
  const { stdout, stderr, status } = await run(...words, '--json');
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const rows = stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown> & { event: string });
  return Object.groupBy(rows, ({ event }) => event) as Record<string, Record<string, unknown>[]>;
}

type Tree = Readonly<Record<string, string>>;

async function plant(name: string, tree: Tree): Promise<string> {
  const root = join(folder, name);
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  for (const [path, content] of Object.entries(tree)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

async function harvest(name: string): Promise<Tree> {
  const root = join(folder, name);
  const tree: Record<string, string> = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const path = join(entry.parentPath, entry.name);
      tree[path.slice(root.length + 1)] = await readFile(path, 'utf8');
    }
  return tree;
}

describe('sampan sync', () => {
  test('sends nothing the second time, and exactly what has changed the third', async () => {
    const tree = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`d${i % 4}/f${i}`, `content ${i}`]),
    );
    const root = await plant('again', tree);
    const words = ['sync', root, `${cos}/again/`, '--delete'];

    const first = await events(...words);
    const second = await events(...words);
    await writeFile(join(root, 'd0/f0'), 'CONTENT 0');
    await writeFile(join(root, 'd1/new'), 'new');
    await rm(join(root, 'd2/f2'));
    const third = await events(...words);

    expect(first['uploaded']).toHaveLength(40);
    expect(second).toEqual({
      synchronised: [{ event: 'synchronised', same: 40, sent: 0, deleted: 0, failed: 0 }],
    });
    expect(third['uploaded']?.map(({ to }) => to).toSorted()).toEqual([
      `${cos}/again/d0/f0`,
      `${cos}/again/d1/new`,
    ]);
    expect(third['deleted']?.map(({ address }) => address)).toEqual([`${cos}/again/d2/f2`]);
  });

  test('a file of the same size and time with other content is found by --checksum', async () => {
    const root = await plant('sly', { a: 'one' });
    await run('sync', root, `${cos}/sly/`);
    const { atime, mtime } = await stat(join(root, 'a'));
    await writeFile(join(root, 'a'), 'two');
    await utimes(join(root, 'a'), atime, mtime);

    expect((await events('sync', root, `${cos}/sly/`, '--checksum'))['uploaded']).toHaveLength(1);
    expect((await run('cat', `${cos}/sly/a`)).stdout.toString()).toBe('two');
  });

  test('brings objects to files and from bucket to bucket, and a dry run does nothing', async () => {
    await run('sync', await plant('there', { 'a/b': '1', c: '2' }), `${cos}/there/`);
    await plant('back', { old: 'x' });

    const dry = await events('sync', `${cos}/there/`, join(folder, 'back'), '--delete', '--dry-run');
    expect(dry['planned']).toHaveLength(3);
    expect(await harvest('back')).toEqual({ old: 'x' });

    await events('sync', `${cos}/there/`, join(folder, 'back'), '--delete');
    await events('sync', `${cos}/there/`, `${cos}/copied/`);
    expect(await harvest('back')).toEqual({ 'a/b': '1', c: '2' });
    expect((await run('cat', `${cos}/copied/a/b`)).stdout.toString()).toBe('1');
  });

  test('names that a file system cannot hold are reported, and the others come', async () => {
    await Promise.all(
      ['odd/a', 'odd//b', 'odd/../c', 'odd/d/e', 'odd/d'].map((key) =>
        sampan(['up', '-', `${cos}/${key}`], { ...options(), input: Buffer.from(key) }),
      ),
    );

    const { status, stderr } = await run('sync', `${cos}/odd/`, join(folder, 'odd'));

    expect(status).toBe(7);
    expect(stderr).toMatch(/odd\/\/b: left out, a file's name has no empty part/);
    expect(stderr).toMatch(/odd\/\.\.\/c: left out, \. and \.\. are no names/);
    expect(stderr).toMatch(/odd\/d: left out, it is a folder of other objects/);
    expect(await harvest('odd')).toEqual({ a: 'odd/a', 'd/e': 'odd/d/e' });
  });

  test('killed at any time, it is finished by the next run', { timeout: 60_000 }, async () => {
    const tree = Object.fromEntries(
      Array.from({ length: 120 }, (_, i) => [`f${i}`, randomBytes(2048).toString('hex')]),
    );
    const root = await plant('killed', tree);
    for (const lines of [1, 40]) {
      const first = start(['sync', root, `${cos}/killed-${lines}/`, '--parallel', '1'], options());
      await first.seen(new RegExp(`([^\\n]*->[^\\n]*\\n){${lines}}`));
      first.child.kill('SIGKILL');
      await first.ended;

      const { synchronised = [] } = await events('sync', root, `${cos}/killed-${lines}/`);
      expect(Number(synchronised[0]?.['same'])).toBeGreaterThanOrEqual(lines);
      await run('sync', `${cos}/killed-${lines}/`, join(folder, `healed-${lines}`));
      expect(await harvest(`healed-${lines}`)).toEqual(tree);
    }
  });

  test(
    `both sides are equal after sync --delete, for ${pairs} pairs of trees with odd names`,
    { timeout: 3_600_000 },
    async () => {
      const part = fc
        .oneof(
          fc.constantFrom(
            'a',
            'b',
            'A',
            'ü',
            'u\u0308',
            '照片',
            ' ',
            'x y',
            '%2F',
            '+',
            '#',
            '?',
            '*',
            '[a]',
            '...',
            '-n',
            "'",
            '"',
            '😀',
            '\\',
            'a\nb',
            '~',
          ),
          fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }),
        )
        .filter(
          (name) => !/[/\0\u0018-\u001b]/.test(name) && name !== '.' && name !== '..' && name.isWellFormed(),
        );
      const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
      const tree = fc
        .dictionary(path, fc.string({ maxLength: 12 }), { maxKeys: 8 })
        // A name cannot be a file and a folder at once.
        .map((files) =>
          Object.fromEntries(
            Object.entries(files).filter(
              ([name]) => !Object.keys(files).some((other) => other.startsWith(`${name}/`)),
            ),
          ),
        );
      let round = 0;
      await fc.assert(
        fc.asyncProperty(tree, tree, async (one, other) => {
          const prefix = `${cos}/pair-${round++}/`;
          await events('sync', await plant('one', one), prefix, '--delete');
          await events('sync', await plant('one', other), prefix, '--delete');
          await plant('two', one);
          await events('sync', prefix, join(folder, 'two'), '--delete');
          expect(await harvest('two')).toEqual(other);
        }),
        { numRuns: pairs, endOnFailure: true },
      );
    },
  );
});
