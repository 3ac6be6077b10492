import { expect, test } from 'vitest';
import { Connections } from './connections.ts';

/** Connections that say by name which of them were cut. */
function tracked(most: number, mostOfAddress: number) {
  const connections = new Connections({ most, mostOfAddress });
  const cut: string[] = [];
  const open = (id: string, atMs: number, address = 'a') =>
    connections.opened(id, address, { destroy: () => cut.push(id) }, atMs);
  return { connections, cut, open };
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
