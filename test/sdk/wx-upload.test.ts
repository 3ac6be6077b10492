/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- the bundle has no types */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { bundles, bundleText } from '../../tools/bundle.ts';
import { runMiniProgram, type MiniProgram } from '../hosts/wx/engine.ts';
import { madeUpContent } from '../hosts/wx/files.ts';
import { createWxHost, type WxHost } from '../hosts/wx/host.ts';
import { startService, type RunningService } from '../service.ts';
import { place } from './theatre.ts';

/** The built bundle for uploading alone, which is the engine without the class around it. */

const MiB = 1024 * 1024;
let service: RunningService;
let bundle: string;
let host: WxHost;
let program: MiniProgram;

interface Outcome {
  readonly code?: string;
  readonly statusCode?: number;
  readonly UploadId?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

beforeAll(async () => {
  service = await startService({
    flags: ['--bucket', place.Bucket, '--region', place.Region],
    name: 'sdk-wx-upload',
  });
  bundle = await bundleText(bundles.uploadOnly);
});
afterAll(() => service.stop());
beforeEach(async () => {
  host = createWxHost({ route: (name) => (name.endsWith('.myqcloud.com') ? service.url : undefined) });
  await start();
});
afterEach(() => {
  host.killApp();
  program.dispose();
});

async function start(): Promise<void> {
  program = await runMiniProgram({ engine: 'vm', host, bundle });
  await program.run(
    ({ exports, state, input }) => {
      state['sdk'] = exports;
      state['uploader'] = exports.createUploader(input);
    },
    { SecretId: service.secretId, SecretKey: service.secretKey, ChunkSize: MiB, ChunkParallelLimit: 1 },
  );
}

const upload = (Key: string, more: object): Promise<Outcome> =>
  program.run(
    ({ state, input }) =>
      state['sdk']
        .sliceUploadFile(
          state['uploader'],
          Object.assign(
            { Key: input.Key, onTaskReady: (id: string) => (state['id'] = id) },
            input.place,
            input.more,
          ),
        )
        .then(
          (data: object) => ({ data }),
          ({ code, statusCode, UploadId }: Outcome) => ({ code, statusCode, UploadId }),
        ) as Promise<Outcome>,
    { Key, more, place },
  );

/** Ends when the part of that number is sent, which gets no answer. */
function stuckAt(number: number): Promise<void> {
  return new Promise((resolve) => {
    host.faults.network = ({ query }) => {
      if (!query.includes(`partNumber=${number}&`)) return undefined;
      resolve();
      return 'drop';
    };
  });
}

test('an upload goes on after the program was killed, with what the service holds', async () => {
  const FilePath = host.addFile(madeUpContent(5 * MiB, 21));
  const stuck = stuckAt(4);
  const dead = upload('alone/killed', { FilePath }).catch(() => 'killed');
  await stuck;
  await expect.poll(() => [...host.storage.entries.values()].some((text) => text.includes('"3'))).toBe(true);
  host.killApp();
  host.faults.network = undefined;
  host.restart();
  program.dispose();
  await start();

  const { data } = await upload('alone/killed', { FilePath });

  expect(await dead).toBe('killed');
  expect(data).toMatchObject({ verified: 'object', resumedBytes: 3 * MiB, resentBytes: 0 });
});

test('a paused upload goes on where it was', async () => {
  const FilePath = host.addFile(madeUpContent(5 * MiB, 22));
  const stuck = stuckAt(3);
  const outcome = upload('alone/paused', { FilePath });
  await stuck;
  await program.run(({ state }) => {
    state['sdk'].pauseTask(state['uploader'], state['id']);
  }, {});
  host.faults.network = undefined;
  await program.run(({ state }) => {
    state['sdk'].restartTask(state['uploader'], state['id']);
  }, {});

  expect((await outcome).data).toMatchObject({ verified: 'object', resumedBytes: 2 * MiB });
});

test('a cancelled upload rejects, and leaves no parts on the service', async () => {
  const FilePath = host.addFile(madeUpContent(4 * MiB, 23));
  const stuck = stuckAt(3);
  const outcome = upload('alone/cancelled', { FilePath });
  await stuck;
  host.faults.network = undefined;
  await program.run(
    ({ state }) => state['sdk'].cancelTask(state['uploader'], state['id']) as Promise<void>,
    {},
  );

  const { code } = await outcome;
  const again = await upload('alone/cancelled', { FilePath });

  expect(code).toBe('Aborted');
  expect(again.data).toMatchObject({ resumedBytes: 0 });
});

test('a refusal of the service has its code, status and the upload that is left', async () => {
  const FilePath = host.addFile(madeUpContent(2 * MiB, 24));

  const missing = await upload('alone/refused', { FilePath, Bucket: 'nobodys-1250000000' });
  const named = await upload('alone/named', { FilePath, UploadData: { UploadId: 'no-such-upload' } });

  expect(missing).toMatchObject({ code: 'NoSuchBucket', statusCode: 404 });
  // An upload that is not there is begun afresh.
  expect(named.data).toMatchObject({ verified: 'object', resumedBytes: 0 });
});

test('Content-MD5 and the MD5 of the file go with the upload that asks for them', async () => {
  const FilePath = host.addFile(madeUpContent(3 * MiB + 7, 25));

  const { data } = await upload('alone/md5', {
    FilePath,
    UploadCheckContentMd5: true,
    UploadAddMetaMd5: true,
  });

  expect(data).toMatchObject({ verified: 'object', sentBytes: 3 * MiB + 7 });
});
