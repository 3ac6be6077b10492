import { describe, expect, test } from 'vitest';
import { settle } from '../testing/platform.ts';
import { canceller } from './cancel.ts';
import { gate } from './wait.ts';

describe('a gate', () => {
  test('lets as many in as it has permits, and the others in the order of asking', async () => {
    const it = gate(2);
    const order: number[] = [];
    const leave: (() => void)[] = [];
    for (const number of [1, 2, 3, 4])
      void it.enter().then((left) => {
        order.push(number);
        leave.push(left);
      });

    await settle();
    expect(order).toEqual([1, 2]);
    leave[0]!();
    // Leaving twice frees nothing.
    leave[0]!();
    await settle();
    expect(order).toEqual([1, 2, 3]);
  });

  test('gives no permit to a waiter that was cancelled', async () => {
    const it = gate(1);
    const leave = await it.enter();
    const stop = canceller();
    const cancelled = it.enter(stop.signal).catch((error: unknown) => error);
    let entered = false;
    void it.enter().then(() => (entered = true));

    stop.cancel(new Error('enough'));
    leave();

    await settle();
    expect([await cancelled, entered]).toEqual([new Error('enough'), true]);
  });

  test('keeps the permit of a waiter that was cancelled just as it got in', async () => {
    const it = gate(1);
    const leave = await it.enter();
    const stop = canceller();
    const entering = it.enter(stop.signal);

    leave();
    stop.cancel(new Error('too late'));

    (await entering)();
    (await it.enter())();
  });
});
