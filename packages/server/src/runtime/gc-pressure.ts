/**
 * Frees the buffers of bodies soon after they were used. V8 sees a buffer as a small object with a little memory
 * elsewhere: while one large body streams by, hardly any objects are made, so collections are rare and dead buffers
 * pile up to about 100 MB. A young collection costs well under a millisecond, and one for every few megabytes that pass
 * keeps the process small. Why: docs/decisions/0009-young-collections.md.
 */
import { setFlagsFromString } from 'node:v8';
import { collectGarbage } from './gc.ts';

const everyBytes = 8 * 1024 * 1024;
let movedBytes = 0;

/** Says that so many bytes of a body came in or went out. */
export function bytesMoved(count: number): void {
  movedBytes += count;
  if (movedBytes < everyBytes) return;
  movedBytes = 0;
  collectGarbage('minor');
}

/**
 * Keeps the young generation of all threads of this process small, and its collections in the thread that has them. For
 * a process that does nothing but serve: the flags are the process's. And for one whose threads have started: with other
 * flags than those it was built with, Node compiles its own code anew in each thread, which takes 50 ms.
 */
export function keepYoungGenerationSmall(): void {
  // It stays what it is when the service starts, a few megabytes. Left alone it grows to 48 MB in each thread, for no more
  // speed. V8 looks the factor up each time it grows.
  setFlagsFromString('--semi-space-growth-factor=1');
  // So little survives that one thread is done before four have agreed on who does what; while bodies streamed the
  // helpers took as much of two processors as all else.
  setFlagsFromString('--no-parallel-scavenge');
}

/** Says that so many of them were freed without a collection. */
export function bytesFreed(count: number): void {
  movedBytes -= count;
}
