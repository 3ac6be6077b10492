/* eslint-disable @typescript-eslint/no-unsafe-call -- the SDKs are used as programs without types */
/** Findings about uploads that are continued: from the same file, by one device, without loss. */
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { madeUpContent } from '../hosts/wx/files.ts';
import { startService, type RunningService } from '../service.ts';
import { call, openDesk } from './desk.ts';
import { isComplete, isPart, type Seen } from './gateway.ts';
import { mixOf, objectsOf, type Objects } from './objects.ts';
import { Bucket, MiB, openPhone, Region, type Sdk } from './phone.ts';
import { chromiumHint, chromiumPath, openBrowser, tabBytes } from './tab.ts';

let service: RunningService;
let objects: Objects;
beforeAll(async () => {
  service = await startService({ name: 'findings-resume', flags: ['--bucket', Bucket, '--region', Region] });
  objects = objectsOf(service);
});
afterAll(async () => {
  await service.stop();
});

const forever = new Promise(() => undefined);
const bytes = (size: number, seed: number): Buffer => Buffer.from(madeUpContent(size, seed).read(0, size));
const size = 6 * MiB;
const [before, after] = [bytes(size, 1), bytes(size, 2)];
const slices = { AsyncLimit: 1, ChunkSize: MiB };
const numberOf = ({ query }: Seen): number => Number(query.get('partNumber'));
/** Parts from this one on do not come through. */
const stopAt = (first: number) => (seen: Seen) =>
  isPart(seen) && numberOf(seen) >= first ? { after: forever } : undefined;
const fail = { status: 403, body: '<Error><Code>AccessDenied</Code><Message>no</Message></Error>' };

test('D2 (wx): a file that changes while its upload is paused is uploaded afresh, not mixed with what was sent', async () => {
  const run = async (sdk: Sdk) => {
    const phone = await openPhone(sdk, service);
    const FilePath = phone.host.addFile(before);
    const Key = `d2-wx-${sdk}`;
    phone.gateway.treat = stopAt(3);
    const upload = phone.begin('sliceUploadFile', { Key, FilePath, ...slices }, 'task');
    await phone.until(() => phone.gateway.parts().length === 3);
    await phone.task('pauseTask', 'task');
    await phone.until(() => phone.host.traffic.inFlight === 0);
    phone.gateway.treat = undefined;

    phone.host.replaceFile(FilePath, after);
    await phone.task('restartTask', 'task');

    const { outcome } = await upload.end();
    return [outcome, mixOf(await objects.read(Key), { before, after }), await objects.uploads(Key)];
  };

  expect(await run('official')).toEqual(['resolved', 'after and before', []]);
  expect(await run('here')).toEqual(['resolved', 'after', []]);
});

test('D2 (node): a file that changes while its upload is paused is uploaded afresh, not mixed with what was sent', async () => {
  const run = async (sdk: Sdk) => {
    const { gateway, folder, make } = await openDesk(sdk, service);
    const [cos, Key, FilePath] = [make(), `d2-node-${sdk}`, join(folder, 'file')];
    writeFileSync(FilePath, before);
    gateway.treat = stopAt(3);
    let id = '';
    const upload = call(cos, 'sliceUploadFile', {
      Key,
      FilePath,
      ...slices,
      onTaskReady: (task: string) => (id = task),
    });
    await expect.poll(() => gateway.parts().length, { timeout: 10_000 }).toBe(3);
    cos['pauseTask'](id);
    gateway.treat = undefined;

    writeFileSync(FilePath, after);
    cos['restartTask'](id);

    const { outcome } = await upload;
    return [outcome, mixOf(await objects.read(Key), { before, after }), await objects.uploads(Key)];
  };

  expect(await run('official')).toEqual(['resolved', 'after and before', []]);
  expect(await run('here')).toEqual(['resolved', 'after', []]);
});

test('D3 (wx): parts of an app that was killed are compared with the file, not trusted by its name and times', async () => {
  const run = async (sdk: Sdk) => {
    const phone = await openPhone(sdk, service);
    const FilePath = phone.host.addFile(before, 'wxfile://usr/film');
    const Key = `d3-wx-${sdk}`;
    phone.gateway.treat = stopAt(3);
    const upload = phone.begin('sliceUploadFile', { Key, FilePath, ...slices });
    await phone.until(() => phone.gateway.parts().length === 3);
    await upload.end(2000);
    await phone.restart();
    phone.gateway.treat = undefined;

    phone.host.replaceFile(FilePath, after, { keepTimes: true });
    const { outcome } = await phone.call('sliceUploadFile', { Key, FilePath, ...slices });

    return [outcome, mixOf(await objects.read(Key), { before, after }), await objects.uploads(Key)];
  };

  expect(await run('official')).toEqual(['resolved', 'after and before', []]);
  expect(await run('here')).toEqual(['resolved', 'after', []]);
});

