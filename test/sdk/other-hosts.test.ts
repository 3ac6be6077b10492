/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- bundles have no types */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleText } from '../../tools/bundle.ts';
import { runMiniProgram, type MiniProgram } from '../hosts/wx/engine.ts';
import { madeUpContent } from '../hosts/wx/files.ts';
import { createWxHost, type WxHost } from '../hosts/wx/host.ts';
import { startService, type RunningService } from '../service.ts';
import { alipayObject, plainFiles, taroObject, type Look } from './other-hosts.ts';
import { place } from './theatre.ts';

/** WeChat's cousins, each a variation of the simulated host that has that cousin's limits. */

interface Cousin {
  readonly entry: string;
  readonly globalName: string;
  /** How the host's object differs from WeChat's. */
  readonly look: Look;
  /** Whether files above 10 MB can be read. */
  readonly readsRanges: boolean;
  /** Passed as `Host` instead of found as a global. */
  readonly isPassed?: boolean;
}

const cousins: readonly Cousin[] = [
  { entry: 'alipay', globalName: 'my', look: alipayObject, readsRanges: false },
  { entry: 'douyin', globalName: 'tt', look: (wx) => ({ ...wx }), readsRanges: true },
  { entry: 'baidu', globalName: 'swan', look: plainFiles, readsRanges: false },
  { entry: 'qq', globalName: 'qq', look: plainFiles, readsRanges: false },
  {
    entry: 'uni',
    globalName: 'uni',
    look: (wx) => ({ ...wx, getSystemInfoSync: () => ({ uniPlatform: 'mp-weixin' }) }),
    readsRanges: true,
  },
  { entry: 'taro', globalName: 'taroOfThisTest', look: taroObject, readsRanges: true, isPassed: true },
];

const MiB = 1024 * 1024;
let service: RunningService;
beforeAll(async () => {
  service = await startService({
    flags: ['--bucket', place.Bucket, '--region', place.Region],
    name: 'sdk-others',
  });
});
afterAll(() => service.stop());

describe.each(cousins)('$entry', ({ entry, globalName, look, readsRanges, isPassed }) => {
  let host: WxHost;
  let program: MiniProgram;
  beforeAll(async () => {
    host = createWxHost({ route: (name) => (name.endsWith('.myqcloud.com') ? service.url : undefined) });
    const bundle = await bundleText({ entry: `src/entries/${entry}.ts`, file: `${entry}.js`, format: 'cjs' });
    const cousin = { wx: look(host.wx), process: host.process };
    program = await runMiniProgram({ engine: 'vm', host: cousin, bundle, globalName });
    await program.run(
      ({ exports, state, input }) => {
        const found = input.isPassed ? { Host: taroOfThisTest } : {};
        state['cos'] = new exports(Object.assign({}, input.keys, found));
      },
      {
        isPassed: isPassed === true,
        keys: { SecretId: service.secretId, SecretKey: service.secretKey },
      },
    );
  });
  afterAll(() => {
    host.killApp();
    program.dispose();
  });

  /** Calls a method and gives its error's code, or what tells that it went well. */
  const call = (
    method: string,
    params: object,
  ): Promise<{ code?: string; message?: string; crc64?: string }> =>
    program.run(
      async ({ state, input }) => {
        try {
          const data = await state['cos'][input.method](Object.assign({}, input.place, input.params));
          return { crc64: data.headers['x-cos-hash-crc64ecma'] as string };
        } catch (error) {
          const { code, message } = error as { code: string; message: string };
          return { code, message };
        }
      },
      { method, params, place },
    );

  test('stores text, and is told of what is not there', async () => {
    const put = await call('putObject', { Key: `${entry}/text`, Body: '你好' });
    const head = await call('headObject', { Key: `${entry}/text` });
    const none = await call('headObject', { Key: `${entry}/none` });

    expect(put.crc64).toMatch(/^\d+$/);
    expect(head.crc64).toBe(put.crc64);
    expect(none.code).toBe('NoSuchKey');
  });

  test('uploads a file in parts', async () => {
    const FilePath = host.addFile(madeUpContent(3 * MiB + 1, 5));

    const sent = await call('uploadFile', { Key: `${entry}/file`, FilePath });
    const head = await call('headObject', { Key: `${entry}/file` });

    expect(sent.code).toBeUndefined();
    expect(head.crc64).toBe(sent.crc64);
  });

  test('says which file cannot be read, and why', async () => {
    const sent = await call('uploadFile', { Key: `${entry}/none`, FilePath: 'http://tmp/none' });

    expect(sent.code).toBe('FileUnreadable');
    expect(sent.message).toMatch(/FilePath cannot be read \(.*no such file/);
  });

  test(readsRanges ? 'uploads a file above 10 MB' : 'refuses a file above 10 MB, saying so', async () => {
    const FilePath = host.addFile(madeUpContent(11 * MiB, 6));

    const sent = await call('uploadFile', { Key: `${entry}/large`, FilePath });

    expect(sent.code).toBe(readsRanges ? undefined : 'FileTooLarge');
    expect(host.process.errors).toEqual([]);
  });
});

declare const taroOfThisTest: unknown;
