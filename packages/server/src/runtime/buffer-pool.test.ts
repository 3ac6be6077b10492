import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { memoriesKept, memoryBytes, pageBytes, wholePages } from './buffer-pool.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What is in use at once, taken and given back. */
function burst(memories: ReturnType<typeof memoriesKept>, count: number): SharedArrayBuffer[] {
  const taken = Array.from({ length: count }, () => memories.take());
  for (const memory of taken) memories.giveBack(memory);
  return taken;
}

/** How many of these are there for whoever takes so many. */
function stillThere(memories: ReturnType<typeof memoriesKept>, known: readonly SharedArrayBuffer[]): number {
  return burst(memories, known.length).filter((memory) => known.includes(memory)).length;
}

test('memory begins at a page, and all of it is whole pages', () => {
  const memory = memoriesKept(1).take();

  expect(memory.byteLength).toBe(memoryBytes);
  expect(wholePages(new Uint8Array(memory))).toBe(memoryBytes);
  expect(wholePages(new Uint8Array(memory, pageBytes, pageBytes + 1))).toBe(pageBytes);
  expect(wholePages(new Uint8Array(memory, 1, pageBytes))).toBe(0);
  expect(wholePages(new Uint8Array(pageBytes))).toBe(0);
});

test('all that was in use at once is used again', () => {
  const memories = memoriesKept(2);

  const known = burst(memories, 5);

  expect(stillThere(memories, known)).toBe(5);
});

test('what was needed once is let go when it has not been needed for a minute', () => {
  const memories = memoriesKept(2);
  const released = vi.fn();
  memories.onRelease(released);
  const known = burst(memories, 5);

  vi.advanceTimersByTime(60_000);

  expect(released).toHaveBeenCalledTimes(1);
  expect(stillThere(memories, known)).toBe(2);
});

test('what is needed again and again is kept', () => {
  const memories = memoriesKept(2);
  const released = vi.fn();
  memories.onRelease(released);
  const known = burst(memories, 5);

  for (let times = 0; times < 10; times += 1) {
    vi.advanceTimersByTime(20_000);
    burst(memories, 5);
  }

  expect(released).not.toHaveBeenCalled();
  expect(stillThere(memories, known)).toBe(5);
});

test('as much as is in use is never let go', () => {
  const memories = memoriesKept(2);
  burst(memories, 5);
  const used = Array.from({ length: 4 }, () => memories.take());

  vi.advanceTimersByTime(120_000);
  for (const memory of used) memories.giveBack(memory);

  expect(stillThere(memories, used)).toBe(4);
});

test('nothing is looked at where no more than what is kept was ever in use', () => {
  const memories = memoriesKept(2);

  burst(memories, 2);

  expect(vi.getTimerCount()).toBe(0);
});

test('those who could do without get half of what is kept', () => {
  const memories = memoriesKept(4);
  const taken = [memories.takeMore(), memories.takeMore(), memories.takeMore()];

  expect(taken.map((memory) => memory !== undefined)).toEqual([true, true, false]);
});
