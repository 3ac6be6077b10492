/**
 * What clients do wrong when they sign, each as a change of the text that they should have signed. A change that makes the
 * signature hold is what happened: nothing else gives the same digest.
 */
import { encodeStrict, splitBucket, type ParsedSignature } from '@sampan/protocol';
import { isCarrier, type SignedRequest } from '../access/coverage.ts';
import { splitTarget } from '../http/request-address.ts';
import { isSecretHeader } from './redact.ts';
import { pairOf, sorted, type Canonical, type Pair } from './signature-trial.ts';

/** One mistake. */
export interface Hypothesis {
  /** Of two mistakes at once, each is about another part. */
  readonly part: 'method' | 'path' | 'query' | 'headers' | 'host' | 'writing';
  readonly cause: string;
  /** What was signed instead, for who reads the explanation. */
  readonly facts: Readonly<Record<string, string>>;
  readonly change: (canonical: Canonical) => Canonical;
}

/** What hypotheses are made from. */
export interface Signed {
  readonly request: SignedRequest;
  readonly signature: ParsedSignature;
  readonly target: string;
  readonly bucket: string | undefined;
  readonly region: string;
  /** Ports that the service is reached on. */
  readonly localPort: number;
}

/** All single mistakes, the likeliest first. */
export function hypothesesFor(signed: Signed): readonly Hypothesis[] {
  return [
    ...ofHost(signed),
    ...ofPath(signed),
    ...ofMethod(signed),
    ...ofQuery(signed),
    ...ofHeaders(signed),
    ...ofWriting(),
  ];
}

function ofMethod({ request }: Signed): readonly Hypothesis[] {
  const methods = ['get', 'put', 'post', 'head', 'delete', 'options'];
  const others = methods.filter((method) => method !== request.method.toLowerCase());
  return [
    ...others.map((method) => ({
      part: 'method' as const,
      cause: 'signature-method-differs',
      facts: { signed: method.toUpperCase(), sent: request.method },
      change: (canonical: Canonical) => ({ ...canonical, method }),
    })),
    {
      part: 'method',
      cause: 'signature-method-case',
      facts: { signed: request.method, wanted: request.method.toLowerCase() },
      change: (canonical) => ({ ...canonical, method: request.method }),
    },
  ];
}

function ofPath({ request, target, bucket }: Signed): readonly Hypothesis[] {
  const { path, shortPath } = request;
  const { rawPath } = splitTarget(target, '');
  const guesses: readonly (readonly [string, string | undefined])[] = [
    ['signature-path-encoded', rawPath],
    ['signature-path-encoded', eachSegment(path, encodeURIComponent)],
    ['signature-path-encoded', eachSegment(path, encodeStrict)],
    ['signature-path-encoded', encodeURIComponent(path)],
    ['signature-path-encoded', path.replaceAll(' ', '+')],
    ['signature-path-encoded-twice', unescaped(path)],
    ['signature-path-without-bucket', shortPath],
    ['signature-path-with-bucket', bucket === undefined ? undefined : `/${bucket}${path}`],
    [
      'signature-path-with-bucket',
      bucket === undefined ? undefined : `/${splitBucket(bucket)?.shortName ?? bucket}${path}`,
    ],
    ['signature-path-differs', path.slice(1)],
    ['signature-path-differs', `/${path}`],
    ['signature-path-differs', path.endsWith('/') ? path.slice(0, -1) : `${path}/`],
    ['signature-path-differs', path.replaceAll(/\/{2,}/g, '/')],
    ['signature-path-differs', path.toLowerCase()],
    ['signature-path-differs', path.normalize('NFC')],
    ['signature-path-differs', path.normalize('NFD')],
    ['signature-path-differs', '/'],
    ['signature-path-with-query', target],
  ];
  return guesses.flatMap(([cause, signed]) =>
    signed === undefined || signed === path
      ? []
      : [
          {
            part: 'path' as const,
            cause,
            facts: cause === 'signature-path-with-query' ? {} : { signed, wanted: path },
            change: (canonical: Canonical) => ({ ...canonical, path: signed }),
          },
        ],
  );
}

