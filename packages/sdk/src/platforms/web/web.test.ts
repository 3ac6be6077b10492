/** What the host of pages does that can be seen without a page: requests that are played here, and files. */
import { isIntegrityError } from '@sampan/protocol';
import { afterEach, expect, test, vi } from 'vitest';
import { canceller } from '../../core/cancel.ts';
import type { OutgoingRequest, RangedSource } from '../../core/platform.ts';
import { formFileOf, openSource } from './source.ts';
import { send, sendForm } from './transport.ts';

const stopped = new Error('stopped');
const outgoing: OutgoingRequest = {
  method: 'PUT',
  url: 'https://b.cos.r.myqcloud.com/k?q-signature=abc',
  headers: {},
  body: 'x',
  responseType: 'text',
  timeoutMs: 0,
};

afterEach(() => vi.unstubAllGlobals());

/** Requests of a page that end when the test says so. */
function playRequests() {
  const made: { aborts: number; onerror?: () => void; onloadend?: () => void }[] = [];
  class PlayedRequest {
    aborts = 0;
    upload = {};
    constructor() {
      made.push(this);
    }
    open(): void {}
    setRequestHeader(): void {}
    send(): void {}
    abort(): void {
      this.aborts++;
    }
  }
  vi.stubGlobal('XMLHttpRequest', PlayedRequest);
  return made;
}

test.each([
  ['a request', (signal: OutgoingRequest['signal']) => send({ ...outgoing, signal })],
  [
    'a form',
    (signal: OutgoingRequest['signal']) => sendForm({ ...outgoing, fields: {}, file: { Body: 'x' }, signal }),
  ],
])('%s that is cancelled is ended in the browser', async (_what, start) => {
  const made = playRequests();
  const { signal, cancel } = canceller();

  const sending = start(signal);
  sending.catch(() => undefined);
  await vi.waitFor(() => expect(made.length).toBe(1));
  cancel(stopped);

  await expect(sending).rejects.toBe(stopped);
  expect(made[0]!.aborts).toBe(1);
});

test('a request by fetch that is cancelled is ended in the browser', async () => {
  vi.stubGlobal('XMLHttpRequest', undefined);
  let ended: unknown;
  vi.stubGlobal(
    'fetch',
    (_url: string, { signal }: { signal: AbortSignal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          ended = signal.reason;
          reject(stopped);
        });
      }),
  );
  const { signal, cancel } = canceller();

  const sending = send({ ...outgoing, signal });
  await Promise.resolve();
  cancel(stopped);

  await expect(sending).rejects.toBe(stopped);
  expect(ended).toBe(stopped);
});

test('a request without an answer names the host and nothing that signs', async () => {
  const made = playRequests();

  const sending = send(outgoing);
  await vi.waitFor(() => expect(made.length).toBe(1));
  made[0]!.onerror!();

  await expect(sending).rejects.toMatchObject({
    message: 'CORS blocked or network error (b.cos.r.myqcloud.com)',
  });
});

/** A file that is gone since it was picked: it has the size that was seen, and cannot be read. */
function goneFile(size: number): File {
  const file = new File(['x'.repeat(size)], 'gone.txt');
  const refuse = (): Promise<never> => Promise.reject(new DOMException('gone', 'NotFoundError'));
  const broken = (blob: Blob): Blob =>
    Object.assign(blob, { arrayBuffer: refuse, slice: () => broken(new Blob([])) });
  return broken(file) as File;
}

test('a file that can no longer be read is not taken for an empty one', async () => {
  await expect(openSource({ Body: goneFile(0) })).rejects.toSatisfy(isIntegrityError);
});

test('an empty file that can be read is empty', async () => {
  expect((await openSource({ Body: new File([], 'empty') })).size).toBe(0);
});

test('a form whose file cannot be read fails of that, and not of the network', async () => {
  const made = playRequests();
  vi.stubGlobal(
    'FormData',
    class {
      append(): void {}
    },
  );

  const sending = sendForm({ ...outgoing, fields: {}, file: { Body: goneFile(5) } });
  await vi.waitFor(() => expect(made.length).toBe(1));
  made[0]!.onerror!();

  await expect(sending).rejects.toMatchObject({ code: 'FileChanged', retryable: false });
});

test('files and buffers of another frame are known by their tags', async () => {
  /** As a File of another frame is: no instance of this one's class. */
  const foreign = {
    [Symbol.toStringTag]: 'File',
    size: 3,
    name: 'a.txt',
    lastModified: 1,
    slice: (from: number, to: number) => new Blob(['abc'.slice(from, to)]),
    arrayBuffer: async () => new TextEncoder().encode('abc').buffer,
  };

  const source: RangedSource = await openSource({ Body: foreign });

  expect(new TextDecoder().decode(await source.read(1, 2))).toBe('bc');
  expect((await formFileOf({ Body: foreign })).name).toBe('a.txt');
});
