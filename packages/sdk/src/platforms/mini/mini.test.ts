/* eslint-disable @typescript-eslint/no-unsafe-assignment -- matchers of vitest have no types */
/** What the mini program hosts have in common, on a host that is played here. */
import { isIntegrityError, isTransportError } from '@sampan/protocol';
import { expect, test } from 'vitest';
import { canceller } from '../../core/cancel.ts';
import type { OutgoingRequest, RangedSource } from '../../core/platform.ts';
import { failureOf } from './failure.ts';
import { createSendForm } from './form.ts';
import { cautiousTraits, type MiniHost } from './host.ts';
import { createSend } from './request.ts';
import { createOpen } from './source.ts';

const stopped = new Error('stopped');
const outgoing: OutgoingRequest = {
  method: 'PUT',
  url: 'https://b.cos.r.myqcloud.com/k',
  headers: {},
  body: 'x',
  responseType: 'text',
  timeoutMs: 0,
};

test('a request that is cancelled is ended at the host, once', async () => {
  let aborts = 0;
  const send = createSend({ request: () => ({ abort: () => aborts++ }) }, {});
  const { signal, cancel } = canceller();

  const sending = send({ ...outgoing, signal });
  cancel(stopped);

  await expect(sending).rejects.toBe(stopped);
  expect(aborts).toBe(1);
});

test('a form that is cancelled is ended at the host', async () => {
  let aborts = 0;
  const host = { uploadFile: () => ({ abort: () => aborts++ }) } as unknown as MiniHost;
  const { signal, cancel } = canceller();

  const sending = createSendForm(host)({
    ...outgoing,
    fields: {},
    file: { FilePath: 'wxfile://a' },
    signal,
  });
  cancel(stopped);

  await expect(sending).rejects.toBe(stopped);
  expect(aborts).toBe(1);
});

test('a request that was answered is not ended by what is cancelled later', async () => {
  let aborts = 0;
  const host = {
    request(option: { success(answer: object): void }) {
      void Promise.resolve().then(() => option.success({ statusCode: 200, header: {}, data: '' }));
      return { abort: () => aborts++ };
    },
  } as unknown as MiniHost;
  const { signal, cancel } = canceller();

  await createSend(host, {})({ ...outgoing, signal });
  cancel(stopped);

  expect(aborts).toBe(0);
});

/** A file of one byte value per MiB, whose host fills a buffer some time after it was asked to. */
function slowFile(sizeBytes: number, fail?: string) {
  const due: (() => void)[] = [];
  const files = {
    stat: ({ success }: { success(found: object): void }) =>
      success({ stats: { size: sizeBytes, lastModifiedTime: 1, isFile: () => true } }),
    open: ({ success }: { success(found: object): void }) => success({ fd: '1' }),
    read(option: {
      arrayBuffer: ArrayBuffer;
      position: number;
      length: number;
      success(found: object): void;
      fail(failure: object): void;
    }) {
      due.push(() => {
        if (fail !== undefined) return option.fail({ errMsg: fail });
        new Uint8Array(option.arrayBuffer).fill(Math.floor(option.position / 1_048_576) + 1);
        option.success({ bytesRead: option.length, arrayBuffer: option.arrayBuffer });
      });
    },
    close: ({ success }: { success(found: object): void }) => success({}),
  };
  const host = { getFileSystemManager: () => files } as unknown as MiniHost;
  const traits = { ...cautiousTraits, name: 'test', readsDescriptors: true };
  return {
    open: () => createOpen(host, traits)({ FilePath: '/a' }) as Promise<RangedSource>,
    /** Lets the host do all that was asked of it by now and while it does so. */
    async act() {
      for (let turn = 0; turn < 20; turn++) {
        for (const each of due.splice(0)) each();
        await Promise.resolve();
      }
    },
  };
}

test('reads by descriptor take turns, because they share the buffer that the host fills', async () => {
  const mib = 1_048_576;
  const file = slowFile(3 * mib);
  const source = await file.open();

  const reads = [0, 1, 2].map((at) => Promise.resolve(source.read(at * mib, mib)));
  await file.act();
  const parts = await Promise.all(reads);

  expect(parts.map((bytes) => [bytes[0], bytes[mib - 1]])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
});

test('a read of one byte gives it, and of none gives nothing without asking the host', async () => {
  const file = slowFile(1_048_576);
  const source = await file.open();

  const one = Promise.resolve(source.read(0, 1));
  const none = await source.read(5, 0);
  await file.act();

  expect([...(await one)]).toEqual([1]);
  expect(none).toHaveLength(0);
});

test('a read that fails tells the words of the host, and is no failure of the network', async () => {
  const file = slowFile(1_048_576, 'read:fail permission denied');
  const source = await file.open();
  const reading = Promise.resolve(source.read(0, 5)).catch((error: unknown) => error);
  await file.act();

  const error = await reading;

  expect(isIntegrityError(error)).toBe(true);
  expect(error).toMatchObject({ message: expect.stringContaining('permission denied'), retryable: false });
});

test('a file that says that it is empty is read all the same', async () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const files = {
    stat: ({ success }: { success(found: object): void }) =>
      success({ stats: { size: 0, lastModifiedTime: 1, isFile: () => true } }),
    readFile: ({ success }: { success(found: object): void }) => success({ data: bytes.buffer }),
  };
  const host = { getFileSystemManager: () => files } as unknown as MiniHost;

  const source = (await createOpen(host, { ...cautiousTraits, name: 'test' })({
    FilePath: '/proc/x',
  })) as RangedSource;

  expect(source.size).toBe(3);
});

test.each([
  'request:fail https://b.cos.r.myqcloud.com/k?q-sign-algorithm=sha1&q-ak=AK&q-signature=abc timed',
  'request:fail HTTPS://b.cos.r.myqcloud.com/k?q-signature=abc',
  'uploadFile:fail url "http://b/k?x-cos-security-token=abc" refused',
])('no signed address is in the message of %s', (errMsg) => {
  const { message } = failureOf({ errMsg }, { url: outgoing.url, method: 'PUT' });

  expect(message).not.toMatch(/q-signature|security-token|abc/);
});

test.each([
  ['request', undefined],
  ['uploadFile', 'uploadFile'],
] as const)('a domain that is not allowed is named with the list %s', (list, given) => {
  const error = failureOf(
    { errMsg: `${list}:fail url not in domain list` },
    { url: `${outgoing.url}?q-signature=abc`, method: 'PUT', list: given },
  );

  expect(isTransportError(error)).toBe(true);
  expect(error.code).toBe('DomainNotAllowed');
  expect(error.message).toMatch(
    new RegExp(`^https://b\\.cos\\.r\\.myqcloud\\.com is not on .* list of domains for ${list}:`),
  );
  expect(error.message).not.toContain('abc');
});
