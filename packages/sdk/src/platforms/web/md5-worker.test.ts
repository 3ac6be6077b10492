import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { serveMd5 } from './md5-worker.ts';

type Scope = Parameters<typeof serveMd5>[0];

/** Asks the worker's function, made again from its text as the worker makes it. */
function ask(content: Blob | Uint8Array): Promise<string | undefined> {
  return new Promise((resolve) => {
    const scope: Scope = {
      onmessage: null,
      postMessage: ({ digest }) => resolve(digest && Buffer.from(digest).toString('hex')),
    };
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- as in a worker
    new Function('self', `(${serveMd5.toString()})(self)`)(scope);
    scope.onmessage?.({ data: { id: 1, content } });
  });
}

const noise = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (at * 31 + (at >>> 9)) & 0xff);

test.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 4_194_304, 4_194_367, 9_000_001])(
  'the function alone computes the MD5 of %d bytes',
  async (length) => {
    const bytes = noise(length);

    expect(await ask(bytes)).toBe(createHash('md5').update(bytes).digest('hex'));
  },
);

test('it reads a Blob by itself', async () => {
  const bytes = noise(5_000_000);

  expect(await ask(new Blob([bytes as Uint8Array<ArrayBuffer>]))).toBe(
    createHash('md5').update(bytes).digest('hex'),
  );
});

test('a Blob that cannot be read has no digest', async () => {
  const gone = { size: 10, slice: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }) };

  expect(await ask(gone as unknown as Blob)).toBeUndefined();
});
