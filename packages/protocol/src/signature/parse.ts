import { encodeKey, type KeyTime, type Pairs, parseKeyTime } from './canonical.ts';
import { memoize, ofSignatures } from './memoize.ts';

/** What a request says about its signature. Nothing in it is checked yet. */
export interface ParsedSignature {
  readonly secretId: string;
  readonly signTime: KeyTime;
  readonly keyTime: KeyTime;
  /** Signed headers, as the client encoded them. */
  readonly headerList: readonly string[];
  /** Signed query parameters, as the client encoded them. */
  readonly paramList: readonly string[];
  readonly signature: string;
  /** Security token that came along in the query or in the authorization text. */
  readonly token?: string;
}

/** The outcome of reading a signature. `problem` is for the client's eyes: it repeats no value. */
export type ParseResult =
  | { readonly ok: true; readonly signature: ParsedSignature }
  | { readonly ok: false; readonly problem: string };

const TOKEN = 'x-cos-security-token';

// Clients of AWS S3 sign so, and get a sentence that says what the matter is.
const ofS3 = /^\s*AWS(4-HMAC-SHA256|4-ECDSA-P256-SHA256)?[ \t]/i;
const ofS3Query = /^(x-amz-(algorithm|signature|credential)|awsaccesskeyid)$/i;
const s3Problem =
  'it is a signature of AWS S3, which is not understood here; sign as COS does (https://cloud.tencent.com/document/product/436/7778)';

/** Reads the value of an `Authorization` header, or of the form field `Signature`. Pairs may be in any order. */
export function parseAuthorization(text: string): ParseResult {
  if (ofS3.test(text)) return refused(s3Problem);
  return parsePairs(
    text
      .trim()
      .split('&')
      .map((part): [string, string] => {
        const equals = part.indexOf('=');
        return equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
      }),
  );
}

/**
 * Reads the signature of a presigned address from its query, which was percent-decoded once. The merged form
 * `?sign=<authorization>` is read too. Gives undefined when the query carries no signature.
 */
export function parseQuerySignature(query: Pairs): ParseResult | undefined {
  if (query.some(([name]) => name === 'q-signature' || name === 'q-ak' || name === 'q-sign-algorithm')) {
    return parsePairs(query);
  }
  // An object may have been given a parameter of that name; only a signature inside makes it a carrier.
  const merged = query.find(([name, value]) => name === 'sign' && value.includes('q-signature='));
  if (merged === undefined)
    return query.some(([name]) => ofS3Query.test(name)) ? refused(s3Problem) : undefined;

  const parsed = parseAuthorization(merged[1]);
  const token = query.find(([name]) => name === TOKEN);
  if (!parsed.ok || token === undefined) return parsed;
  return { ok: true, signature: { ...parsed.signature, token: token[1] } };
}

const NAMES: readonly string[] = [
  'q-sign-algorithm',
  'q-ak',
  'q-key-time',
  'q-sign-time',
  'q-signature',
  'q-header-list',
  'q-url-param-list',
  TOKEN,
];

function parsePairs(pairs: Pairs): ParseResult {
  const values = new Array<string | undefined>(NAMES.length);
  for (const [name, value] of pairs) {
    const at = NAMES.indexOf(name);
    if (at < 0) continue;
    if (values[at] !== undefined) return refused(`${name} is given twice`);
    values[at] = value;
  }

  const [algorithm, secretId, keyTimeText, signTimeText, signature, headerList, paramList, token] = values;
  if (algorithm === undefined) return refused('q-sign-algorithm is missing');
  if (algorithm !== 'sha1') return refused('q-sign-algorithm must be sha1');
  if (secretId === undefined || secretId === '') return refused('q-ak is missing');
  if (keyTimeText === undefined) return refused('q-key-time is missing');
  if (signature === undefined || signature === '') return refused('q-signature is missing');

  const keyTime = keyTimeFrom(keyTimeText);
  if (keyTime === undefined) return refused('q-key-time must be <start>;<end> in seconds');
  const signTime = signTimeText === undefined ? keyTime : keyTimeFrom(signTimeText);
  if (signTime === undefined) return refused('q-sign-time must be <start>;<end> in seconds');

  const parsed = {
    secretId,
    signTime,
    keyTime,
    headerList: listFrom(headerList),
    paramList: listFrom(paramList),
    signature,
  };
  return { ok: true, signature: token === undefined ? parsed : { ...parsed, token } };
}

// A client signs many requests under one time, and the same names in each.
const keyTimeFrom = memoize(ofSignatures, parseKeyTime);
const namesFrom = memoize(ofSignatures, readNames);

function listFrom(text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? nothing : namesFrom(text);
}

const nothing: readonly string[] = [];

// Quirk: in a presigned address some official SDKs encode the list once more and some do not, so after one decode a name
// may stand there encoded or raw. Both become the encoded form.
function readNames(text: string): readonly string[] {
  return text
    .split(';')
    .filter((name) => name !== '')
    .map((name) => (/^(?:[\w.~-]|%[\da-f]{2})*$/i.test(name) ? name.toLowerCase() : encodeKey(name)));
}

function refused(problem: string): ParseResult {
  return { ok: false, problem };
}
