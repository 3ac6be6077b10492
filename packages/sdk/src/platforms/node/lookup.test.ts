import { expect, test } from 'vitest';
import { lookup } from './lookup.ts';

function resolve(hostname: string, options: Parameters<typeof lookup>[1]) {
  return new Promise((resolved) => {
    lookup(hostname, options, (error, address, family) => {
      resolved(error ? error.code : { address, family });
    });
  });
}

test('a name below localhost is the loopback address, whatever the system resolver knows', async () => {
  expect(await resolve('demo-1250000000.cos.ap-guangzhou.localhost', {})).toEqual({
    address: '127.0.0.1',
    family: 4,
  });
  expect(await resolve('LOCALHOST.', { all: true })).toEqual({
    address: [{ address: '127.0.0.1', family: 4 }],
    family: undefined,
  });
  expect(await resolve('a.localhost', { family: 6 })).toEqual({ address: '::1', family: 6 });
});

test('a name that only ends alike is left to the system', async () => {
  expect(await resolve('127.0.0.1', {})).toEqual({ address: '127.0.0.1', family: 4 });
  // Which of the two depends on whether the machine has a network at all.
  expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(await resolve('notlocalhost.invalid', {}));
});
