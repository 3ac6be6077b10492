import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';

let calls = 0;
const instance = randomBytes(4).toString('hex');

/**
 * A request id in the form of COS: base64 of the second, the address and two numbers, in hexadecimal. Here the numbers
 * are the process and a counter.
 */
export function requestId(nowMs: number, ip: string): string {
  calls = (calls + 1) >>> 0;
  const second = Math.floor(nowMs / 1000).toString(16);
  return Buffer.from(`${second}_${addressHex(ip)}_${instance}_${calls.toString(16)}`).toString('base64');
}

/** A trace id in the form of COS: a longer base64 text, given on failure. */
export function traceId(): string {
  return Buffer.from(randomBytes(48).toString('hex')).toString('base64');
}

// Requests of one client come in runs.
let last = { ip: '', hex: '0' };

function addressHex(ip: string): string {
  if (last.ip !== ip) last = { ip, hex: hexOf(ip) };
  return last.hex;
}

function hexOf(ip: string): string {
  const four = ip.replace(/^::ffff:/, '');
  if (isIP(four) !== 4) return '0';
  return four
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('');
}
