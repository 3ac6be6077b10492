/**
 * What a signature must have covered for a request to mean what it says. The address decides where a request goes
 * (`http/request-address.ts`), the row of the operation what it reads; here is what of both the signer must have signed.
 * Order and reasons are in docs/guide/security.md.
 */
import { encodeStrict, fault, operations, splitBucket, type ParsedSignature } from '@sampan/protocol';

/**
 * How much a signature must cover. `cos`: as much as the client chose, as on the real service, but always the source of
 * a copy. `strict`: everything that changes what the request does.
 */
export type SignatureMode = 'cos' | 'strict';

/** A request as far as a signature can cover it. */
export interface SignedRequest {
  readonly method: string;
  /** The host that decides where the request goes; it is the one whose signature counts. */
  readonly host: string;
  /** Decoded path, as sent. */
  readonly path: string;
  /**
   * In path style what is left without the bucket. Official SDKs sign it where their `Domain` holds a path; it binds no
   * bucket, so it counts in the mode `cos` alone.
   */
  readonly shortPath?: string | undefined;
  /** The host names the bucket, so that it must be covered for the signature to be about that bucket. */
  readonly bucketInHost: boolean;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
}

// What carries the signature itself cannot be signed, and the official SDKs add the token after signing. The token is
// bound to its SecretId, which the signature proves.
const carriers =
  /^(q-(sign-algorithm|ak|sign-time|key-time|header-list|url-param-list|signature)|sign|x-cos-security-token)$/;

// The official SDKs put it on a request that they send again, after it was signed. It means nothing here.
const retryMark = 'x-cos-sdk-retry';

/** Whether a parameter or header carries the signature, and so cannot be covered by it. */
export function isCarrier(name: string): boolean {
  return carriers.test(name) || name === 'authorization';
}

/** Whether a list of a signature names a header or parameter. */
export function listCovers(list: readonly string[], name: string): boolean {
  return list.includes(encodeStrict(name.toLowerCase()).toLowerCase());
}

/** Throws `AccessDenied` when a signature that holds does not cover what it must. */
export function refuseUncovered(
  signature: Pick<ParsedSignature, 'headerList' | 'paramList'>,
  { headers, query, bucketInHost }: SignedRequest,
  mode: SignatureMode,
): void {
  const { headerList, paramList } = signature;
  // A copy reads another object with the rights of the signer.
  refuseHeader('x-cos-copy-source', headers, headerList);
  if (mode === 'cos') return;
  if (bucketInHost && !listCovers(headerList, 'host')) throw uncovered('the header host');
  for (const name in headers)
    if (/^(x-cos-|x-ci-|pic-operations$)/.test(name) && !isCarrier(name) && name !== retryMark)
      refuseHeader(name, headers, headerList);
  for (const [name] of query)
    if (!isCarrier(name) && !listCovers(paramList, name))
      throw uncovered(`the parameter ${name.slice(0, 64)}`);
}

function refuseHeader(
  name: string,
  headers: Readonly<Record<string, string>>,
  headerList: readonly string[],
): void {
  if (headers[name] !== undefined && !listCovers(headerList, name)) throw uncovered(`the header ${name}`);
}

function uncovered(what: string): Error {
  return fault('AccessDenied', { Message: `The signature must cover ${what}.` });
}

const listParameters: ReadonlySet<string> = new Set(
  Object.values(operations.getService.request.fields).map(({ name }) => name.toLowerCase()),
);

/**
 * A signature over the path without its bucket could have been meant for another request. Throws where it reads as the
 * list of all buckets; gives the name of the bucket that it may have been meant for, which must not exist.
 */
export function bucketMeant(
  { method, shortPath = '/' }: SignedRequest,
  { paramList }: Pick<ParsedSignature, 'paramList'>,
): string | undefined {
  if (shortPath === '/') {
    const listsBuckets = method === 'GET' && paramList.every((name) => listParameters.has(name));
    if (listsBuckets) throw uncovered('the bucket in the path: it reads as the list of all buckets');
    return undefined;
  }
  const [, first = ''] = shortPath.split('/');
  return splitBucket(first) && first;
}

/** Throws when a signature over the path without its bucket was meant for another bucket of this service. */
export function refuseMeantElsewhere(): never {
  throw uncovered('the path as it was sent: what it covers names another bucket of this service');
}
