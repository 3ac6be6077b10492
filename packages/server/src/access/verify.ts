/**
 * Finds out who sent a request. A signature is looked for in the header, then in the query; a request without one is
 * anonymous. A signature that does not hold is refused even where everybody may read.
 */
import { createHmac, hash } from 'node:crypto';
import {
  checkTimeWindow,
  fault,
  parseAuthorization,
  parseQuerySignature,
  verifySignature,
  type Digests,
  type ParsedSignature,
  type ParseResult,
} from '@sampan/protocol';
import type { KeySource } from './accounts.ts';
import { refuseUncovered, type SignatureMode, type SignedRequest } from './coverage.ts';
import { anonymous, type Identity } from './identity.ts';

/** Somebody, and the signature that says so; absent for the anonymous. */
export interface Verified {
  readonly identity: Identity;
  readonly signature?: ParsedSignature | undefined;
  /** The signature covers the path without its bucket, which binds none. */
  readonly short?: boolean | undefined;
}

const tokenName = 'x-cos-security-token';

/**
 * Verifies the signature of a request, and that it covers what it must. Throws the documented error when it does not
 * hold.
 */
export function verify(request: SignedRequest, settings: VerifySettings): Verified {
  const parsed = carriedSignature(request);
  if (!parsed) return { identity: anonymous };
  if (!parsed.ok)
    throw fault('InvalidArgument', { Message: `The signature is malformed: ${parsed.problem}` });
  const { signature } = parsed;
  return checkSignature({ signature, token: carriedToken(request, signature) }, request, settings);
}

/** What a signature is held against. */
export interface VerifySettings {
  readonly keys: KeySource;
  readonly mode: SignatureMode;
  readonly nowMs: number;
}

/** A signature and the token that came along with it. */
export interface Claim {
  readonly signature: ParsedSignature;
  readonly token: string | undefined;
}

/** Checks a signature that was found somewhere, such as in a form. Throws the documented error. */
export function checkSignature(
  { signature, token }: Claim,
  request: SignedRequest,
  { keys, mode, nowMs }: VerifySettings,
): Verified {
  const found = keys.find(signature.secretId, token, nowMs);
  if (!found.ok) throw keyFault(found.reason);
  refuseWrongTime(signature, nowMs);
  const { method, query, path, shortPath } = request;
  const headers = readableHeaders(request);
  const result = verifySignature(signature, { method, path, query, headers }, found.secretKey, nativeDigests);
  const short =
    !result.ok &&
    mode === 'cos' &&
    shortPath !== undefined &&
    verifySignature(signature, { method, path: shortPath, query, headers }, found.secretKey, nativeDigests)
      .ok;
  if (!result.ok && !short)
    throw fault('SignatureDoesNotMatch', {
      StringToSign: result.stringToSign,
      FormatString: result.formatString,
    });
  refuseUncovered(signature, request, mode);
  return { identity: found.identity, signature, short };
}

/** Throws what COS answers for a key that is unknown, not valid yet or expired. */
export function keyFault(reason: 'unknown' | 'token' | 'expired'): Error {
  switch (reason) {
    case 'unknown':
      return fault('InvalidAccessKeyId');
    case 'token':
      return fault('InvalidAccessKeyId', { Message: 'The security token does not belong to this SecretId.' });
    case 'expired':
      return fault('ExpiredToken');
  }
}

/**
 * Longest life of a signature: twenty years. COS documents none, and addresses that live for years are in use; without a
 * bound a signature that leaks is valid for ever.
 */
const maxLifeSeconds = 20 * 366 * 86_400;

/**
 * Throws when the time of a signature makes no sense, or when it is not valid yet or has expired. The server's time
 * goes along, so that clients can adjust.
 */
export function refuseWrongTime(
  signature: Pick<ParsedSignature, 'keyTime' | 'signTime'>,
  nowMs: number,
): void {
  const window = checkTimeWindow(signature, Math.floor(nowMs / 1000));
  if (window === 'ok') {
    refuseSenselessTime(signature);
    return;
  }
  const ServerTime = new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
  if (window === 'skewed') throw fault('RequestTimeTooSkewed', { ServerTime });
  throw fault('AccessDenied', { Message: 'Request has expired', ServerTime });
}