test('D3 (node): a file rewritten within the same second under the same times is uploaded afresh', async () => {
  /** Gives nothing when the machine was too slow to write twice within one second. */
  const attempt = async (sdk: Sdk, number: number) => {
    const { gateway, folder, makeAfresh } = await openDesk(sdk, service);
    const [Key, FilePath] = [`d3-node-${sdk}-${number}`, join(folder, 'file')];
    const times = new Date(1_700_000_000_000);
    const write = (content: Buffer): number => {
      writeFileSync(FilePath, content);
      utimesSync(FilePath, times, times);
      return Math.floor(statSync(FilePath).ctimeMs / 1000);
    };
    await expect.poll(() => Date.now() % 1000, { interval: 5, timeout: 5000 }).toBeLessThan(200);
    const writtenAt = write(before);
    gateway.treat = stopAt(3);
    void call(makeAfresh(), 'sliceUploadFile', { Key, FilePath, ...slices }, 1);
    await expect.poll(() => gateway.parts().length, { timeout: 10_000, interval: 5 }).toBe(3);
    if (write(after) !== writtenAt) return undefined;
    await expect.poll(() => Date.now() / 1000, { timeout: 5000 }).toBeGreaterThan(writtenAt + 1.5);
    gateway.treat = undefined;

    const { outcome } = await call(makeAfresh(), 'sliceUploadFile', { Key, FilePath, ...slices });

    return [outcome, mixOf(await objects.read(Key), { before, after })];
  };
  const run = async (sdk: Sdk) => {
    for (let number = 1; number <= 12; number++) {
      const seen = await attempt(sdk, number);
      if (seen) return seen;
    }
    throw new Error('this machine was too slow, twelve times, to write a file twice within one second');
  };

  expect(await run('official')).toEqual(['resolved', 'after and before']);
  expect(await run('here')).toEqual(['resolved', 'after']);
}, 120_000);

test('D3 (js): another file of the same name, size and time is not taken for the one that was begun', async (context) => {
  if (chromiumPath === undefined) return context.skip(chromiumHint);
  const browser = await openBrowser(service);
  const run = async (sdk: Sdk) => {
    const Key = `d3-js-${sdk}`;
    const params = { Key, ...slices };
    const first = await browser.openTab(sdk);
    const begun = browser.gateway.parts().length;
    browser.gateway.treat = stopAt(3);
    first.call('sliceUploadFile', { ...params, Body: { size, seed: 1 } }).catch(() => undefined);
    await expect.poll(() => browser.gateway.parts().length - begun, { timeout: 20_000 }).toBe(3);
    // The official SDK writes its record a moment after it has begun.
    if (sdk === 'official') await first.page.waitForFunction(() => localStorage.length > 0);
    await first.page.close();
    browser.gateway.treat = undefined;

    const second = await browser.openTab(sdk);
    const { outcome } = await second.call('sliceUploadFile', { ...params, Body: { size, seed: 2 } });

    const contents = { before: tabBytes(size, 1), after: tabBytes(size, 2) };
    return [outcome, mixOf(await objects.read(Key), contents)];
  };
  try {
    expect(await run('official')).toEqual(['resolved', 'after and before']);
    expect(await run('here')).toEqual(['resolved', 'after']);
  } finally {
    await browser.close();
  }
}, 60_000);

test('D6 (wx): a copy does not make the device forget the uploads that it had begun', async () => {
  const run = async (sdk: Sdk) => {
    const phone = await openPhone(sdk, service);
    const FilePath = phone.host.addFile(before, 'wxfile://usr/film');
    const Key = `d6-wx-${sdk}`;
    await phone.call('sliceUploadFile', { Key: `${Key}-source`, FilePath, ...slices });
    phone.gateway.treat = stopAt(4);
    const upload = phone.begin('sliceUploadFile', { Key, FilePath, ...slices });
    await phone.until(() => phone.gateway.parts().length === 6 + 4);
    await upload.end(2000);
    await phone.restart();
    phone.gateway.treat = undefined;
    const CopySource = `${Bucket}.cos.${Region}.myqcloud.com/${Key}-source`;
    const [UploadId = 'none'] = await objects.uploads(Key);
    const remembers = (): boolean => JSON.stringify([...phone.host.storage.entries]).includes(UploadId);
    const remembered = remembers();

    const copy = { Key: `${Key}-copy`, CopySource, CopySliceSize: MiB, CopyChunkSize: MiB };
    const { outcome } = await phone.call('sliceCopyFile', copy);
    // Records are written a moment later.
    await phone.call('headBucket');
    await phone.pass(2000);

    return [remembered, outcome, remembers()];
  };

  expect(await run('official')).toEqual([true, 'resolved', false]);
  expect(await run('here')).toEqual([true, 'resolved', true]);
});

