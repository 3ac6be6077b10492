import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startService, type RunningService } from '../service.ts';
import { cosNameFlags, leadCosNamesTo } from './cos-names.ts';
import { sampanHere, type Done } from './in-process.ts';

/**
 * The same commands against a served process, found by its address, and against one that stands in for COS, found by the
 * names of COS over TLS. What is printed and how each ends must be the same.
 */

const bucket = 'examplebucket-1250000000';
const archive = 'archive-1250000000';
const cos = `cos://${bucket}`;

interface Scenario {
  readonly name: string;
  /** A word that begins with `@` is a path in the folder of the test. */
  readonly words: readonly string[];
  readonly input?: string;
  /** Default 0. */
  readonly status?: number;
  readonly stdout?: string | RegExp;
  readonly stderr?: RegExp;
  /** Files that must have this content afterwards. */
  readonly files?: Readonly<Record<string, string>>;
}

/** In order: each finds what those before it left. */
const scenarios: readonly Scenario[] = [
  { name: 'no bucket yet', words: ['ls'], stdout: '' },
  { name: 'a bucket is made', words: ['mb', cos, `cos://${archive}`] },
  { name: 'made again, it is in the way', words: ['mb', cos], status: 9, stderr: /BucketAlready/ },
  { name: 'buckets are listed', words: ['ls'], stdout: `${archive}\n${bucket}\n` },
  { name: 'a file goes up', words: ['up', '@a.txt', `${cos}/`], stdout: /a\.txt -> cos:.*\/a\.txt {2}5 B/ },
  { name: 'a folder goes up', words: ['up', '-r', '@trip', `${cos}/`], stderr: /^3 files, 12 B/ },
  { name: 'stdin goes up', words: ['up', '-', `${cos}/piped`], input: 'from a pipe' },
  { name: 'what is missing here', words: ['up', '@nowhere', `${cos}/`], status: 7, stderr: /no such file/ },
  { name: 'folders are listed', words: ['ls', cos], stdout: 'a.txt\npiped\ntrip/\n' },
  {
    name: 'all are listed',
    words: ['ls', '-r', `${cos}/trip/`],
    stdout: /^trip\/b\.txt\ntrip\/d 1\/c\.txt\n/,
  },
  { name: 'odd names come through', words: ['ls', `${cos}/trip/照片`], stdout: 'trip/照片 1+2%.txt\n' },
  { name: 'content is printed', words: ['cat', `${cos}/piped`], stdout: 'from a pipe' },
  { name: 'a range is printed', words: ['cat', '--range', '5-', `${cos}/piped`], stdout: 'a pipe' },
  { name: 'a file comes back', words: ['get', `${cos}/a.txt`, '@got.txt'], files: { 'got.txt': 'alpha' } },
  {
    name: 'a folder comes back',
    words: ['get', '-r', `${cos}/trip/`, '@back'],
    files: { 'back/d 1/c.txt': 'gamma', 'back/照片 1+2%.txt': 'one' },
  },
  {
    name: 'what is there is not fetched again',
    words: ['get', '-r', '--overwrite', 'changed', `${cos}/trip/`, '@back'],
    stderr: /same|there already|skipped/,
  },
  { name: 'an object is described', words: ['stat', `${cos}/a.txt`], stdout: /5 B[^]*CRC-?64/i },
  { name: 'as JSON', words: ['stat', '--json', `${cos}/a.txt`], stdout: /^\{.*\/a\.txt","bytes":5,.*\}\n$/ },
  { name: 'a bucket is described', words: ['stat', cos], stdout: /ap-guangzhou/ },
  { name: 'a copy is made', words: ['cp', `${cos}/a.txt`, `${cos}/b.txt`] },
  {
    name: 'a folder is copied to another bucket',
    words: ['cp', '-r', `${cos}/trip/`, `cos://${archive}/trip/`],
  },
  { name: 'it is there', words: ['ls', '-r', `cos://${archive}`], stdout: /^trip\/b\.txt\n/ },
  { name: 'an object is moved', words: ['mv', `${cos}/b.txt`, `${cos}/moved.txt`] },
  { name: 'it is gone from where it was', words: ['cat', `${cos}/b.txt`], status: 3, stderr: /NoSuchKey/ },
  { name: 'tags are set', words: ['tag', `${cos}/a.txt`, 'album=trip', 'year=2026'] },
  { name: 'tags are printed', words: ['tag', `${cos}/a.txt`], stdout: /album=trip\n.*year=2026/ },
  { name: 'anyone may read', words: ['acl', `${cos}/a.txt`, 'public-read'] },
  { name: 'which is printed', words: ['acl', `${cos}/a.txt`], stdout: /READ/ },
  { name: 'pages of an origin are allowed', words: ['cors', cos, '--allow', 'https://app.example.com'] },
  { name: 'which is printed too', words: ['cors', cos], stdout: /https:\/\/app\.example\.com/ },
  { name: 'no policy', words: ['policy', cos], status: 3, stderr: /NoSuchBucketPolicy|no policy/ },
  { name: 'versions are kept', words: ['versions', cos, '--enable'] },
  { name: 'a second version', words: ['up', '@trip/b.txt', `${cos}/a.txt`] },
  { name: 'both are listed', words: ['versions', `${cos}/a.txt`], stdout: /a\.txt[^]*a\.txt/ },
  { name: 'sizes are summed', words: ['du', '--depth', '0', '-b', `${cos}/trip/`], stdout: /12/ },
  { name: 'objects are found', words: ['find', cos, '--name', '*.txt'], stdout: /a\.txt[^]*moved\.txt/ },
  { name: 'a folder is synchronised', words: ['sync', '@trip', `${cos}/synced/`], stderr: /3/ },
  { name: 'again, nothing is sent', words: ['sync', '@trip', `${cos}/synced/`], stdout: '' },
  { name: 'no upload is left', words: ['uploads', cos], stdout: '' },
  { name: 'an object is removed', words: ['rm', `${cos}/moved.txt`] },
  { name: 'what is not there', words: ['rm', `${cos}/moved.txt/nothing`], status: 3 },
  { name: 'a pattern, for a look', words: ['rm', `${cos}/synced/**`, '--dry-run'], stdout: /synced\/b\.txt/ },
  { name: 'a full bucket stays', words: ['rb', `cos://${archive}`], status: 9, stderr: /BucketNotEmpty/ },
  { name: 'unless it is forced', words: ['rb', '--force', `cos://${archive}`] },
  {
    name: 'a bucket that is not there',
    words: ['ls', 'cos://other-1250000000'],
    status: 3,
    stderr: /NoSuchBucket/,
  },
  { name: 'the doctor finds it well', words: ['doctor', cos, '--no-speed'], stdout: /ap-guangzhou/ },
];

/**
 * What is left of a command when that is taken out which may differ between two services: times, numbers that they give
 * out, where they are, and which of several files was done first.
 */
function comparable({ status, stdout, stderr }: Done, folder: string): Done {
  const plain = (text: string): string =>
    text
      .replaceAll(folder, '')
      .replaceAll(/https?:\/\/[\w.:-]+/g, 'ENDPOINT')
      .replaceAll(/\([A-Z]+ [^ )]+\)/g, '(REQUEST)')
      .replaceAll(/\d{4}-\d\d-\d\d[T ][\d:.]+Z?|\w{3}, \d\d \w{3} \d{4} [\d:]+ GMT/g, 'TIME')
      .replaceAll(/[\d.]+ (ms|s|[KMG]?i?B\/s)(?!\w)/g, 'SPEED')
      .replaceAll(/\bMT\w{20,}|[A-Za-z0-9_=-]{24,}/g, 'ID');
  const ordered = plain(stdout).split('\n').toSorted().join('\n');
  return { status, stdout: ordered, stderr: plain(stderr) };
}

interface Target {
  readonly name: string;
  readonly flags: readonly string[];
  /** What says where the service is. */
  env(service: RunningService): Readonly<Record<string, string>>;
  readonly words: readonly string[];
  readonly byName?: true;
}

const targets: readonly Target[] = [
  { name: 'served', flags: [], env: ({ url }) => ({ SAMPAN_ENDPOINT: url }), words: [] },
  {
    name: 'standing in for COS',
    flags: cosNameFlags,
    env: () => ({}),
    words: ['--region', 'ap-guangzhou'],
    byName: true,
  },
];

const before = new Map<string, Done>();

describe.each(targets)('$name', ({ flags, env, words: where, byName }) => {
  let service: RunningService;
  let folder = '';
  let restore = (): void => undefined;
  beforeAll(async () => {
    service = await startService({ name: 'cli-scenarios', flags });
    if (byName) restore = leadCosNamesTo(service.port);
    folder = await mkdtemp(join(tmpdir(), 'sampan-scenarios-'));
    await mkdir(join(folder, 'trip/d 1'), { recursive: true });
    await writeFile(join(folder, 'a.txt'), 'alpha');
    await writeFile(join(folder, 'trip/b.txt'), 'beta');
    await writeFile(join(folder, 'trip/d 1/c.txt'), 'gamma');
    await writeFile(join(folder, 'trip/照片 1+2%.txt'), 'one');
  });
  afterAll(async () => {
    restore();
    await service.stop();
    await rm(folder, { recursive: true });
  });

  test.each(scenarios)(
    '$name',
    async ({ name: title, words, input, status = 0, stdout, stderr, files = {} }) => {
      const done = await sampanHere([...words.map((word) => word.replace(/^@/, `${folder}/`)), ...where], {
        cwd: folder,
        input,
        env: {
          SAMPAN_SECRET_ID: service.secretId,
          SAMPAN_SECRET_KEY: service.secretKey,
          XDG_STATE_HOME: join(folder, 'state'),
          ...env(service),
        },
      });

      expect(done, done.stderr).toMatchObject({ status });
      if (stdout !== undefined) expect(done.stdout).toMatch(stdout);
      if (typeof stdout === 'string') expect(done.stdout).toBe(stdout);
      if (stderr) expect(done.stderr).toMatch(stderr);
      for (const [file, content] of Object.entries(files))
        expect(await readFile(join(folder, file), 'utf8')).toBe(content);
      if (words[0] === 'doctor') return; // Says where the service is.
      const here = comparable(done, folder);
      expect(here).toEqual(before.get(title) ?? here);
      before.set(title, here);
    },
  );
});
