import { expect, test } from 'vitest';
import { canceller } from './cancel.ts';

const reason = new Error('stopped');

test('a listener hears of the cancellation once, with its reason', () => {
  const { signal, cancel } = canceller();
  const heard: Error[] = [];
  signal.onCancel((why) => heard.push(why));

  cancel(reason);
  cancel(new Error('again'));

  expect(heard).toEqual([reason]);
  expect(signal.reason).toBe(reason);
});

test('a listener that comes late is called at once', () => {
  const { signal, cancel } = canceller();
  cancel(reason);
  const heard: Error[] = [];

  signal.onCancel((why) => heard.push(why));

  expect(heard).toEqual([reason]);
});

test('a removed listener hears nothing', () => {
  const { signal, cancel } = canceller();
  const heard: Error[] = [];
  const remove = signal.onCancel((why) => heard.push(why));

  remove();
  cancel(reason);

  expect(heard).toEqual([]);
});

test('a parent cancels its children, and a released child no more', () => {
  const parent = canceller();
  const child = canceller(parent.signal);
  const released = canceller(parent.signal);

  released.release();
  parent.cancel(reason);

  expect(child.signal.reason).toBe(reason);
  expect(released.signal.reason).toBeUndefined();
});

test('a child of a parent that was cancelled is born cancelled', () => {
  const parent = canceller();
  parent.cancel(reason);

  expect(canceller(parent.signal).signal.reason).toBe(reason);
});

test('cancelling a child leaves its parent alone', () => {
  const parent = canceller();
  const child = canceller(parent.signal);

  child.cancel(reason);

  expect(parent.signal.reason).toBeUndefined();
});
