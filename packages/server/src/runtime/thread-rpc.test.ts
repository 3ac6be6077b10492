import { MessageChannel } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { serveCalls, callOver } from './thread-rpc.ts';

interface Example {
  twice(value: number): Promise<number>;
  refuse(reason: unknown): Promise<void>;
}

function connected() {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  serveCalls<Example>(port2, {
    twice: async (value) => value * 2,
    refuse: async (reason) => {
      throw reason;
    },
  });
  return callOver<Example>(port1);
}

test('each call gets its own result', async () => {
  const call = connected();

  expect(await Promise.all([call('twice', 1), call('twice', 2), call('twice', 3)])).toEqual([2, 4, 6]);
});

test('what goes wrong there is an error here', async () => {
  const call = connected();

  await expect(call('refuse', new TypeError('not so'))).rejects.toThrow(new TypeError('not so'));
  await expect(call('refuse', 'no error at all')).rejects.toThrow('no error at all');
});

test('both ends may call over one channel', async () => {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const name = (own: string) => ({ name: async () => own });
  serveCalls(port1, name('one'));
  serveCalls(port2, name('two'));

  const [fromOne, fromTwo] = [port1, port2].map((port) => callOver<ReturnType<typeof name>>(port));

  expect(await Promise.all([fromOne!('name'), fromTwo!('name')])).toEqual(['two', 'one']);
});
