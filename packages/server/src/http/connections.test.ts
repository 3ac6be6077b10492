import { expect, test } from 'vitest';
import { Connections } from './connections.ts';

/** Connections that say by name which of them were cut. */
function tracked(most: number, mostOfAddress: number) {
  const waiting: (() => void)[] = [];
  const connections = new Connections({ most, mostOfAddress }, (work) => waiting.push(work));
  const cut: string[] = [];
  const passMoment = () => waiting.splice(0).forEach((work) => work());
  const open = (id: string, atMs: number, address = 'a') =>
    connections.opened(id, address, { destroy: () => cut.push(id) }, atMs);
  return { connections, cut, open, passMoment };
}

test('a slow head makes room first, the oldest before the others', () => {
  const { connections, cut, open } = tracked(3, 3);
  open('idle', 0);
  connections.busy('idle');
  connections.idle('idle');
  open('slow', 0);
  open('slower', 10);

  open('new', 2000);
  open('newer', 2000);

  expect(cut).toEqual(['slow', 'slower']);
  expect(connections.count).toBe(3);
});

test('a head that just began outlives a connection that is idle', () => {
  const { connections, cut, open } = tracked(2, 2);
  open('idle', 0);
  connections.busy('idle');
  connections.idle('idle');
  open('fresh', 1000);

  open('new', 1001);

  expect(cut).toEqual(['idle']);
});

test('a request that is being answered is never cut, so that a new connection is refused', () => {
  const { connections, cut, open } = tracked(1, 1);
  open('busy', 0);
  connections.busy('busy');

  open('new', 60_000);

  expect(cut).toEqual(['new']);
  expect(connections.count).toBe(1);
});

test('an address has its own limit, and makes room for itself alone', () => {
  const { connections, cut, open } = tracked(10, 2);
  open('other', 0, 'b');
  open('one', 0);
  open('two', 1);

  open('three', 5000);

  expect(cut).toEqual(['one']);
  connections.closed('other');
  connections.closed('two');
  expect(connections.count).toBe(1);
});

test('a burst cuts none whose head is read within a moment, and what has none by then makes room', () => {
  const { connections, cut, open, passMoment } = tracked(4, 100);
  open('honest', 0);
  for (const n of [1, 2, 3, 4, 5]) open(`silent ${n}`, 1);
  const atOnce = [...cut];
  connections.busy('honest');

  passMoment();

  expect(atOnce).toEqual([]);
  expect(cut).toEqual(['silent 1', 'silent 2']);
  expect(connections.count).toBe(4);
});

test('a burst of more than half of the limit makes room at once', () => {
  const { connections, cut, open } = tracked(4, 100);

  for (const n of [1, 2, 3, 4, 5, 6, 7]) open(`silent ${n}`, 1);

  expect(cut).toEqual(['silent 1']);
  expect(connections.count).toBe(6);
});

test('what was too many is closed when its answer is out', () => {
  const { connections, cut, open, passMoment } = tracked(2, 2);
  for (const id of ['one', 'two', 'three']) open(id, 0);
  for (const id of ['one', 'two', 'three']) connections.busy(id);
  passMoment();
  const whileBusy = [...cut];

  connections.idle('two');
  passMoment();

  expect(whileBusy).toEqual([]);
  expect(cut).toEqual(['two']);
  expect(connections.count).toBe(2);
});
