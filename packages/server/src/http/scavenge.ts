/**
 * Frees the buffers of bodies soon after they were used. V8 sees a buffer as a small object with a little memory
 * elsewhere: while one large body streams by, hardly any objects are made, so collections are rare and dead buffers
 * pile up to about 100 MB. A young collection costs well under a millisecond, and one for every few megabytes that pass
 * keeps the process small. Why: docs/decisions/0009-young-collections.md.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const everyBytes = 8 * 1024 * 1024;
let movedBytes = 0;
const collectYoung = youngCollector();

/** Says that so many bytes of a body came in or went out. */
export function bytesMoved(count: number): void {
  movedBytes += count;
  if (movedBytes < everyBytes) return;
  movedBytes = 0;
  collectYoung();
}

function youngCollector(): () => void {
  // The collector is not part of the language; the flag makes contexts that are made from now on have it.
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('globalThis.gc');
  setFlagsFromString('--no-expose-gc');
  return typeof collect === 'function'
    ? () => {
        Reflect.apply(collect, undefined, [{ type: 'minor' }]);
      }
    : () => undefined;
}