function eachSegment(path: string, encode: (text: string) => string): string {
  return path.split('/').map(encode).join('/');
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function ofHost({ request, signature, bucket, region, localPort }: Signed): readonly Hypothesis[] {
  if (!signature.headerList.includes('host')) return [];
  const { host } = request;
  const bare = host.replace(/:\d+$/, '');
  const hosts = [
    bare,
    ...[80, 443, localPort].map((port) => `${bare}:${port}`),
    host.toLowerCase(),
    ...['x-forwarded-host', 'x-original-host'].flatMap((name) => request.headers[name] ?? []),
    ...['127.0.0.1', 'localhost', '[::1]'].flatMap((name) => [name, `${name}:${localPort}`]),
    ...(bucket === undefined
      ? []
      : [
          `${bucket}.cos.${region}.myqcloud.com`,
          `${bucket}.cos.accelerate.myqcloud.com`,
          `${bucket}.${bare}`,
          `${bucket}.${host}`,
          bare.startsWith(`${bucket}.`) ? bare.slice(bucket.length + 1) : bare,
          host.startsWith(`${bucket}.`) ? host.slice(bucket.length + 1) : host,
        ]),
    `cos.${region}.myqcloud.com`,
    'service.cos.myqcloud.com',
    '',
  ];
  return [...new Set(hosts)]
    .filter((signed) => signed !== host)
    .map((signed) => ({
      part: 'host',
      cause: 'signature-host-differs',
      facts: { signed, sent: host },
      change: (canonical) => ({ ...canonical, headers: withValue(canonical.headers, 'host', signed) }),
    }));
}

function withValue(pairs: readonly Pair[], key: string, value: string): readonly Pair[] {
  return pairs.map((pair) => (pair.key === key ? { ...pair, value } : pair));
}

function ofQuery({ request, signature }: Signed): readonly Hypothesis[] {
  const own = request.query.filter(([name]) => !isCarrier(name.toLowerCase()));
  const pairs = own.map(([name, value]) => pairOf(name, value));
  return [
    ...orders('query', signature.paramList, pairs, 'signature-query-order'),
    ...listsOf('query', pairs, signature.paramList),
    {
      part: 'query',
      cause: 'signature-query-case',
      facts: { wanted: 'names in lower case' },
      change: (canonical) => ({
        ...canonical,
        query: sorted(canonical.query.map((pair) => ({ ...pair, key: encodeStrict(pair.name) }))),
      }),
    },
  ];
}

/** The pairs in the order of the list, of their arrival, and by their names as they are spelled. */
function orders(
  part: 'query' | 'headers',
  list: readonly string[],
  arrived: readonly Pair[],
  cause: string,
): readonly Hypothesis[] {
  if (list.length < 2) return [];
  const place = (order: readonly string[], { key }: Pair) => {
    const at = order.indexOf(key);
    return at < 0 ? order.length : at;
  };
  const by = (order: readonly string[]) => (pairs: readonly Pair[]) =>
    pairs.toSorted((a, b) => place(order, a) - place(order, b));
  const arrangements: readonly ((pairs: readonly Pair[]) => readonly Pair[])[] = [
    by(list),
    by(arrived.map(({ key }) => key)),
    (pairs) => pairs.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    (pairs) => pairs.toReversed(),
  ];
  return arrangements.map((arranged) => ({
    part,
    cause,
    facts: { wanted: 'sorted by their names in lower case' },
    change: (canonical) => ({ ...canonical, [part]: arranged(canonical[part]) }),
  }));
}

/** What was signed and is not in the list, or is in the list and was not signed. */
function listsOf(
  part: 'query' | 'headers',
  all: readonly Pair[],
  list: readonly string[],
): readonly Hypothesis[] {
  const cause = part === 'query' ? 'signature-param-list' : 'signature-header-list';
  const unlisted = all.filter(({ key }) => !list.includes(key));
  const added =
    unlisted.length > 1 ? [...unlisted.map((pair) => [pair]), unlisted] : unlisted.map((pair) => [pair]);
  const left = list.length > 1 ? [...list.map((key) => [key]), list] : list.map((key) => [key]);
  return [
    ...added.map((extra) => ({
      part,
      cause,
      facts: { unlisted: extra.map(({ key }) => key).join(';') },
      change: (canonical: Canonical) => ({ ...canonical, [part]: sorted([...canonical[part], ...extra]) }),
    })),
    ...left.map((keys) => ({
      part,
      cause,
      facts: { listedUnsigned: keys.join(';') },
      change: (canonical: Canonical) => ({
        ...canonical,
        [part]: canonical[part].filter(({ key }) => !keys.includes(key)),
      }),
    })),
  ];
}

/** Values that clients, browsers and proxies put in the place of one another. */
const usualValues: Readonly<Record<string, readonly string[]>> = {
  'content-type': [
    ...['application/octet-stream', 'application/xml', 'application/json', 'text/plain', 'text/xml'],
    ...['text/plain;charset=UTF-8', 'application/x-www-form-urlencoded', 'application/json; charset=utf-8'],
    ...['image/jpeg', 'image/png', 'video/mp4', 'application/xml; charset=UTF-8'],
  ],
  'content-length': ['0'],
  connection: ['close', 'keep-alive', 'Keep-Alive'],
  'accept-encoding': ['gzip', 'identity', 'gzip, deflate', 'gzip, deflate, br', 'deflate, gzip'],
  accept: ['*/*', 'application/json, text/plain, */*'],
  'transfer-encoding': ['chunked'],
  expect: ['100-continue'],
  'x-cos-acl': ['private', 'public-read', 'public-read-write', 'default'],
  'x-cos-storage-class': ['STANDARD', 'STANDARD_IA', 'ARCHIVE', 'DEEP_ARCHIVE'],
};

function ofHeaders({ request, signature }: Signed): readonly Hypothesis[] {
  const { headerList } = signature;
  const sent = Object.entries(request.headers)
    .filter(([name]) => !isCarrier(name))
    .map(([name, value]) => pairOf(name, value.trim()));
  const changed = headerList
    .filter((key) => key !== 'host' && !isSecretHeader(key))
    .flatMap((key) => {
      const value = sent.find((pair) => pair.key === key)?.value ?? '';
      const guesses = [
        ...(usualValues[key] ?? []),
        ...[value.replace(/;.*$/, ''), value.toLowerCase(), value.toUpperCase(), `"${value}"`],
        ...[value.replaceAll('"', ''), unescaped(value) ?? value, encodeStrict(value), ''],
      ];
      return [...new Set(guesses)].filter((guess) => guess !== value).map((guess) => ({ key, guess, value }));
    });
  return [
    ...changed.map(({ key, guess, value }) => ({
      part: 'headers' as const,
      cause: 'signature-header-changed',
      facts: { header: key, signed: guess, sent: value },
      change: (canonical: Canonical) => ({ ...canonical, headers: withValue(canonical.headers, key, guess) }),
    })),
    ...orders('headers', headerList, sent, 'signature-header-order'),
    ...listsOf('headers', sent, headerList),
  ];
}

function ofWriting(): readonly Hypothesis[] {
  const writings: readonly (readonly [string, Canonical['written']])[] = [
    ['values are percent-encoded', ({ key, value }) => `${key}=${value}`],
    ["values are percent-encoded, also !'()*", ({ key, value }) => `${key}=${encodeURIComponent(value)}`],
    ['values are percent-encoded once', ({ key, value }) => `${key}=${encodeStrict(encodeStrict(value))}`],
    ['a space is written as %20', ({ key, value }) => `${key}=${encodeStrict(value).replaceAll('%20', '+')}`],
    ['escapes are in capitals', ({ key, value }) => `${key}=${encodeStrict(value).toLowerCase()}`],
    ['values keep their case', ({ key, value }) => `${key}=${encodeStrict(value.toLowerCase())}`],
    [
      'an empty value is written as name=',
      ({ key, value }) => (value === '' ? key : `${key}=${encodeStrict(value)}`),
    ],
    ['names are in lower case', ({ name, value }) => `${name}=${encodeStrict(value)}`],
  ];
  return [
    ...writings.map(([wanted, written]) => ({
      part: 'writing' as const,
      cause: 'signature-value-encoding',
      facts: { wanted },
      change: (canonical: Canonical) => ({ ...canonical, written }),
    })),
    {
      part: 'writing',
      cause: 'signature-canonical-form',
      facts: { wanted: 'the text ends in a line end' },
      change: (canonical) => ({ ...canonical, end: '' }),
    },
  ];
}
