/**
 * Where upload callbacks may go. A caller of the service names the address, so the service must not reach for it what
 * the caller could not reach: neighbours in a private network, this machine, the metadata service of a cloud.
 */
import { isIPv4, isIPv6 } from 'node:net';

/**
 * Which addresses callbacks may have. `private` lets them go to this machine and to private networks as well; `any`
 * besides to link-local addresses and metadata services.
 */
export type CallbackReach = 'public' | 'private' | 'any';

/** What an address is to the one who is made to call it. */
export type AddressKind = 'public' | 'private' | 'local-service';

/** Whether an address of this kind may be called. */
export function mayReach(reach: CallbackReach, kind: AddressKind): boolean {
  return kind === 'public' || reach === 'any' || (reach === 'private' && kind === 'private');
}

/** Whether the list of allowed hosts has a host; an empty list has all. `*.example.com` has those below it. */
export function listsHost(allowed: readonly string[], host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return (
    allowed.length === 0 ||
    allowed.some((one) => (one.startsWith('*.') ? name.endsWith(one.slice(1)) : name === one))
  );
}

/** What an address in numbers is, as a resolver or an address gives it. What is no address counts as the worst. */
export function addressKind(address: string): AddressKind {
  if (isIPv4(address)) return kindOfIPv4(address.split('.').map(Number));
  const groups = isIPv6(address) ? groupsOf(address) : undefined;
  return groups ? kindOfIPv6(groups) : 'local-service';
}

// Source of the ranges: https://www.iana.org/assignments/iana-ipv4-special-registry
const privateIPv4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // Multicast, reserved, broadcast.
  ['224.0.0.0', 3],
];

// Metadata services: link-local with most clouds; then Alibaba's, Azure's and Oracle's own.
const localServicesIPv4: readonly (readonly [string, number])[] = [
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
];

function kindOfIPv4(bytes: readonly number[]): AddressKind {
  const inAny = (ranges: typeof privateIPv4): boolean =>
    ranges.some(([start, bits]) => {
      const shift = 32 - bits;
      return numberOf(bytes) >>> shift === numberOf(start.split('.').map(Number)) >>> shift;
    });
  if (inAny(localServicesIPv4)) return 'local-service';
  return inAny(privateIPv4) ? 'private' : 'public';
}

function numberOf(bytes: readonly number[]): number {
  return bytes.reduce((all, byte) => all * 256 + byte, 0);
}

/** Source: https://www.iana.org/assignments/iana-ipv6-special-registry */
function kindOfIPv6(groups: readonly number[]): AddressKind {
  const [first = 0, second = 0] = groups;
  const leading = groups.slice(0, 6);
  const isMapped = leading.every((group, at) => group === (at === 5 ? 0xffff : 0));
  const isTranslated = first === 0x64 && second === 0xff9b && leading.slice(2).every((group) => group === 0);
  // Such an address is one of IPv4 by another name.
  if (isMapped || isTranslated) return kindOfIPv4(bytesOf(groups.slice(6)));
  if (first === 0x2002) return kindOfIPv4(bytesOf(groups.slice(1, 3)));
  if ((first & 0xffc0) === 0xfe80) return 'local-service';
  // Metadata services of Amazon and Google in their unique local addresses.
  if ((first === 0xfd00 && second === 0x0ec2) || (first === 0xfd20 && second === 0x00ce))
    return 'local-service';
  const isGlobal = (first & 0xe000) === 0x2000;
  // Teredo and other protocols in 2001::/23, documentation in 2001:db8::/32 and 3fff::/20.
  const isSpecial =
    (first === 0x2001 && (second < 0x0200 || second === 0x0db8)) || (first === 0x3fff && second < 0x1000);
  return isGlobal && !isSpecial ? 'public' : 'private';
}

function bytesOf(groups: readonly number[]): number[] {
  return groups.flatMap((group) => [group >>> 8, group & 0xff]);
}

/** The eight groups of an address that is known to be one. */
function groupsOf(address: string): number[] | undefined {
  // A zone such as %eth0 names an interface of this machine, which no caller has a say in.
  if (address.includes('%')) return undefined;
  const hex = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [head = '', tail] = hex.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const gap = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...gap, ...after];
}
