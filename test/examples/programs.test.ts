import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import COS from '@sampan/sdk';
import { expect, onTestFinished, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { compile } from '../types/compile.ts';
import { examples, startBackend } from './backend.ts';

/** Examples that are no pages, and what holds for all of them. */

const place = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou' };
const service = await serviceForTests({ flags: ['--bucket', place.Bucket], name: 'example-programs' });
const reader = new COS({
  SecretId: service.secretId,
  SecretKey: service.secretKey,
  Domain: `${service.url}/{Bucket}`,
});
const hasPython = spawnSync('python3', ['--version']).status === 0;

test.each(['server.js', 'server.py'])('backend/%s gives keys for one file and no other', async (file) => {
  if (file.endsWith('.py') && !hasPython) return expect(hasPython, 'python3 is not installed').toBe(false);
  const backend = await startBackend(file, service);
  onTestFinished(backend.stop);
  const answer = await fetch(`${backend.url}/keys?key=${encodeURIComponent('uploads/目录 1.bin')}`);
  const { credentials, startTime, expiredTime } = (await answer.json()) as {
    credentials: { tmpSecretId: string; tmpSecretKey: string; sessionToken: string };
    startTime: number;
    expiredTime: number;
  };
  const cos = new COS({
    Domain: `${service.url}/{Bucket}`,
    SecretId: credentials.tmpSecretId,
    SecretKey: credentials.tmpSecretKey,
    SecurityToken: credentials.sessionToken,
  });
  const Body = Buffer.alloc(3 * 1024 * 1024, 'x');
  const stored = await cos.uploadFile({ ...place, Key: 'uploads/目录 1.bin', Body });
  const other = cos.putObject({ ...place, Key: 'uploads/2.bin', Body: 'x' });

  expect(stored.verified).toBe('object');
  await expect(other).rejects.toMatchObject({ code: 'AccessDenied' });
  expect(expiredTime - startTime).toBe(1800);
  expect(JSON.stringify(credentials)).not.toContain(service.secretKey);
  for (const refused of ['uploads/*', 'private/1.bin', ''])
    expect((await fetch(`${backend.url}/keys?key=${refused}`)).status).toBe(404);
});

test('node/upload.js uploads files, and its status says that one failed', async () => {
  const file = join(service.dataDir, 'photo.jpg');
  writeFileSync(file, 'a photo');
  const run = (...files: string[]) =>
    spawnSync(process.execPath, ['--conditions=@sampan/source', join(examples, 'node/upload.js'), ...files], {
      env: {
        ...process.env,
        SECRET_ID: service.secretId,
        SECRET_KEY: service.secretKey,
        COS_DOMAIN: `${service.url}/{Bucket}`,
      },
      encoding: 'utf8',
      timeout: 20_000,
    });
  const done = run(file);
  const { Body } = await reader.getObject({ ...place, Key: 'uploads/photo.jpg' });
  const half = run(file, join(service.dataDir, 'absent.jpg'));

  expect(done.status).toBe(0);
  expect(done.stdout).toContain('uploads/photo.jpg');
  expect(String(Body)).toBe('a photo');
  expect(half.status).toBe(1);
  expect(half.stdout).toMatch(/failed: .*absent\.jpg/);
  expect(run().status).toBe(2);
});

const client = `import COS from '@sampan/sdk'; declare const cos: COS, place: { Bucket: string; Region: string };
  declare function useUpload(cos: COS): {
    shown: { state: string; percent: number; url: string; error: string };
    start(params: COS.UploadFileParams): void; resume(): void; pause(): void; cancel(): void;
  };`;

test.each([
  ['vue/Upload.vue', client, { types: [], lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'] }],
  ['uni-app/upload.vue', '', { types: ['@dcloudio/types'], lib: ['lib.es2023.d.ts'] }],
])('the script of %s compiles', (file, given, change) => {
  const [, script] = /<script setup lang="ts">\n([\s\S]*?)<\/script>/.exec(
    readFileSync(join(examples, file), 'utf8'),
  )!;
  const alone = script!.replace(/^import .* from '\.\.?\/.*$/gm, '');

  expect(compile(`${given}\n${alone}`, change)).toEqual([]);
});

test('no example has more than sixty lines', () => {
  const files = globSync('*/*.{html,js,py,ts,tsx,vue}', { cwd: examples });
  const long = files.filter(
    (file) => readFileSync(join(examples, file), 'utf8').trimEnd().split('\n').length > 60,
  );

  expect(files.length).toBeGreaterThan(15);
  expect(long).toEqual([]);
});
