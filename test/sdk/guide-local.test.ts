import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import COS from '@sampan/sdk';
import { expect, test } from 'vitest';
import { guideText, snippets } from '../guides.ts';
import { serviceForTests, type RunningService } from '../service.ts';
import { allowing, durationSeconds, temporaryKeys } from '../clients/temporary-keys.ts';
import { runBlock } from './run-block.ts';

/** The pages on the local service and on moving over, done as they say against served processes. */

const place = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou' };
const start = (name: string, ...flags: string[]): Promise<RunningService> =>
  serviceForTests({ name, flags: ['--bucket', 'examplebucket', ...flags] });
const keysOf = ({ secretId, secretKey }: RunningService) => ({ SecretId: secretId, SecretKey: secretKey });
const domainOf = ({ url }: RunningService): string => `${url}/{Bucket}`;
const textOf = async (cos: COS, Key: string): Promise<string> =>
  String((await cos.getObject({ ...place, Key })).Body);

test.each(['cos', 'strict'])(
  'local: the option leads every call to a service that checks as %s',
  async (checks) => {
    const service = await start('guide-domain', '--signatures', checks);
    const cos = new COS({ ...keysOf(service), Domain: domainOf(service) });
    await cos.uploadFile({ ...place, Key: '目录/a b+%.txt', Body: 'hello' });
    const Body = Buffer.alloc(3 * 1024 * 1024, 'x');
    const { verified } = await cos.uploadFile({ ...place, Key: 'large', Body, SliceSize: 1024 * 1024 });
    const { Buckets } = await cos.getService();

    expect(await textOf(cos, '目录/a b+%.txt')).toBe('hello');
    expect(verified).toBe('object');
    expect(Buckets.map(({ Name }) => Name)).toEqual([place.Bucket]);
    expect((await fetch(cos.getObjectUrl({ ...place, Key: '目录/a b+%.txt' }))).status).toBe(200);
  },
);

test('local: the Node program goes where its environment says', async () => {
  const service = await start('guide-node');
  const ran = spawnSync(
    process.execPath,
    ['--conditions=@sampan/source', '--input-type=module', '--eval', snippets('local.md')[3]!],
    {
      cwd: import.meta.dirname,
      env: {
        ...process.env,
        COS_DOMAIN: domainOf(service),
        SECRET_ID: service.secretId,
        SECRET_KEY: service.secretKey,
      },
      encoding: 'utf8',
      timeout: 20_000,
    },
  );

  expect(ran.stderr).toBe('');
  expect(await textOf(new COS({ ...keysOf(service), Domain: domainOf(service) }), 'local/node.txt')).toBe(
    'hello',
  );
});

test('local: the certificate that the page makes is taken', async ({ skip }) => {
  if (spawnSync('openssl', ['version']).status !== 0) skip('openssl is not installed');
  const service = await start('guide-tls-folder');
  const command = /^openssl .*$/m.exec(guideText('local.md'))![0];
  const made = spawnSync(command.split(' ')[0]!, command.split(' ').slice(1), { cwd: service.dataDir });
  const file = (name: string): string => join(service.dataDir, name);
  const secure = await start('guide-tls', '--tls-cert', file('cert.pem'), '--tls-key', file('key.pem'));
  const upload = (options: object): Promise<unknown> =>
    new COS({ ...keysOf(secure), Domain: domainOf(secure), ...options }).putObject({
      ...place,
      Key: 'local/tls.txt',
      Body: 'hello',
    });

  expect(made.status).toBe(0);
  expect(secure.url).toMatch(/^https:/);
  await expect(upload({ StrictSsl: false })).resolves.toMatchObject({ statusCode: 200 });
  await expect(upload({})).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
});

const official: unknown = createRequire(import.meta.url)('cos-nodejs-sdk-v5');

test.each([
  ['the official SDK', official],
  ['this one', COS],
])('move: the program runs on %s', async (_name, Class) => {
  const service = await start('guide-move');
  const FilePath = join(service.dataDir, 'report.pdf');
  writeFileSync(FilePath, Buffer.alloc(2 * 1024 * 1024, 'x'));
  const keys = await temporaryKeys(service, allowing(['name/cos:*'], 'move/'));
  const lines: unknown[][] = [];
  const sdk = Class as new (options: object) => COS;
  class Led extends sdk {
    constructor(options: object) {
      super({ ...options, Proxy: service.url, Protocol: 'http:' });
    }
  }
  await new Promise<void>((done, fail) => {
    const log = (...words: unknown[]): void => {
      lines.push(words);
      done();
    };
    runBlock(snippets('move.md')[0]!, {
      COS: Led,
      ...place,
      Key: 'move/report.pdf',
      FilePath,
      console: { log },
      fetchKeys: () =>
        Promise.resolve({
          credentials: {
            tmpSecretId: keys.TmpSecretId,
            tmpSecretKey: keys.TmpSecretKey,
            sessionToken: keys.Token,
          },
          startTime: keys.ExpiredTime - durationSeconds,
          expiredTime: keys.ExpiredTime,
        }),
    }).catch(fail);
  });

  expect(lines).toEqual([[expect.stringContaining('/move/report.pdf'), expect.stringMatching(/-2"$/)]]);
});

test('move: the call frees the parts of uploads that the official SDK began', async () => {
  const service = await start('guide-abort');
  const cos = new COS({ ...keysOf(service), Domain: domainOf(service) });
  await cos.multipartInit({ ...place, Key: 'begun' });
  await runBlock(snippets('move.md')[1]!, { cos, ...place });

  expect((await cos.multipartList(place)).Upload).toEqual([]);
});
