/** Makes the request ids and trace ids of responses, in the form of COS. */
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
  const second = Math.floor(nowMs / 1000);
  const run = calls >>> 8;
  if (second !== last.second || ip !== last.ip || run !== last.run)
    last = { second, ip, run, begin: beginOf(second, ip, run) };
  return last.begin + ends[calls & 0xff]!;
}

/** A trace id in the form of COS: a longer base64 text, given on failure. */
export function traceId(): string {
  return base64(randomBytes(48).toString('hex'));
}

// Requests of one client come in runs; of their ids only the end differs.
let last = { second: 0, ip: '', run: 0, begin: '' };
const ends = Array.from({ length: 256 }, (_, low) => base64(low.toString(16).padStart(2, '0')));

/** All but the last two digits of the counter: 33 characters, which fill base64 without a rest. */
function beginOf(second: number, ip: string, run: number): string {
  return base64(`${eight(second)}_${addressHex(ip)}_${instance}_${eight(run).slice(2)}`);
}

/** The last eight hexadecimal digits. */
function eight(value: number): string {
  return value.toString(16).padStart(8, '0').slice(-8);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** The eight digits of an IPv4 address; of any other, zeros. */
function addressHex(ip: string): string {
  const four = ip.replace(/^::ffff:/, '');
  if (isIP(four) !== 4) return eight(0);
  return four
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('');
}
