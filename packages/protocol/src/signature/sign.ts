import {
  encodeKey,
  httpString,
  type KeyTime,
  keyTimeText,
  type Pairs,
  type SignableRequest,
  type SignedPair,
  sortedByKey,
  stringToSign,
} from './canonical.ts';
import { type Digests, pureDigests } from './digests.ts';

/** Chooses names in lower case: a list, or a function that says yes. */
export type Selection = readonly string[] | ((name: string) => boolean);

/** What `sign` needs to know. */
export interface SignOptions extends SignableRequest {
  readonly secretId: string;
  readonly secretKey: string;
  readonly keyTime: KeyTime;
  /** Headers to sign, of those in the request. Default: `defaultSignedHeader`. */
  readonly signedHeaders?: Selection;
  /** Query parameters to sign, of those in the request. Default: all. */
  readonly signedParams?: Selection;
  readonly digests?: Digests;
}

/** A signature with the texts it was made from. */
export interface Signature {
  /** Value of the `Authorization` header. */
  readonly authorization: string;
  readonly signature: string;
  /** The seven pairs of the authorization, in the usual order, not percent-encoded. */
  readonly pairs: Pairs;
  readonly formatString: string;
  readonly stringToSign: string;
}

/**
 * Signs a request with the native signature of COS. The security token of temporary credentials is not added: send it
 * as the header `x-cos-security-token`, which is signed when it is among `headers`.
 */
export function sign(options: SignOptions): Signature {
  const { secretId, secretKey, keyTime, digests = pureDigests } = options;
  const isSignedParam = selector(options.signedParams ?? (() => true));
  const query = chosen(options.query, (name) => isSignedParam(name) && !CARRIER.test(name));
  const headers = chosen(
    Object.keys(options.headers).map((name) => [name, options.headers[name]!.trim()]),
    selector(options.signedHeaders ?? defaultSignedHeader),
  );

  const formatString = httpString(options, query, headers);
  const time = keyTimeText(keyTime);
  const text = stringToSign(time, formatString, digests);
  const signature = digests.hmacSha1Hex(signKey(secretKey, time, digests), text);
  const pairs: Pairs = [
    ['q-sign-algorithm', 'sha1'],
    ['q-ak', secretId],
    ['q-sign-time', time],
    ['q-key-time', time],
    ['q-header-list', listOf(headers)],
    ['q-url-param-list', listOf(query)],
    ['q-signature', signature],
  ];
  const authorization = pairs.map((pair) => pair.join('=')).join('&');
  return { authorization, signature, pairs, formatString, stringToSign: text };
}

/**
 * Makes the query pairs that turn an address into a presigned one; append them, percent-encoded, to the request's own
 * query. Only the header `host` is signed unless `signedHeaders` names more, which users of the address must send.
 * A `token` becomes a signed parameter.
 */
export function signUrlQuery(options: SignOptions & { readonly token?: string }): Pairs {
  const token: Pairs = options.token === undefined ? [] : [['x-cos-security-token', options.token]];
  const signed = sign({
    ...options,
    query: [...options.query, ...token],
    signedHeaders: options.signedHeaders ?? ['host'],
  });
  return [...signed.pairs, ...token];
}

// Query names that carry the signature itself; it does not cover them.
const CARRIER = /^q-(?:sign-algorithm|ak|sign-time|key-time|header-list|url-param-list|signature)$/;

// Content-Length, Content-Type, Cache-Control, Expect, Expires, Origin and Transfer-Encoding are left out: browsers,
// WeChat and proxies set or change them, and a changed header that is signed makes the request fail.
const SIGNED_HEADERS: readonly string[] = [
  'content-disposition',
  'content-encoding',
  'content-md5',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-unmodified-since',
  'pic-operations',
  'range',
];

/** Whether a header is signed by default. */
export function defaultSignedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return /^x-(?:cos|ci)-/.test(lower) || SIGNED_HEADERS.includes(lower);
}

/** The key of all signatures of one span of time: within a second there may be thousands, and a digest is dear. */
function signKey(secretKey: string, time: string, digests: Digests): string {
  if (last?.secretKey !== secretKey || last.time !== time)
    last = { secretKey, time, key: digests.hmacSha1Hex(secretKey, time) };
  return last.key;
}

let last: { readonly secretKey: string; readonly time: string; readonly key: string } | undefined;

function selector(selection: Selection): (name: string) => boolean {
  if (typeof selection === 'function') return selection;
  const names = selection.map((name) => name.toLowerCase());
  return (name) => names.includes(name);
}

/** The pairs whose names are chosen, in the order in which they are signed. */
function chosen(from: Pairs, isChosen: (name: string) => boolean): readonly SignedPair[] {
  const pairs: SignedPair[] = [];
  // No iterators: every request is signed, those of a short program before the engine has made iterators cheap.
  from.forEach((pair) => {
    const name = pair[0].toLowerCase();
    if (isChosen(name)) pairs.push({ key: encodeKey(name), name, value: pair[1] });
  });
  return sortedByKey(pairs);
}

function listOf(pairs: readonly SignedPair[]): string {
  return pairs.map(({ key }) => key).join(';');
}
