import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startService, type RunningService } from '../service.ts';
import { openNode } from './node-stage.ts';
import { files, type Scenario } from './scenarios.ts';
import { place, type Theatre } from './theatre.ts';
import { chromiumHint, chromiumPath, openWeb } from './web-stage.ts';
import { openWx } from './wx-stage.ts';

/** What follows uploads, and how each method of each host gives it: callbacks and composed answers. */

// The text of a scenario runs inside its host, so it holds what it needs: base64 of
// {"key":"${object}","size":"${size}"} and {"callbackUrl":"http://127.0.0.1:9/hook","callbackBody":"k=${object}"}.
const everyWay: Scenario = {
  name: 'every way of uploading',
  async run(stage) {
    const ReturnBody = 'eyJrZXkiOiAiJHtvYmplY3R9IiwgInNpemUiOiAiJHtzaXplfSJ9';
    const Callback =
      'eyJjYWxsYmFja1VybCI6ICJodHRwOi8vMTI3LjAuMC4xOjkvaG9vayIsICJjYWxsYmFja0JvZHkiOiAiaz0ke29iamVjdH0ifQ==';
    const [, middle] = await stage.pick();
    const source = middle!.source;
    const Key = `${stage.prefix}follow`;
    const wishes = [{ ReturnBody }, { Headers: { 'x-cos-return-body': ReturnBody } }, { Callback }];
    const replies = [];
    for (const wish of wishes) {
      replies.push(await stage.call('putObject', Object.assign({ Key, Body: 'hello' }, wish)));
      replies.push(await stage.call('uploadFile', Object.assign({ Key, SliceSize: 4194304 }, source, wish)));
      replies.push(
        await stage.call('sliceUploadFile', Object.assign({ Key, SliceSize: 1048576 }, source, wish)),
      );
      const begun = await stage.call('multipartInit', { Key });
      const UploadId = begun.data!['UploadId'] as string;
      const part = await stage.call('multipartUpload', { Key, UploadId, PartNumber: 1, Body: 'hello' });
      const Parts = [{ PartNumber: 1, ETag: part.data!['ETag'] as string }];
      replies.push(await stage.call('multipartComplete', Object.assign({ Key, UploadId, Parts }, wish)));
    }
    return replies;
  },
};

const postedForm: Scenario = {
  name: 'a form',
  async run(stage) {
    const [small] = await stage.pick();
    const Key = `${stage.prefix}form`;
    const ReturnBody = 'eyJrZXkiOiAiJHtvYmplY3R9IiwgInNpemUiOiAiJHtzaXplfSJ9';
    const Callback =
      'eyJjYWxsYmFja1VybCI6ICJodHRwOi8vMTI3LjAuMC4xOjkvaG9vayIsICJjYWxsYmFja0JvZHkiOiAiaz0ke29iamVjdH0ifQ==';
    return [
      await stage.call('postObject', Object.assign({ Key, ReturnBody }, small!.source)),
      await stage.call('postObject', Object.assign({ Key, Callback }, small!.source)),
    ];
  },
};

const size = { small: '4321', middle: String(2 * 1024 * 1024 + 77) };

function composed(key: string, bytes: string) {
  return { error: null, data: { statusCode: 200, ReturnBody: { key, size: bytes } } };
}
const failed = {
  error: null,
  data: {
    statusCode: 203,
    ETag: expect.stringMatching(/^"/) as string,
    CallbackError: { Code: 'CallbackFailed', Message: expect.stringContaining('public') as string },
  },
};

/** Of `everyWay`: four ways for each of three wishes. */
function expectedOf(prefix: string) {
  const [hello, whole] = [composed(`${prefix}follow`, '5'), composed(`${prefix}follow`, size.middle)];
  const round = [hello, whole, whole, hello];
  return [...round, ...round, failed, failed, failed, failed];
}

let service: RunningService;
beforeAll(async () => {
  const flags = ['--bucket', place.Bucket, '--region', place.Region];
  service = await startService({ flags, name: 'sdk-follow-up' });
});
afterAll(() => service.stop());

async function within<T>(theatre: Theatre, work: (theatre: Theatre) => Promise<T>): Promise<T> {
  try {
    return await work(theatre);
  } finally {
    await theatre.close();
  }
}

test('on Node every way gives the answer, or why there is none', async () => {
  const theatre = await openNode(service, files, { sdk: 'sampan' });

  const replies = await within(theatre, () => theatre.run(everyWay, 'node/'));

  expect(replies).toMatchObject(expectedOf('node/'));
});

test('in a mini program every way gives the answer, forms too', async () => {
  const theatre = await openWx(service, files, { sdk: 'sampan', engine: 'vm' });

  const [replies, forms] = await within(theatre, async () => [
    await theatre.run(everyWay, 'wx/'),
    await theatre.run(postedForm, 'wx/'),
  ]);

  expect(replies).toMatchObject(expectedOf('wx/'));
  expect(forms).toMatchObject([composed('wx/form', size.small), failed]);
});

describe('in Chromium', () => {
  test('every way gives the answer, or why there is none', async (context) => {
    if (chromiumPath === undefined) return context.skip(chromiumHint);
    const theatre = await openWeb(service, files, { sdk: 'sampan' });

    const replies = await within(theatre, () => theatre.run(everyWay, 'web/'));

    expect(replies).toMatchObject(expectedOf('web/'));
  });
});

test('what the application answers is CallbackBody, in one request and in parts', async () => {
  const calls: string[] = [];
  const application = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => calls.push(chunk.toString()));
    request.on('end', () => response.end('{"saved":"是"}'));
  });
  await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
  const { port } = application.address() as AddressInfo;
  const flags = ['--bucket', place.Bucket, '--region', place.Region, '--callback-reach', 'private'];
  const open = await startService({ flags, name: 'sdk-follow-up-open' });
  const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64');
  const wish = {
    Callback: base64({ callbackUrl: `http://127.0.0.1:${port}/`, callbackBody: 's=${size}&m=${x:mine}' }),
    CallbackVar: base64({ 'x:mine': 'yes' }),
  };
  const theatre = await openNode(open, files, { sdk: 'sampan' });

  const replies = await within(theatre, () =>
    theatre.run(
      {
        name: 'two ways',
        async run(stage) {
          const [, middle] = await stage.pick();
          const Key = `${stage.prefix}k`;
          return [
            await stage.call('putObject', { Key, Body: 'hello', ...wish }),
            await stage.call('sliceUploadFile', { Key, ...middle!.source, ...wish }),
          ];
        },
      },
      'node/',
    ),
  );
  await open.stop();
  application.close();

  const answered = { error: null, data: { statusCode: 200, CallbackBody: { saved: '是' } } };
  expect(replies).toMatchObject([answered, answered]);
  expect(calls).toEqual(['s=5&m=yes', `s=${size.middle}&m=yes`]);
});