function refuseSenselessTime({ keyTime, signTime }: Pick<ParsedSignature, 'keyTime' | 'signTime'>): void {
  for (const { start, end } of [keyTime, signTime]) {
    if (end < start)
      throw fault('InvalidArgument', { Message: 'The time of the signature ends before it starts.' });
    if (end - start > maxLifeSeconds)
      throw fault('InvalidArgument', { Message: 'A signature may be valid for twenty years at most.' });
  }
}

/** The signature that a request carries, as far as it can be read; undefined for the anonymous. */
export function carriedSignature({
  headers,
  query,
}: Pick<SignedRequest, 'headers' | 'query'>): ParseResult | undefined {
  const header = headers['authorization'];
  // The official Python SDK sends an empty header where it has no keys.
  return header ? parseAuthorization(header) : parseQuerySignature(query);
}

/** The token that comes along with a signature. */
export function carriedToken(
  { headers, query }: Pick<SignedRequest, 'headers' | 'query'>,
  signature: Pick<ParsedSignature, 'token'>,
): string | undefined {
  return headers[tokenName] ?? signature.token ?? queryValue(query, tokenName);
}

function queryValue(query: SignedRequest['query'], name: string): string | undefined {
  return query.find(([candidate]) => candidate === name)?.[1];
}

/** Headers as their sender meant them. Node reads bytes as Latin-1; a client that put UTF-8 there signed that text. */
export function readableHeaders({ headers, host }: SignedRequest): SignedRequest['headers'] {
  let readable: Record<string, string> | undefined;
  for (const name in headers) {
    const value = headers[name]!;
    if (/[\x80-\xff]/.test(value)) (readable ??= { ...headers })[name] = asUtf8(value);
  }
  // The host that was routed by is the one whose signature counts, whichever way it came.
  if (headers['host'] !== host) (readable ??= { ...headers })['host'] = host;
  return readable ?? headers;
}

function asUtf8(latin1: string): string {
  const text = Buffer.from(latin1, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? latin1 : text;
}

const kept = 4096;
// By the text of the time: that two keys share a second is rare, and the later one wins.
const signKeys = new Map<string, { readonly secretKey: string; readonly signKey: string }>();
const hmacKeys = new Map<string, HmacKey>();

/** Digests by the platform. The key of each key time is kept for a while: clients sign many requests under one. */
export const nativeDigests: Digests = {
  sha1Hex: (text) => hash('sha1', text, 'hex'),
  hmacSha1Hex(key, text) {
    const isKeyTime = text.length < 32 && !text.includes('\n');
    if (isKeyTime) return signKeyOf(key, text);
    let known = hmacKeys.get(key);
    if (!known && isDigest.test(key)) keep(hmacKeys, key, (known = hmacKey(key)));
    return known ? hmacHex(known, text) : nodeHmac(key, text);
  },
};

function signKeyOf(secretKey: string, keyTime: string): string {
  const known = signKeys.get(keyTime);
  if (known?.secretKey === secretKey) return known.signKey;
  const signKey = nodeHmac(secretKey, keyTime);
  keep(signKeys, keyTime, { secretKey, signKey });
  return signKey;
}

function keep<Value>(known: Map<string, Value>, name: string, value: Value): void {
  if (known.size >= kept) known.delete(known.keys().next().value!);
  known.set(name, value);
}

function nodeHmac(key: string, text: string): string {
  return createHmac('sha1', key).update(text).digest('hex');
}

const isDigest = /^[\da-f]{40}$/;

/** A key of HMAC-SHA1 (RFC 2104) that is a digest itself: the first blocks of its two hashes. */
interface HmacKey {
  readonly inner: string;
  /** Has room for the digest of the first hash. */
  readonly outer: Buffer;
}

const blockBytes = 64;
const digestBytes = 20;

function hmacKey(key: string): HmacKey {
  const inner = Buffer.alloc(blockBytes, 0x36);
  const outer = Buffer.alloc(blockBytes + digestBytes, 0x5c);
  for (const [at, byte] of Buffer.from(key).entries()) {
    inner[at]! ^= byte;
    outer[at]! ^= byte;
  }
  // Hexadecimal digits under the pad are still ASCII, so the first block may be a text.
  return { inner: inner.toString('latin1'), outer };
}

/** Two hashes at a stroke take a third of the time of Node's Hmac, an object with memory elsewhere. */
function hmacHex({ inner, outer }: HmacKey, text: string): string {
  outer.write(hash('sha1', inner + text, 'binary'), blockBytes, digestBytes, 'binary');
  return hash('sha1', outer, 'hex');
}
