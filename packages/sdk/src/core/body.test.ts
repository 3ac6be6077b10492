import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { util } from '../cos/cos-util.ts';
import { bytesOf, inMemory, isBlob, isBuffer, isBytes, isRepeatable, lengthOf, sizeHintOf } from './body.ts';

const helloMd5 = '5d41402abc4b2a76b9719d911017c592';
const foreign = (code: string): unknown => runInNewContext(code);
const hello = 'new Uint8Array([104, 101, 108, 108, 111])';

describe.each([
  ['text', 'hello'],
  ['a typed array', new TextEncoder().encode('hello')],
  ['a Buffer that is part of a larger one', Buffer.from('_hello_').subarray(1, 6)],
  ['an ArrayBuffer', new TextEncoder().encode('hello').buffer],
  ['a DataView', new DataView(new TextEncoder().encode('hello').buffer)],
  ['a shared buffer', sharedHello()],
  ['a typed array of another realm', foreign(hello)],
  ['an ArrayBuffer of another realm', foreign(`${hello}.buffer`)],
  ['a DataView of another realm', foreign(`new DataView(${hello}.buffer)`)],
])('%s', (_, body) => {
  test('is bytes in memory', () => {
    expect(Buffer.from(bytesOf(body)!).toString()).toBe('hello');
  });

  test('has an MD5', () => {
    expect(util.md5(body as never)).toBe(helloMd5);
  });
});

test.each([undefined, null, 5, {}, [104], new Blob(['hello']), (async function* () {})()])(
  'what is not in memory is left to the host (%#)',
  (body) => {
    expect(bytesOf(body)).toBeUndefined();
  },
);

test('bytes and buffers of another realm are found as such, and look-alikes are not', () => {
  expect([new Uint8Array(), Buffer.alloc(0), foreign(hello)].map(isBytes)).toEqual([true, true, true]);
  expect([new Uint16Array(), new ArrayBuffer(0), { length: 0 }, 'a'].map(isBytes)).not.toContain(true);
  expect([new ArrayBuffer(0), foreign('new ArrayBuffer(0)')].map(isBuffer)).toEqual([true, true]);
  expect([new Uint8Array(), { byteLength: 0 }].map(isBuffer)).not.toContain(true);
  expect([new Blob([]), new File([], 'a')].map((value) => isBlob(value))).toEqual([true, true]);
  expect(isBlob({ [Symbol.toStringTag]: 'Blob', size: 1 })).toBe(false);
});

test('memory that was given away is refused, and not sent as fewer bytes', async () => {
  const bytes = new Uint8Array(4);
  const source = inMemory(bytes);
  structuredClone(bytes, { transfer: [bytes.buffer] });

  await expect(async () => source.read(0, 4)).rejects.toThrow('Body has become shorter');
});

test('the length of a body is known as far as its form says it', () => {
  const hostBody = { hostBody: {}, size: undefined, repeatable: false };

  expect([undefined, 'abc', foreign(hello) as Uint8Array, hostBody].map(lengthOf)).toEqual([
    0,
    3,
    5,
    undefined,
  ]);
  expect([undefined, 'abc', foreign(hello) as Uint8Array, hostBody].map(isRepeatable)).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect([new Blob(['ab']), new Uint16Array(2), 'abc', null].map(sizeHintOf)).toEqual([2, 4, 0, 0]);
});

function sharedHello(): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(5);
  new Uint8Array(shared).set(new TextEncoder().encode('hello'));
  return shared;
}
