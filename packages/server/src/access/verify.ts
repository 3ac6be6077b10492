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
} from '@sampan/protocol';
import type { KeySource } from './accounts.ts';
import { anonymous, type Identity } from './identity.ts';

/** What a signature is checked against. */
export interface SignedRequest {
  readonly method: string;
  /** Decoded paths over which the client may have signed. */
  readonly signedPaths: readonly string[];
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
}

/** Somebody, and the signature that says so; absent for the anonymous. */
export interface Verified {
  readonly identity: Identity;
  readonly signature?: ParsedSignature | undefined;
}

const tokenName = 'x-cos-security-token';

/** Verifies the signature of a request. Throws the documented error when it does not hold. */
export function verify(request: SignedRequest, keys: KeySource, nowMs: number): Verified {
  const signature = carriedSignature(request);
  if (!signature) return { identity: anonymous };
  const token = request.headers[tokenName] ?? signature.token ?? queryValue(request.query, tokenName);
  const identity = checkSignature({ signature, token }, request, keys, nowMs);
  return { identity, signature };
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
  keys: KeySource,
  nowMs: number,
): Identity {
  const found = keys.find(signature.secretId, token, nowMs);
  if (!found.ok) throw keyFault(found.reason);
  refuseWrongTime(signature, nowMs);
  const headers = readableHeaders(request.headers);
  let last: ReturnType<typeof verifySignature> | undefined;
  for (const path of request.signedPaths) {
    const signed = { method: request.method, path, query: request.query, headers };
    const result = verifySignature(signature, signed, found.secretKey, nativeDigests);
    if (result.ok) return found.identity;
    last ??= result;
  }
  throw fault('SignatureDoesNotMatch', {
    ...(last?.ok === false ? { StringToSign: last.stringToSign, FormatString: last.formatString } : {}),
  });
}

/** Throws what COS answers for a key that is not known, not yet or not any more. */
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

/** Throws when a signature is not valid yet or not any more. The server's time goes along, so that clients can adjust. */
export function refuseWrongTime(
  signature: Pick<ParsedSignature, 'keyTime' | 'signTime'>,
  nowMs: number,
): void {
  const window = checkTimeWindow(signature, Math.floor(nowMs / 1000));
  if (window === 'ok') return;
  const ServerTime = new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
  if (window === 'skewed') throw fault('RequestTimeTooSkewed', { ServerTime });
  throw fault('AccessDenied', { Message: 'Request has expired', ServerTime });
}

function carriedSignature({ headers, query }: SignedRequest): ParsedSignature | undefined {
  const header = headers['authorization'];
  // The official Python SDK sends an empty header where it has no keys.
  const parsed = header ? parseAuthorization(header) : parseQuerySignature(query);
  if (!parsed) return undefined;
  if (!parsed.ok)
    throw fault('InvalidArgument', { Message: `The signature is malformed: ${parsed.problem}` });
  return parsed.signature;
}

function queryValue(query: SignedRequest['query'], name: string): string | undefined {
  return query.find(([candidate]) => candidate === name)?.[1];
}

// Node reads header bytes as Latin-1; a client that put UTF-8 there signed the text that it meant.
function readableHeaders(headers: SignedRequest['headers']): SignedRequest['headers'] {
  let readable: Record<string, string> | undefined;
  for (const name in headers) {
    const value = headers[name]!;
    if (/[\x80-\xff]/.test(value)) (readable ??= { ...headers })[name] = asUtf8(value);
  }
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