test('D6 (node): a copy does not make the process forget the uploads that it had begun', async () => {
  const run = async (sdk: Sdk) => {
    const { gateway, folder, makeAfresh } = await openDesk(sdk, service);
    const [Key, FilePath] = [`d6-node-${sdk}`, join(folder, 'film')];
    writeFileSync(FilePath, before);
    await call(makeAfresh(), 'sliceUploadFile', { Key: `${Key}-source`, FilePath, ...slices });
    const sent = gateway.parts().length;
    gateway.treat = stopAt(4);
    void call(makeAfresh(), 'sliceUploadFile', { Key, FilePath, ...slices }, 1);
    await expect.poll(() => gateway.parts().length - sent, { timeout: 10_000, interval: 5 }).toBe(4);
    const [UploadId = 'none'] = await objects.uploads(Key);
    const remembers = (): boolean =>
      readdirSync(folder, { recursive: true, withFileTypes: true }).some(
        (entry) =>
          entry.isFile() &&
          entry.name !== 'film' &&
          readFileSync(join(entry.parentPath, entry.name), 'utf8').includes(UploadId),
      );
    await expect.poll(remembers, { timeout: 10_000, interval: 20 }).toBe(true);
    gateway.treat = undefined;
    const CopySource = `${Bucket}.cos.${Region}.myqcloud.com/${Key}-source`;
    const copy = { Key: `${Key}-copy`, CopySource, CopySliceSize: MiB, CopyChunkSize: MiB };

    const { outcome } = await call(makeAfresh(), 'sliceCopyFile', copy);

    // The official SDK writes its records a moment later.
    if (sdk === 'official') await expect.poll(remembers, { timeout: 10_000, interval: 20 }).toBe(false);
    return [outcome, remembers()];
  };

  expect(await run('official')).toEqual(['resolved', false]);
  expect(await run('here')).toEqual(['resolved', true]);
}, 60_000);

test('D7 (node): two processes with storage of their own do not share an upload', async () => {
  const run = async (sdk: Sdk) => {
    const [one, other] = [await openDesk(sdk, service), await openDesk(sdk, service)];
    const Key = `d7-node-${sdk}`;
    for (const [desk, content] of [[one, before] as const, [other, after] as const])
      writeFileSync(join(desk.folder, 'file'), content);
    let go = (): void => undefined;
    const gone = new Promise<void>((resolve) => (go = resolve));
    one.gateway.treat = (seen) => (isPart(seen) ? { after: gone } : undefined);
    const begin = (desk: typeof one) =>
      call(desk.makeAfresh(), 'sliceUploadFile', { Key, FilePath: join(desk.folder, 'file'), ...slices });
    const first = begin(one);
    await expect.poll(() => one.gateway.parts().length, { timeout: 10_000, interval: 5 }).toBeGreaterThan(0);
    const ends = [(await begin(other)).outcome];
    go();
    ends.unshift((await first).outcome);
    const ids = new Set(
      [...one.gateway.parts(), ...other.gateway.parts()].map(({ query }) => query.get('uploadId')),
    );
    return { ends, uploads: ids.size, object: mixOf(await objects.read(Key), { before, after }) };
  };

  expect(await run('official')).toMatchObject({ ends: ['rejected', 'resolved'], uploads: 1 });
  expect(await run('here')).toEqual({ ends: ['resolved', 'resolved'], uploads: 2, object: 'before' });
}, 60_000);

