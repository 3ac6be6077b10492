/**
 * Runs V8's garbage collection on demand. It is not part of the language; a flag makes contexts that are made from then on have it.
 * Why collections are forced at all: docs/decisions/0009-young-collections.md, and for all of the heap 0021-memory-of-the-service.md.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (about: { readonly type: 'minor' | 'major' }) => void;

let found: Collect | undefined;
// How often it is looked for, before it is taken that this Node has none.
let lookups = 8;

/** Collects the young generation of the calling thread, well below a millisecond, or all of its heap, some 20 ms. */
export function collectGarbage(type: 'minor' | 'major'): void {
  for (let tries = 0; !found && lookups > 0 && tries < 2; tries += 1) {
    lookups -= 1;
    found = lookUp();
  }
  if (found) Reflect.apply(found, undefined, [{ type }]);
}

/**
 * The flag is the process's: another thread that is here at the same moment may have switched it off again, and then the
 * collector is not found.
 */
function lookUp(): Collect | undefined {
  setFlagsFromString('--expose-gc');
  const given: unknown = runInNewContext('globalThis.gc');
  setFlagsFromString('--no-expose-gc');
  return typeof given === 'function' ? (given as Collect) : undefined;
}
