/**
 * Encryption with the customer's own key (SSE-C): AES-256 in counter mode, so that any range of a body can be read on
 * its own. Each run of bytes that is written has a random initial counter, which stands in the blob just before the
 * run: parts of an upload need no place of their own to remember it. The key is never kept; its digest is, to recognise a
 * wrong key from the right one.
 */
import { createCipheriv, createHash, timingSafeEqual } from 'node:crypto';
import { base64Decode, fault } from '@sampan/protocol';
import type { Encryption } from '../metadata/port.ts';

/** The three headers of a customer's key, as they arrived. */
export interface CustomerKeyFields {
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKey?: string | undefined;
  readonly SSECustomerKeyMD5?: string | undefined;
}

/** A customer's key that was checked against its digest. */
export interface CustomerKey {
  readonly key: Uint8Array;
  readonly md5: string;
}

/** Name under which metadata remembers encryption with a customer's key. */
export const customerAlgorithm = 'SSE-C';
/** Length of the initial counter before each run. */
export const counterBytes = 16;

/** Reads a customer's key from a request; undefined when the request has none. */
export function customerKey(fields: CustomerKeyFields): CustomerKey | undefined {
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: text, SSECustomerKeyMD5: md5 } = fields;
  if (algorithm === undefined && text === undefined && md5 === undefined) return undefined;
  if (algorithm === undefined || text === undefined || md5 === undefined)
    throw fault('InvalidArgument', { Message: 'A customer key needs algorithm, key and key MD5 together.' });
  if (algorithm !== 'AES256')
    throw fault('VerifyAlgorithmNotSupported', { Message: 'The only customer key algorithm is AES256.' });
  const key = base64Decode(text);
  if (key?.length !== 32)
    throw fault('InvalidArgument', { Message: 'A customer key is 32 bytes in base64.' });
  if (createHash('md5').update(key).digest('base64') !== md5)
    throw fault('InvalidArgument', { Message: 'The customer key does not match its MD5.' });
  return { key, md5 };
}

/** What must be remembered of an object that is stored under a customer's key. */
export function customerEncryption(customer: CustomerKey): Encryption {
  return { algorithm: customerAlgorithm, keyMd5: customer.md5 };
}

/**
 * Whether a request may read a body: an encrypted one needs the key it was stored with, any other must come without
 * one. Gives the key to decrypt with.
 */
export function readingKey(
  encryption: Encryption | undefined,
  fields: CustomerKeyFields,
): CustomerKey | undefined {
  const customer = customerKey(fields);
  if (encryption?.algorithm !== customerAlgorithm) {
    if (customer)
      throw fault('SSEHeaderNotAllowed', { Message: 'The object is not encrypted with a customer key.' });
    return undefined;
  }
  if (!customer) throw fault('SsecDecryptHeaderInvalid', { Message: 'The object needs its customer key.' });
  const { keyMd5 } = encryption;
  const expected = Buffer.from(typeof keyMd5 === 'string' ? keyMd5 : '');
  const given = Buffer.from(customer.md5);
  if (expected.length !== given.length || !timingSafeEqual(expected, given))
    throw fault('SsecDecryptHeaderInvalid', {
      Message: 'The customer key is not the one the object was stored with.',
    });
  return customer;
}

/** Encrypts or decrypts bytes that start at `offset` of a run; in counter mode both are one. */
export function cryptAt(
  customer: CustomerKey,
  initialCounter: Uint8Array,
  offset: number,
): (chunk: Uint8Array) => Uint8Array {
  const counter = addCounter(initialCounter, Math.floor(offset / counterBytes));
  const cipher = createCipheriv('aes-256-ctr', customer.key, counter);
  const skip = offset % counterBytes;
  if (skip > 0) cipher.update(new Uint8Array(skip));
  return (chunk) => cipher.update(chunk);
}

/** The counter that stands `blocks` after `start`, as a 128-bit big-endian number. */
function addCounter(start: Uint8Array, blocks: number): Buffer {
  const counter = Buffer.from(start);
  let carry = BigInt(blocks);
  for (let at = counterBytes - 8; at >= 0; at -= 8) {
    const sum = counter.readBigUInt64BE(at) + (carry & 0xffffffffffffffffn);
    counter.writeBigUInt64BE(sum & 0xffffffffffffffffn, at);
    carry = (carry >> 64n) + (sum >> 64n);
  }
  return counter;
}
