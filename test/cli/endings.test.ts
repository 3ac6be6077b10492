/** What commands end with, and what they have done by then. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService, type RunningService } from '../service.ts';
import { sampanHere } from './in-process.ts';

let service: RunningService;
let cwd = '';

beforeAll(async () => {
  service = await startService({ name: 'cli-endings' });
  cwd = await mkdtemp(join(tmpdir(), 'sampan-endings-'));
});
afterAll(async () => {
  await service.stop();
  await rm(cwd, { recursive: true });
});

function run(
  words: readonly string[],
  { input, secretKey, endpoint }: { input?: string; secretKey?: string; endpoint?: string } = {},
) {
  const env = {
    SAMPAN_ENDPOINT: endpoint ?? service.url,
    SAMPAN_SECRET_ID: service.secretId,
    SAMPAN_SECRET_KEY: secretKey ?? service.secretKey,
    SAMPAN_CONFIG: join(cwd, 'config.toml'),
  };
  return sampanHere(words, { cwd, env, input });
}

const bucket = 'cos://endings-1250000000';

test('a bucket that is removed by force is gone, with all that was in it', async () => {
  await run(['mb', bucket]);
  await run(['up', '-', `${bucket}/a`], { input: 'x' });

  const refused = await run(['rb', bucket]);
  const forced = await run(['rb', '--force', '--yes', bucket]);
  const listed = await run(['ls', bucket]);

  expect([refused.status, forced.status]).toEqual([9, 0]);
  expect(forced.stdout).toContain(`deleted ${bucket}`);
  expect(listed.stderr).toContain('NoSuchBucket');
});

test('an object that cannot be restored makes the command fail', async () => {
  await run(['mb', bucket]);
  await run(['up', '-', `${bucket}/standard`], { input: 'x' });

  const restored = await run(['restore', `${bucket}/standard`]);

  expect(restored.status).toBe(1);
  expect(restored.stderr).toContain('standard');
});

test('a doctor who finds a wrong key says so, and fails', async () => {
  const well = await run(['doctor', '--json']);
  const ill = await run(['doctor', '--json'], { secretKey: 'wrong' });
  const findings = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

  expect(well.status).toBe(0);
  expect(ill.status).toBe(4);
  expect(findings(well.stdout).at(-1)).toEqual({ event: 'diagnosis', problems: 0 });
  expect(findings(ill.stdout).at(-1)).toEqual({ event: 'diagnosis', problems: 1 });
  expect(findings(ill.stdout).find(({ name }) => name === 'keys')).toMatchObject({ ok: false });
});

test('a service that is not there is a problem, and the checks that need it are not made', async () => {
  const { status, stdout } = await run(['doctor', '--json'], { endpoint: 'http://127.0.0.1:1' });
  const [endpoint, ...others] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

  expect(status).not.toBe(0);
  expect(endpoint).toMatchObject({ event: 'check', name: 'endpoint', ok: false });
  expect(others).toEqual([{ event: 'diagnosis', problems: 1 }]);
});
