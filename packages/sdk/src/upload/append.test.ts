import { describe, expect, test } from 'vitest';
import { refuse, respond, type Scripted } from '../testing/platform.ts';
import { crc64Of, objectName, rig, sampleBytes, storedCrc64, target, type Rig } from '../testing/rig.ts';
import { appendOnce } from './append.ts';

const first = sampleBytes(100);
const second = sampleBytes(50, 2);
const both = Uint8Array.from([...first, ...second]);

const append = (it: Rig, bytes: Uint8Array, position: number) =>
  it.outcome(appendOnce(it.client, it.platform, { call: { values: target }, bytes, position }));
const isAppend = ({ url }: { url: string }): boolean => url.includes('append');

/** Loses the answer to the n-th append, after or before the service has done it. */
function losing(n: number, how: 'after' | 'before') {
  let times = 0;
  return (request: { url: string }, answer: () => Scripted): Scripted | undefined => {
    if (!isAppend(request) || ++times !== n) return undefined;
    if (how === 'after') void answer();
    return new Error('connection reset');
  };
}

describe('an append', () => {
  test('adds bytes that the service compares with their MD5', async () => {
    const it = rig();

    await append(it, first, 0);
    const { data } = await append(it, second, 100);

    expect(data?.headers['x-cos-next-append-position']).toBe('150');
    expect(storedCrc64(it.service)).toBe(crc64Of(both));
    expect(it.platform.requests.every(({ headers }) => headers['content-md5'] !== undefined)).toBe(true);
  });

  test('L8: whose answer got lost is not sent again when the object has grown by these bytes', async () => {
    const it = rig({ between: losing(2, 'after') });
    await append(it, first, 0);

    const { data } = await append(it, second, 100);

    expect(data?.headers['x-cos-next-append-position']).toBe('150');
    expect(storedCrc64(it.service)).toBe(crc64Of(both));
    expect(it.service.calls.filter((name) => name === 'appendObject')).toHaveLength(2);
  });

  test('L8: that did not arrive is sent again after the service has said so', async () => {
    const it = rig({ between: losing(2, 'before') });
    await append(it, first, 0);

    const { data } = await append(it, second, 100);

    expect(data?.headers['x-cos-next-append-position']).toBe('150');
    expect(it.service.calls).toEqual(['appendObject', 'headObject', 'appendObject']);
  });

  test('that creates the object is told apart by the checksum alone', async () => {
    const it = rig({ between: losing(1, 'after') });

    const { data } = await append(it, first, 0);

    expect(data?.headers['x-cos-next-append-position']).toBe('100');
    expect(it.service.calls).toEqual(['appendObject', 'headObject']);
  });

  test('is not taken for done when someone else has added as many bytes', async () => {
    const other = sampleBytes(50, 7);
    const it = rig({
      between(request) {
        if (!isAppend(request) || it.service.calls.length !== 1) return undefined;
        void it.service.answer({ ...request, body: other, headers: { 'content-length': '50' } });
        return new Error('connection reset');
      },
    });
    await append(it, first, 0);

    const { error } = await append(it, second, 100);

    expect(error).toMatchObject({ code: 'NetworkError' });
    expect(it.service.objects.get(objectName)?.content.length).toBe(150);
  });

  test('with an unclear fate fails with what happened to it', async () => {
    const it = rig({ between: (request) => (request.method === 'HEAD' ? respond(403) : new Error('reset')) });

    const { error } = await append(it, first, 100);

    expect(error).toMatchObject({ code: 'NetworkError' });
  });

  test('that is refused is refused', async () => {
    const it = rig({
      between: (request) => (isAppend(request) ? refuse(409, 'AppendPositionErr') : undefined),
    });

    const { error } = await append(it, first, 5);

    expect(error).toMatchObject({ code: 'AppendPositionErr', statusCode: 409 });
    expect(it.platform.requests).toHaveLength(1);
  });
});
