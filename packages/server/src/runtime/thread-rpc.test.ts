import { MessageChannel } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { serveCalls, callOver } from './thread-rpc.ts';

interface Asked {
  twice(value: number): Promise<number>;
  refuse(reason: unknown): Promise<void>;
}

function asking() {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  serveCalls<Asked>(port2, {
    twice: async (value) => value * 2,
    refuse: async (reason) => {
      throw reason;
    },
  });
  return callOver<Asked>(port1);
}

test('each question gets its own answer', async () => {
  const ask = asking();

  expect(await Promise.all([ask('twice', 1), ask('twice', 2), ask('twice', 3)])).toEqual([2, 4, 6]);
});

test('what goes wrong there is an error here', async () => {
  const ask = asking();

  await expect(ask('refuse', new TypeError('not so'))).rejects.toThrow(new TypeError('not so'));
  await expect(ask('refuse', 'no error at all')).rejects.toThrow('no error at all');
});

test('both ends may ask over one port', async () => {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const name = (own: string) => ({ name: async () => own });
  serveCalls(port1, name('one'));
  serveCalls(port2, name('two'));

  const [fromOne, fromTwo] = [port1, port2].map((port) => callOver<ReturnType<typeof name>>(port));

  expect(await Promise.all([fromOne!('name'), fromTwo!('name')])).toEqual(['two', 'one']);
});
