/**
 * Bytes are flipped in pages of every table and index of a small store, and a service is started on it: all that is
 * asked of it then, it lives, says that it is damaged once it knows, and sends no bytes that were not stored.
 * `SAMPAN_TEST_PAGES=200 npx vitest run` with this file tries more pages; a seed repeats what it did.
 */
import { createHash } from 'node:crypto';
import { cp, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, afterAll, expect, test } from 'vitest';
import { storedBucket, storedService } from './testing/stored-service.ts';

const seed = Number(process.env['SAMPAN_TEST_SEED'] ?? Date.now() % 1_000_000);
const trials = Number(process.env['SAMPAN_TEST_PAGES'] ?? 6);
const pageBytes = 4096;
const keys = Array.from({ length: 40 }, (_, n) => `folder-${n % 4}/key-${n}`);
const path = `/${storedBucket}/`;

function bodyOf(key: string): Buffer {
  const digest = createHash('sha256').update(key).digest();
  return Buffer.alloc(digest[0]! < 60 ? 50_000 : 100 + digest[1]! * 4, digest);
}

let store = '';
let pages: readonly { readonly name: string; readonly page: number }[] = [];

beforeAll(async () => {
  store = await mkdtemp(join(tmpdir(), 'sampan-pages-'));
});
afterAll(() => rm(store, { recursive: true, force: true }));

/** Something of everything that a store keeps. */
async function filled(): Promise<void> {
  const service = await storedService();
  for (const key of keys) await service.put(key, bodyOf(key));
  for (const position of [0, 100, 200]) await service.append('appended', position, Buffer.alloc(100, 'a'));
  for (let n = 0; n < 10; n += 1) {
    const { body } = await service.ask('POST', `${path}upload-${n}`, { query: [['uploads', '']] });
    const uploadId = /<UploadId>([^<]+)/.exec(body.toString())?.[1] ?? '';
    const query = [
      ['partNumber', '1'],
      ['uploadId', uploadId],
    ] as const;
    await service.ask('PUT', `${path}upload-${n}`, { query, body: Buffer.alloc(100, n) });
  }
  const body = Buffer.from('<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>');
  await service.ask('PUT', path, { query: [['versioning', '']], body });
  for (const key of keys.slice(0, 20)) await service.put(key, bodyOf(key));
  await service.stop();
  await cp(service.folder, store, { recursive: true });
  const database = new DatabaseSync(join(store, 'metadata.db'));
  // The first page is the schema: without it there is no store, and the start says so.
  pages = database
    .prepare('SELECT name, pageno AS page FROM dbstat WHERE pageno > 1 ORDER BY pageno')
    .all() as unknown as typeof pages;
  database.close();
}

test(
  `a service lives with flipped bytes in pages of any table, ${trials} times, seed ${seed}`,
  { timeout: 60_000 + trials * 5000 },
  async () => {
    await filled();
    const names = [...new Set(pages.map(({ name }) => name))].filter((name) => name !== 'schema_version');
    expect(names.length).toBeGreaterThan(12);
    const random = numbers(seed);
    let failures = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const name = names[(trial + seed) % names.length]!;
      const own = pages.filter((one) => one.name === name);
      const { page } = own[random(own.length)]!;
      const flips = [1, 8, 64, 1024][trial % 4]!;
      failures += await livesWith({ name, page, flips, random, running: Math.floor(trial / 4) % 2 === 1 });
    }
    // Of many trials some meet their damage.
    if (trials > 20) expect(failures).toBeGreaterThan(0);
  },
);

interface Trial {
  readonly name: string;
  readonly page: number;
  readonly flips: number;
  readonly random: (end: number) => number;
  /** Whether a service has the file open by then. */
  readonly running: boolean;
}

/** Gives how many requests failed. */
async function livesWith({ name, page, flips, random, running }: Trial): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-pages-'));
  await cp(store, folder, { recursive: true });
  const what = `${name}, page ${page}, ${flips} flips${running ? ', while it runs' : ''}`;
  if (!running) await flipBits({ folder, page, flips, random });
  const service = await storedService({ folder }).catch((error: unknown) => {
    // A name that could be another store's, or buckets that are all gone: a start that says so is the right answer.
    if (/but its blobs are of the store|its database knows no bucket/.test(String(error))) return undefined;
    throw error;
  });
  if (!service) return 1;
  if (running) await flipBits({ folder, page, flips, random });
  const statuses: number[] = [];
  for (const [at, answer] of (await Promise.all(keys.map((key) => service.get(key)))).entries()) {
    const { status, body, broken } = answer;
    const key = keys[at]!;
    statuses.push(status);
    if (status === 200 && !broken) expect(body.equals(bodyOf(key)), `${what}: ${key}`).toBe(true);
  }
  const asked = [
    service.ask('HEAD', `${path}${keys[0]}`),
    service.ask('GET', path),
    service.ask('GET', path, { query: [['versions', '']] }),
    service.ask('GET', path, { query: [['uploads', '']] }),
    service.ask('GET', path, { query: [['delimiter', '/']] }),
    service.get('appended', { range: 'bytes=90-210' }),
    service.put('new', Buffer.alloc(100)),
    service.put('new-blob', Buffer.alloc(50_000)),
    service.put(keys[1]!, Buffer.alloc(10)),
    service.remove(keys[2]!),
    service.append('appended-new', 0, Buffer.alloc(10)),
  ];
  for (const answer of asked) statuses.push((await answer).status);
  const failed = statuses.filter((status) => status >= 500).length;
  expect(
    statuses.filter((status) => status === 0 || status === 400),
    what,
  ).toEqual([]);
  expect(await service.text('/-/health'), what).toBe('ok\n');
  // Damage to the bytes of one body is that body's alone; of an index it is reported once it was met.
  const isMet = service.log().includes('the metadata store is damaged');
  const ready = await service.ask('GET', '/-/ready');
  // The question whether it is ready reads the store too, and may be the first to meet the damage.
  const says = ready.status === 200 ? 'ready' : ready.body.toString();
  expect(says, what).toMatch(
    isMet ? /the metadata store is damaged/ : /^ready$|the metadata store is damaged/,
  );
  await service.stop();
  await rm(folder, { recursive: true, force: true });
  return failed;
}

async function flipBits({
  folder,
  page,
  flips,
  random,
}: Omit<Trial, 'name' | 'running'> & { folder: string }) {
  const file = await open(join(folder, 'metadata.db'), 'r+');
  const at = (page - 1) * pageBytes;
  const { buffer } = await file.read(Buffer.alloc(pageBytes), 0, pageBytes, at);
  // The head of a page and its cells say more than the space between them.
  for (let n = 0; n < flips; n += 1) buffer[random(n % 4 === 0 ? 100 : pageBytes)]! ^= 1 << random(8);
  await file.write(buffer, 0, pageBytes, at);
  await file.close();
}

/** Numbers from 0 to below `end`, the same for the same seed. */
function numbers(start: number): (end: number) => number {
  let state = 0;
  return (end) => {
    const digest = createHash('sha1').update(`${start}:${state++}`).digest();
    return Math.floor((digest.readUInt32BE() / 2 ** 32) * end);
  };
}
