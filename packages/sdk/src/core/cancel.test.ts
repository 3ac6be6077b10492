import { expect, test } from 'vitest';
import { canceller, fromAbortSignal } from './cancel.ts';

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

test('one listener of an AbortSignal serves every call, and goes with the last of them', () => {
  const controller = new AbortController();
  let listeners = 0;
  const { signal } = controller;
  const watched = {
    get aborted() {
      return signal.aborted;
    },
    addEventListener(type: 'abort', listener: () => void) {
      listeners++;
      signal.addEventListener(type, listener);
    },
    removeEventListener(type: 'abort', listener: () => void) {
      listeners--;
      signal.removeEventListener(type, listener);
    },
  };
  const calls = Array.from({ length: 60 }, () => fromAbortSignal(watched, () => reason));
  const most = listeners;
  calls.slice(0, 30).forEach(({ release }) => release());
  controller.abort();
  calls.forEach(({ release }) => release());

  expect(most).toBe(1);
  expect(calls.map(({ signal: { reason: why } }) => why !== undefined)).toEqual([
    ...Array<boolean>(30).fill(false),
    ...Array<boolean>(30).fill(true),
  ]);
  expect(listeners).toBe(0);
});