test('D7: two devices that upload to one key do not share an upload', async () => {
  const run = async (sdk: Sdk) => {
    const [one, other] = [await openPhone(sdk, service), await openPhone(sdk, service)];
    const Key = `d7-${sdk}`;
    // The first has begun its upload and sent nothing yet.
    let go = (): void => undefined;
    const gone = new Promise<void>((resolve) => (go = resolve));
    one.gateway.treat = (seen) => (isPart(seen) ? { after: gone } : undefined);
    other.gateway.treat = (seen) => (isComplete(seen) ? { after: bothSent } : undefined);
    const first = one.begin('sliceUploadFile', { Key, FilePath: one.host.addFile(before), ...slices });
    await one.until(() => one.gateway.parts().length > 0);
    const second = other.begin('sliceUploadFile', { Key, FilePath: other.host.addFile(after), ...slices });
    let sent = (): void => undefined;
    const bothSent = new Promise<void>((resolve) => (sent = resolve));
    await other.until(() => other.gateway.seen.some(isComplete));
    go();
    await one.until(() => one.gateway.seen.some(isComplete));
    sent();
    const ends = [(await first.end()).outcome, (await second.end()).outcome];
    const ids = new Set(
      [...one.gateway.parts(), ...other.gateway.parts()].map(({ query }) => query.get('uploadId')),
    );
    return { ends, uploads: ids.size, object: mixOf(await objects.read(Key), { before, after }) };
  };

  expect(await run('official')).toMatchObject({ ends: ['resolved', 'rejected'], uploads: 1 });
  // The later Complete wins.
  expect(await run('here')).toEqual({ ends: ['resolved', 'resolved'], uploads: 2, object: 'after' });
});

test('D9: a task that is restarted right after its pause goes on once', async () => {
  const run = async (sdk: Sdk) => {
    const phone = await openPhone(sdk, service);
    const [Key, twelve] = [`d9-${sdk}`, bytes(12 * MiB, 3)];
    const FilePath = phone.host.addFile(twelve);
    phone.gateway.treat = (seen) => (isPart(seen) && numberOf(seen) > 3 ? { after: forever } : undefined);
    const upload = phone.begin('sliceUploadFile', { Key, FilePath, AsyncLimit: 3, ChunkSize: MiB }, 'task');
    await phone.until(() => phone.gateway.parts().length === 6);
    phone.gateway.treat = undefined;
    await phone.task('pauseTask', 'task');
    await phone.task('restartTask', 'task');

    const { outcome } = await upload.end();
    await phone.until(() => phone.host.traffic.inFlight === 0);
    return {
      outcome,
      // Three were under way when the task was paused.
      parts: phone.gateway.parts().length - 3,
      completes: phone.gateway.seen.filter(isComplete).length,
    };
  };

  const official = await run('official');
  expect(official.parts).toBeGreaterThan(12);
  expect(await run('here')).toEqual({ outcome: 'resolved', parts: 12, completes: 1 });
});

const failsThenPasses = {
  official: { outcome: 'resolved', parts: 6, left: 1 },
  here: { outcome: 'resolved', parts: 3, left: 0 },
};

test('D10 (wx): the next call after a failed upload goes on with its parts, and nothing is left behind', async () => {
  const run = async (sdk: Sdk) => {
    const phone = await openPhone(sdk, service);
    const params = { Key: `d10-wx-${sdk}`, FilePath: phone.host.addFile(before), ...slices };
    phone.gateway.treat = (seen) => (isPart(seen) && numberOf(seen) > 3 ? { answer: fail } : undefined);
    expect((await phone.call('sliceUploadFile', params)).outcome).toBe('rejected');
    phone.gateway.treat = undefined;
    const sent = phone.gateway.parts().length;

    const { outcome } = await phone.call('sliceUploadFile', params);

    const left = (await objects.uploads(params.Key)).length;
    return { outcome, parts: phone.gateway.parts().length - sent, left };
  };

  expect(await run('official')).toEqual(failsThenPasses.official);
  expect(await run('here')).toEqual(failsThenPasses.here);
});

test('D10 (node): the next call after a failed upload goes on with its parts, and nothing is left behind', async () => {
  const run = async (sdk: Sdk) => {
    const { gateway, folder, make } = await openDesk(sdk, service);
    const params = { Key: `d10-node-${sdk}`, FilePath: join(folder, 'file'), ...slices };
    writeFileSync(params.FilePath, before);
    const cos = make();
    gateway.treat = (seen) => (isPart(seen) && numberOf(seen) > 3 ? { answer: fail } : undefined);
    expect((await call(cos, 'sliceUploadFile', params)).outcome).toBe('rejected');
    gateway.treat = undefined;
    const sent = gateway.parts().length;

    const { outcome } = await call(cos, 'sliceUploadFile', params);

    return {
      outcome,
      parts: gateway.parts().length - sent,
      left: (await objects.uploads(params.Key)).length,
    };
  };

  expect(await run('official')).toEqual(failsThenPasses.official);
  expect(await run('here')).toEqual(failsThenPasses.here);
});
