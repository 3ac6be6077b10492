/**
 * Parses the target of a request (service, bucket or object) from host and path, in all accepted forms. The path
 * is percent-decoded exactly once and never normalised: `..`, `//` and `%2F` are part of a key, because merging them
 * could turn a request for an object into one for its bucket.
 */
import {
  checkBucketName,
  checkKey,
  decodePath,
  fault,
  memoize,
  isErrorCode,
  isServiceError,
  isUsageError,
  parseHost,
  type HostTarget,
} from '@sampan/protocol';
import type { HttpRequest } from './message.ts';

/** Where a request goes. */
export type Address = ServiceAddress | BucketAddress;

interface Common {
  /** The host that decides where the request goes, as sent by the client: the one whose signature counts. */
  readonly host: string;
  /** Decoded, as sent: what a signature covers. */
  readonly path: string;
  /** Query in the order of arrival, decoded once. */
  readonly query: readonly (readonly [string, string])[];
}

export interface ServiceAddress extends Common {
  readonly kind: 'service';
  readonly region?: string | undefined;
}

export interface BucketAddress extends Common {
  readonly kind: 'bucket';
  readonly bucket: string;
  /** Absent: the request is about the bucket itself. */
  readonly key?: string | undefined;
  /** The region that the host names; absent when the host names none. */
  readonly region?: string | undefined;
  readonly style: 'virtual' | 'path' | 'bound';
  /** In path style the path without its bucket, which some official SDKs sign instead. */
  readonly shortPath?: string;
  /** What is wrong with key, path or query: the bucket is known, and its rules say who may read the answer. */
  readonly problem?: Error | undefined;
  /** The host is the one for global acceleration. */
  readonly accelerate?: boolean;
  readonly website: boolean;
}

/** A domain that stands for one bucket. */
export interface BoundDomain {
  /** Lower case, without port. */
  readonly host: string;
  /** Only connections to this port; absent: the main one. */
  readonly port?: number | undefined;
  readonly bucket: string;
}

/**
 * Reads the address of a request. Throws `InvalidURI` and `InvalidBucketName`; what is wrong behind the bucket is in
 * `problem`.
 */
export function readAddress(request: HttpRequest, bound: readonly BoundDomain[] = []): Address {
  const { host, rawPath, rawQuery, contradicts } = splitTarget(request.target, request.headers['host'] ?? '');
  if (contradicts)
    throw fault('InvalidURI', { Message: 'The address of the request names another host than Host does.' });
  refuseOtherPort(host, request, bound);
  const { path, query, problem } = readParts(rawPath, rawQuery);

  const binding = bindingOf(host, request, bound);
  const target: HostTarget | undefined = binding
    ? { kind: 'bucket', bucket: binding.bucket }
    : knownHost(host);
  if (target?.kind === 'bucket') {
    const key = path.slice(1);
    return {
      kind: 'bucket',
      host,
      path,
      query,
      problem: problem ?? keyProblem(key),
      bucket: checkedBucket(target.bucket),
      key: key === '' ? undefined : key,
      style: binding ? 'bound' : 'virtual',
      region: target.region,
      website: target.website === true,
      accelerate: target.accelerate === true,
    };
  }

  const region = target?.region;
  const slash = path.indexOf('/', 1);
  if (path === '/' || path === '*' || path === '') {
    if (problem) throw problem;
    return { kind: 'service', host, path, query, region };
  }
  const key = slash < 0 ? '' : path.slice(slash + 1);
  return {
    kind: 'bucket',
    host,
    path,
    query,
    problem: problem ?? keyProblem(key),
    bucket: checkedBucket(slash < 0 ? path.slice(1) : path.slice(1, slash)),
    key: key === '' ? undefined : key,
    style: 'path',
    shortPath: `/${key}`,
    region,
    website: false,
    accelerate: false,
  };
}

/** Path and query; what cannot be decoded is left as it was sent, with the error for it. */
function readParts(rawPath: string, rawQuery: string): Pick<Common, 'path' | 'query'> & { problem?: Error } {
  let path = rawPath;
  try {
    path = decoded(rawPath);
    return { path, query: readQuery(rawQuery) };
  } catch (error) {
    if (!isServiceError(error)) throw error;
    return { path, query: [], problem: error };
  }
}

/** Reads the address of a reserved path, which names no bucket. Throws `InvalidURI`. */
export function readReservedAddress(request: HttpRequest): ServiceAddress {
  const { host, rawPath, rawQuery } = splitTarget(request.target, request.headers['host'] ?? '');
  return { kind: 'service', host, path: decoded(rawPath), query: readQuery(rawQuery) };
}

