/** Commands that work on the data folder of a service. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { clientInNewBucket } from '../conformance/client.ts';
import { serviceForTests } from '../service.ts';
import { sampan } from './command.ts';

const service = await serviceForTests({ name: 'data-folder' });
const client = await clientInNewBucket(service);
await client.put('blob', Buffer.alloc(100_000, 'b'));
const place = mkdtempSync(join(tmpdir(), 'sampan-data-folder-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));
const [backup, restored] = [join(place, 'backup'), join(place, 'restored')];

/** Flags of stores that nothing listens for. */
function elsewhere(blobs: string): string[] {
  return ['--database', 'postgres://user:a-password@127.0.0.1:1/none', '--blobs', blobs];
}

async function lines(...words: readonly string[]) {
  const { status, stdout } = await sampan([...words, '--json']);
  const texts = stdout.toString().trim().split('\n');
  return { status, said: texts.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

test('a folder that is served is backed up, restored elsewhere and found whole', async () => {
  const steps = [
    await lines('fsck', '--data', service.dataDir),
    await lines('backup', backup, '--data', service.dataDir),
    await lines('restore-backup', backup, '--data', restored),
    await lines('scrub', '--data', restored),
    await lines('fsck', '--repair', '--data', restored),
  ];

  expect(steps.map(({ status }) => status)).toEqual([0, 0, 0, 0, 0]);
  expect(steps.map(({ said }) => said.at(-1))).toMatchObject([
    { event: 'checked', blobs: 1, findings: 0 },
    { event: 'copied', blobs: 1 },
    { event: 'restored', blobs: 1, findings: 0 },
    { event: 'scrubbed', objects: 1, damaged: 0, complete: true },
    { event: 'checked', findings: 0, moved: [] },
  ]);
});

test('what is missing is named with the objects that lack it, and the exit status is 1', async () => {
  for (const entry of readdirSync(join(restored, 'blobs'), { recursive: true, withFileTypes: true }))
    if (entry.isFile() && entry.name !== 'store-id') rmSync(join(entry.parentPath, entry.name));

  const { status, said } = await lines('fsck', '--data', restored);

  expect(status).toBe(1);
  expect(said).toContainEqual(expect.objectContaining({ kind: 'missing', users: [`${client.bucket}/blob`] }));
});

test.each([
  ['in use', ['fsck', '--repair', '--data', service.dataDir]],
  ['is no data folder', ['fsck', '--data', place]],
  ['is no data folder', ['scrub', '--data', place]],
  ['is not empty', ['restore-backup', service.dataDir, '--data', place]],
  ['is no data folder', ['migrate', ...elsewhere('s3://bytes?endpoint=http://127.0.0.1:1'), '--data', place]],
  ['of 3 to 63', ['migrate', ...elsewhere('s3://b'), '--data', service.dataDir]],
  ['no other parameters', ['migrate', ...elsewhere('s3://bytes?key=1'), '--data', service.dataDir]],
  [
    'the store of --blobs cannot be used',
    ['migrate', ...elsewhere('s3://id:key@bytes?endpoint=http://127.0.0.1:1'), '--data', service.dataDir],
  ],
  ['is not a whole backup', ['restore-backup', place, '--data', join(place, 'other')]],
])('what cannot be done is said in one line: %s', async (reason, words) => {
  const { status, stderr } = await sampan(words);

  expect(status).toBe(1);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain(reason);
  expect(stderr).not.toMatch(/a-password|unexpected/);
});
