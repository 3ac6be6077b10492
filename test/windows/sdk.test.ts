/** The SDK in a Windows program, imported and required from the packed package. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientInNewBucket, type TestClient } from '../conformance/client.ts';
import { startService, type RunningService } from '../service.ts';
import { missing, project, runNode, temporaryFolder } from './wine.ts';

/** Runs in the program: `cos` is a client, `at` the bucket, and what `report` is given comes back. */
const preamble = `
const cos = new COS({
  SecretId: process.env.SAMPAN_SECRET_ID,
  SecretKey: process.env.SAMPAN_SECRET_KEY,
  Domain: process.env.SAMPAN_HOST + '/{Bucket}',
  Protocol: 'http:',
  ConfCwd: process.cwd() + '\\\\records',
});
const at = { Bucket: process.env.BUCKET, Region: 'ap-guangzhou' };
const report = (value) => console.log(JSON.stringify(value));
const failure = (promise) => promise.then(() => 'no error', (error) => error.message);
`;

describe.skipIf(missing !== undefined)('the SDK on Windows', { timeout: 90_000 }, () => {
  let service: RunningService;
  let client: TestClient;
  let folder = '';
  beforeAll(async () => {
    service = await startService({ name: 'windows-sdk' });
    client = await clientInNewBucket(service);
    folder = await temporaryFolder();
  });
  afterAll(async () => {
    if (missing === undefined) await service.stop();
  });

  async function program(kind: 'mjs' | 'cjs', text: string): Promise<unknown> {
    const load =
      kind === 'mjs'
        ? `import COS from '@sampan/sdk'; import fs from 'node:fs';`
        : `const COS = require('@sampan/sdk'); const fs = require('node:fs');`;
    const main = kind === 'mjs' ? text : `(async () => {${text}})();`;
    const file = join(project, `program-${Math.random().toString(36).slice(2)}.${kind}`);
    await writeFile(file, `${load}\n${preamble}\n${main}`);
    const { status, stdout, stderr } = await runNode([file.slice(project.length + 1)], {
      env: {
        SAMPAN_SECRET_ID: service.secretId,
        SAMPAN_SECRET_KEY: service.secretKey,
        SAMPAN_HOST: service.host,
        BUCKET: client.bucket,
        FOLDER: `Z:${folder.replaceAll('/', '\\')}`,
      },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return JSON.parse(stdout.toString());
  }

  test.each(['mjs', 'cjs'] as const)('moves files of all sizes up and down: %s', async (kind) => {
    const result = await program(
      kind,
      `
      const { createHash, randomBytes } = await import('node:crypto');
      const rows = [];
      for (const size of [0, 1, 65536, 1048577, 6 * 1048576 + 5]) {
        const [path, back, piped] = ['file', 'back', 'piped'].map((name) => process.env.FOLDER + '\\\\${kind} ' + name + size);
        fs.writeFileSync(path, randomBytes(size));
        const Key = '${kind}/' + size;
        const up = await cos.uploadFile({ ...at, Key, FilePath: path, SliceSize: 1048576 });
        await cos.downloadFile({ ...at, Key, FilePath: back });
        await cos.getObject({ ...at, Key, Output: piped });
        rows.push([size, up.verified, ...[back, piped].map((file) => fs.readFileSync(file).equals(fs.readFileSync(path)))]);
      }
      report(rows);`,
    );

    expect(result).toEqual(
      [0, 1, 65536, 1048577, 6 * 1048576 + 5].map((size) => [size, 'object', true, true]),
    );
  });

  test('replaces a file that another program closes soon, and goes on later where it stays open', async () => {
    await client.put('open', 'new');

    const result = await program(
      'mjs',
      `
      const path = process.env.FOLDER + '\\\\open.txt';
      fs.writeFileSync(path, 'old');
      const handle = fs.openSync(path, 'r');
      setTimeout(() => fs.closeSync(handle), 700);
      const moment = await failure(cos.downloadFile({ ...at, Key: 'open', FilePath: path }));
      const content = fs.readFileSync(path, 'utf8');
      const again = fs.openSync(path, 'r');
      const stays = await failure(cos.downloadFile({ ...at, Key: 'open', FilePath: path }));
      fs.closeSync(again);
      const { resumedBytes } = await cos.downloadFile({ ...at, Key: 'open', FilePath: path });
      report([moment, content, stays, resumedBytes]);`,
    );

    expect(result).toEqual(['no error', 'new', expect.stringContaining('is it open in another program?'), 3]);
  });

  test('refuses paths that mean something else on Windows, and has made nothing then', async () => {
    await client.put('a:b', 'named');

    const result = await program(
      'cjs',
      `
      const names = ['a:b', 'con', 'x\\\\NUL.txt', 'dot.', 'q?'];
      const paths = names.map((name) => process.env.FOLDER + '\\\\odd\\\\' + name);
      const said = [];
      for (const path of paths) {
        said.push(await failure(cos.downloadFile({ ...at, Key: 'a:b', FilePath: path })));
        said.push(await failure(cos.getObject({ ...at, Key: 'a:b', Output: path })));
      }
      report([said.filter((text) => !/cannot be written: Windows/.test(text)), fs.existsSync(process.env.FOLDER + '\\\\odd')]);`,
    );

    expect(result).toEqual([[], false]);
  });

  test('names a file that is missing', async () => {
    const result = await program(
      'mjs',
      `report(await failure(cos.uploadFile({ ...at, Key: 'a', FilePath: process.env.FOLDER + '\\\\missing.jpg' })));`,
    );

    expect(result).toMatch(/FilePath cannot be read \(ENOENT\): .*missing\.jpg/);
  });
});
