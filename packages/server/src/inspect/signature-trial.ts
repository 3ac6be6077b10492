/** Recomputes a signature over what a client may have signed instead of what it should have. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { encodeStrict, type ParsedSignature } from '@sampan/protocol';
import type { SignedRequest } from '../access/coverage.ts';

/** A header or parameter on its way into the text that is signed. */
export interface Pair {
  /** As it stands in a list: encoded and in lower case. */
  readonly key: string;
  /** In the spelling of the sender. */
  readonly name: string;
  readonly value: string;
}

/** The text that is signed, in its parts. */
export interface Canonical {
  readonly method: string;
  readonly path: string;
  readonly query: readonly Pair[];
  readonly headers: readonly Pair[];
  /** How names and values are written. */
  readonly written: (pair: Pair) => string;
  readonly end: string;
}

/** The text as COS says it is made. */
export function canonicalOf(request: SignedRequest, signature: ParsedSignature): Canonical {
  return {
    method: request.method.toLowerCase(),
    path: request.path,
    query: sorted(listed(signature.paramList, request.query)),
    headers: sorted(
      listed(
        signature.headerList,
        Object.entries(request.headers).map(([name, value]): [string, string] => [name, value.trim()]),
      ),
    ),
    written: ({ key, value }) => `${key}=${encodeStrict(value)}`,
    end: '\n',
  };
}

/** The pairs that a list names; a name that does not occur counts as empty. */
export function listed(
  list: readonly string[],
  from: readonly (readonly [string, string])[],
): readonly Pair[] {
  const found = from.map(([name, value]) => pairOf(name, value)).filter(({ key }) => list.includes(key));
  const missing = [...new Set(list)].filter((key) => !found.some((pair) => pair.key === key));
  return [...found, ...missing.map((key) => ({ key, name: key, value: '' }))];
}

export function pairOf(name: string, value: string): Pair {
  return { key: encodeStrict(name.toLowerCase()).toLowerCase(), name, value };
}

export function sorted(pairs: readonly Pair[]): readonly Pair[] {
  return pairs.toSorted((a, b) => compare(a.key, b.key) || compare(a.value, b.value));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function textOf({ method, path, query, headers, written, end }: Canonical): string {
  return `${method}\n${path}\n${query.map(written).join('&')}\n${headers.map(written).join('&')}${end}`;
}

/** Tries texts against one signature. */
export class Trial {
  readonly #signature: ParsedSignature;
  readonly #times: readonly string[];
  readonly #keyTime: string;
  #tries = 0;

  constructor(signature: ParsedSignature) {
    this.#signature = signature;
    const { keyTime, signTime } = signature;
    this.#keyTime = `${keyTime.start};${keyTime.end}`;
    this.#times = [...new Set([`${signTime.start};${signTime.end}`, this.#keyTime])];
  }

  /** How many texts were tried. */
  get tries(): number {
    return this.#tries;
  }

  stringToSign(text: string): string {
    return stringToSign(this.#times[0]!, text);
  }

  /** Whether the signature is one over the text, by a key. */
  holds(text: string, secretKey: string): boolean {
    const signKey = hmac(secretKey, this.#keyTime);
    return this.#signed(text, signKey, this.#signature.signature);
  }

  /** Whether it is one by a key that was used without the key time. */
  holdsUnderBareKey(text: string, secretKey: string): boolean {
    return this.#signed(text, secretKey, this.#signature.signature);
  }

  /** Whether the signature is in capital letters but right otherwise. */
  holdsInLowerCase(text: string, secretKey: string): boolean {
    const { signature } = this.#signature;
    const signKey = hmac(secretKey, this.#keyTime);
    return signature !== signature.toLowerCase() && this.#signed(text, signKey, signature.toLowerCase());
  }

  #signed(text: string, key: string, signature: string): boolean {
    this.#tries += 1;
    return this.#times.some((time) => same(hmac(key, stringToSign(time, text)), signature));
  }
}

function stringToSign(time: string, text: string): string {
  return `sha1\n${time}\n${createHash('sha1').update(text).digest('hex')}\n`;
}

function hmac(key: string, text: string): string {
  return createHmac('sha1', key).update(text).digest('hex');
}

function same(a: string, b: string): boolean {
  const [one, two] = [Buffer.from(a), Buffer.from(b)];
  return one.length === two.length && timingSafeEqual(one, two);
}
