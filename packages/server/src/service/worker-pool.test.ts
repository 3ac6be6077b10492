import { MessageChannel } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { hashCrew } from '../body/hashing/hash-crew.ts';
import { inspectionOf } from '../inspect/inspection.ts';
import { troublesOf } from '../runtime/trouble.ts';
import { readConfig } from './config.ts';
import { startPoolWorker } from './worker-pool.ts';

const main = {
  ...inspectionOf([], ''),
  released: async () => undefined,
  metrics: async () => '',
  setLaboratory: async () => undefined,
};
const settings = {
  config: readConfig(['--data', '/nowhere', '--log-level', 'silent'], {}, '/'),
  keyPair: { secretId: 'AKIDx', secretKey: 'k' },
  ticketKeys: new Uint8Array(48),
  threads: 2,
  laboratory: undefined,
};

test('a thread that cannot start says why', async () => {
  const worker = startPoolWorker(main);
  onTestFinished(() => worker.end());
  const { port1, port2: port } = new MessageChannel();
  onTestFinished(() => port1.close());
  const progress = new SharedArrayBuffer(16);
  const data = { path: '/nowhere/metadata.db', port, progress, cacheKiB: 1024 };
  const tickets = { metadata: { data, transfer: [port] }, blobs: undefined };
  const hashers = hashCrew().join();

  await expect(worker.join({ ...settings, troubles: troublesOf().memory, tickets, hashers })).rejects.toThrow(
    'unable to open database file',
  );
});

test('one that was never told to join ends when it is told to', async () => {
  const worker = startPoolWorker(main);

  await expect(worker.end()).resolves.toBeUndefined();
});