// Clients name the same few hosts again and again.
const knownHost = memoize({ limit: 256, longest: 255 }, (host): HostTarget | undefined => parseHost(host));

/** Whether the host names the service itself, by any of its names, and not a bucket. */
export function onServiceHost(request: HttpRequest, bound: readonly BoundDomain[]): boolean {
  const { host, contradicts } = splitTarget(request.target, request.headers['host'] ?? '');
  return !contradicts && knownHost(host)?.kind !== 'bucket' && !bindingOf(host, request, bound);
}

/**
 * One name may stand for different buckets, or the service, on different ports. The port in the Host header, which the
 * signature covers, must then be the port of the connection.
 */
function refuseOtherPort(host: string, request: HttpRequest, bound: readonly BoundDomain[]): void {
  const name = withoutPort(host);
  if (!bound.some((domain) => domain.port !== undefined && domain.host === name)) return;
  const named = /:(\d+)$/.exec(host)?.[1];
  if (Number(named ?? (request.secure ? 443 : 80)) !== request.localPort)
    throw fault('InvalidURI', { Message: 'Host names another port than the one the request came in on.' });
}

function bindingOf(
  host: string,
  request: HttpRequest,
  bound: readonly BoundDomain[],
): BoundDomain | undefined {
  if (bound.length === 0) return undefined;
  const name = withoutPort(host);
  return bound.find(
    (domain) => domain.host === name && (domain.port === undefined || domain.port === request.localPort),
  );
}

/** The name of a host without its port, in lower case. */
export function withoutPort(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '');
}

function checkedBucket(bucket: string): string {
  const problem = checkBucketName(bucket);
  if (problem) throw fault(problem.code, { Message: problem.message });
  return bucket;
}

function keyProblem(key: string): Error | undefined {
  const problem = key === '' ? undefined : checkKey(key);
  return problem && fault(problem.code, { Message: problem.message });
}

/**
 * Throws the documented error for a key that may not exist.
 *
 * Quirk: the naming rules forbid a first slash or backslash; the vendor's suite for Python stores `//abc/.//def//../../`.
 */
export function refuseBadKey(key: string): void {
  const problem = checkKey(key);
  if (problem) throw fault(problem.code, { Message: problem.message });
}

/** The two halves of what a client says of where its request goes, taken apart. */
export interface SplitTarget {
  readonly host: string;
  readonly rawPath: string;
  readonly rawQuery: string;
  /** The target is a whole address and names another host than the header `Host`. */
  readonly contradicts: boolean;
}

/** Splits a request target. A client that takes the service for its HTTP proxy sends a whole address. */
export function splitTarget(target: string, hostHeader: string): SplitTarget {
  const [, scheme = '', authority, rest] =
    (target.startsWith('/') ? null : /^(https?):\/\/([^/?#]*)([^#]*)/i.exec(target)) ?? [];
  const origin = rest ?? target;
  const mark = origin.indexOf('?');
  const rawPath = mark < 0 ? origin : origin.slice(0, mark);
  return {
    // A header that says the same is what the client signs, in its own spelling.
    host: hostHeader === '' ? (authority ?? '') : hostHeader,
    rawPath: rawPath === '' ? '/' : rawPath,
    rawQuery: mark < 0 ? '' : origin.slice(mark + 1),
    contradicts:
      authority !== undefined &&
      hostHeader !== '' &&
      canonicalHost(authority, scheme) !== canonicalHost(hostHeader, scheme),
  };
}

/** A host in the spelling in which two are compared: lower case, without the usual port. */
function canonicalHost(host: string, scheme: string): string {
  return host.toLowerCase().replace(scheme.toLowerCase() === 'https' ? /:443$/ : /:80$/, '');
}

function readQuery(raw: string): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  let equals = -1;
  for (let from = 0, end; from < raw.length; from = end + 1) {
    end = until(raw, '&', from);
    if (end === from) continue;
    // Looked for once in a text that has none.
    if (equals < from) equals = until(raw, '=', from);
    const nameEnd = Math.min(equals, end);
    pairs.push([unescapeQuery(raw.slice(from, nameEnd)), unescapeQuery(raw.slice(nameEnd + 1, end))]);
  }
  return pairs;
}

function until(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at;
}

// The Go SDK writes a space of a query value as +.
function unescapeQuery(text: string): string {
  return decoded(text.includes('+') ? text.replaceAll('+', ' ') : text);
}

function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodePath(text);
  } catch (cause) {
    if (isUsageError(cause) && isErrorCode(cause.code)) throw fault(cause.code, {}, { cause });
    throw cause;
  }
}
