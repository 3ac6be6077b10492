import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { collectGarbage } from './gc.ts';

test('a collection of all of the heap frees memory that threads could share', async () => {
  const reference = new WeakRef(new SharedArrayBuffer(4096, { maxByteLength: 4096 }));
  await nextTurn();

  collectGarbage('major');

  expect(reference.deref()).toBeUndefined();
});
