import { expect, test } from 'vitest';
import { addressKind, listsHost, mayReach } from './callback-hosts.ts';

test.each([
  ['1.1.1.1', 'public'],
  ['172.15.255.255', 'public'],
  ['172.32.0.0', 'public'],
  ['100.63.255.255', 'public'],
  ['2606:4700:4700::1111', 'public'],
  ['64:ff9b::101:101', 'public'],
  ['2002:101:101::1', 'public'],
  ['0.0.0.0', 'private'],
  ['10.255.0.1', 'private'],
  ['100.64.0.1', 'private'],
  ['127.0.0.1', 'private'],
  ['127.255.255.254', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['198.19.0.1', 'private'],
  ['224.0.0.1', 'private'],
  ['255.255.255.255', 'private'],
  ['::', 'private'],
  ['::1', 'private'],
  ['::127.0.0.1', 'private'],
  ['::ffff:127.0.0.1', 'private'],
  ['::ffff:7f00:1', 'private'],
  ['64:ff9b::10.0.0.1', 'private'],
  ['2002:7f00:1::', 'private'],
  ['2001::1', 'private'],
  ['2001:db8::1', 'private'],
  ['3fff::1', 'private'],
  ['fc00::1', 'private'],
  ['fd12:3456::1', 'private'],
  ['fec0::1', 'private'],
  ['ff02::1', 'private'],
  ['169.254.169.254', 'local-service'],
  ['169.254.0.23', 'local-service'],
  ['100.100.100.200', 'local-service'],
  ['168.63.129.16', 'local-service'],
  ['192.0.0.192', 'local-service'],
  ['::ffff:169.254.169.254', 'local-service'],
  ['::ffff:a9fe:a9fe', 'local-service'],
  ['64:ff9b::a9fe:a9fe', 'local-service'],
  ['2002:a9fe:a9fe::1', 'local-service'],
  ['fe80::1', 'local-service'],
  ['febf::1', 'local-service'],
  ['fe80::1%eth0', 'local-service'],
  ['fd00:ec2::254', 'local-service'],
  ['fd20:ce::254', 'local-service'],
  ['no-address', 'local-service'],
])('%s is %s', (address, kind) => {
  expect(addressKind(address)).toBe(kind);
});

test('private addresses are a setting, and those of metadata services another', () => {
  const kinds = ['public', 'private', 'local-service'] as const;
  const allowed = (['public', 'private', 'any'] as const).map((reach) =>
    kinds.filter((kind) => mayReach(reach, kind)),
  );

  expect(allowed).toEqual([['public'], ['public', 'private'], [...kinds]]);
});

test('the list of hosts names hosts exactly, or those below one', () => {
  const allowed = ['app.example.com', '*.example.org', '192.0.2.1'];
  const listed = (host: string) => listsHost(allowed, host);

  expect(
    ['app.example.com', 'APP.example.com.', 'a.example.org', 'a.b.example.org', '192.0.2.1'].every(listed),
  ).toBe(true);
  expect(
    ['example.com', 'b.app.example.com', 'example.org', 'badexample.org', '192.0.2.10'].some(listed),
  ).toBe(false);
  expect(listsHost([], 'anything')).toBe(true);
});
