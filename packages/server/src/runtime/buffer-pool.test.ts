import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBufferPool, bufferBytes, pageBytes, wholePageBytes } from './buffer-pool.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What is in use at once, taken and given back. */
function burst(buffers: ReturnType<typeof createBufferPool>, count: number): SharedArrayBuffer[] {
  const taken = Array.from({ length: count }, () => buffers.acquire());
  for (const memory of taken) buffers.release(memory);
  return taken;
}

/** How many of these are there for whoever takes so many. */
function stillThere(
  buffers: ReturnType<typeof createBufferPool>,
  known: readonly SharedArrayBuffer[],
): number {
  return burst(buffers, known.length).filter((memory) => known.includes(memory)).length;
}

test('memory begins at a page, and all of it is whole pages', () => {
  const memory = createBufferPool(1).acquire();

  expect(memory.byteLength).toBe(bufferBytes);
  expect(wholePageBytes(new Uint8Array(memory))).toBe(bufferBytes);
  expect(wholePageBytes(new Uint8Array(memory, pageBytes, pageBytes + 1))).toBe(pageBytes);
  expect(wholePageBytes(new Uint8Array(memory, 1, pageBytes))).toBe(0);
  expect(wholePageBytes(new Uint8Array(pageBytes))).toBe(0);
});

test('all that was in use at once is used again', () => {
  const buffers = createBufferPool(2);

  const known = burst(buffers, 5);

  expect(stillThere(buffers, known)).toBe(5);
});

test('what was needed once is let go when it has not been needed for a minute', () => {
  const buffers = createBufferPool(2);
  const released = vi.fn();
  buffers.onTrim(released);
  const known = burst(buffers, 5);

  vi.advanceTimersByTime(60_000);

  expect(released).toHaveBeenCalledTimes(1);
  expect(stillThere(buffers, known)).toBe(2);
});

test('what is needed again and again is kept', () => {
  const buffers = createBufferPool(2);
  const released = vi.fn();
  buffers.onTrim(released);
  const known = burst(buffers, 5);

  for (let times = 0; times < 10; times += 1) {
    vi.advanceTimersByTime(20_000);
    burst(buffers, 5);
  }

  expect(released).not.toHaveBeenCalled();
  expect(stillThere(buffers, known)).toBe(5);
});

test('as much as is in use is never let go', () => {
  const buffers = createBufferPool(2);
  burst(buffers, 5);
  const used = Array.from({ length: 4 }, () => buffers.acquire());

  vi.advanceTimersByTime(120_000);
  for (const memory of used) buffers.release(memory);

  expect(stillThere(buffers, used)).toBe(4);
});

test('nothing is looked at where no more than what is kept was ever in use', () => {
  const buffers = createBufferPool(2);

  burst(buffers, 2);

  expect(vi.getTimerCount()).toBe(0);
});

test('those who could do without get half of what is kept', () => {
  const buffers = createBufferPool(4);
  const taken = [buffers.tryAcquire(), buffers.tryAcquire(), buffers.tryAcquire()];

  expect(taken.map((memory) => memory !== undefined)).toEqual([true, true, false]);
});
