import { expect, test } from 'vitest';
import { threadShare, type ThreadShareParts } from './thread-share.ts';

/** A thread whose time passes only by what is done and slept. */
function thread() {
  const state = { nowMs: 0, sleptMs: 0, turns: 0 };
  const parts: ThreadShareParts = {
    nowMs: () => state.nowMs,
    async sleep(ms) {
      state.sleptMs += ms;
      state.nowMs += ms;
    },
    turn() {
      state.turns += 1;
      return new Promise((resolve) => setImmediate(resolve));
    },
  };
  return { state, share: threadShare(parts) };
}

test('while others use the thread, long work leaves them four times the time that it takes', async () => {
  const { state, share } = thread();
  share.arrived();
  const piece = share.begin();
  share.arrived();
  share.arrived();

  for (let n = 0; n < 5; n += 1)
    await piece(async () => {
      state.nowMs += 3;
      share.arrived(); // Somebody else's request, answered meanwhile.
    });

  expect(state.sleptMs).toBe(4 * 12);
});

test('work of several requests pays together', async () => {
  const { state, share } = thread();
  share.arrived();
  share.arrived();
  const one = share.begin();
  const other = share.begin();
  const order: string[] = [];
  const piece = (name: string) => async () => {
    order.push(`${name} at ${state.nowMs}`);
    state.nowMs += 2;
    share.arrived();
  };

  await Promise.all([one(piece('one')), other(piece('other')), one(piece('one'))]);

  expect(order).toEqual(['one at 0', 'other at 10', 'one at 20']);
});

test('a thread that has nothing else to do is not paused, only left once between two pieces', async () => {
  const { state, share } = thread();
  share.arrived();
  const piece = share.begin();
  state.nowMs = 1000;

  for (let n = 0; n < 3; n += 1)
    await piece(async () => {
      state.nowMs += 50;
    });

  expect(state.sleptMs).toBe(0);
  expect(state.turns).toBeGreaterThanOrEqual(2);
});

test('what long work took beside its pieces is paid for as well', async () => {
  const { state, share } = thread();
  share.begin();
  for (let n = 0; n < 3; n += 1) share.arrived();
  share.spent(5);

  await share.begin()(async () => undefined);

  expect(state.sleptMs).toBe(20);
});

test('a piece that fails does not keep the next from its turn', async () => {
  const { share } = thread();
  const piece = share.begin();

  await expect(
    piece(async () => {
      throw new Error('broken');
    }),
  ).rejects.toThrow('broken');

  expect(await piece(async () => 'next')).toBe('next');
});
