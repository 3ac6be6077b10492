/** The methods that need no request: signatures and presigned URLs. */
import {
  base64,
  encodeStrict,
  hmacSha1,
  pureDigests,
  sign,
  signUrlQuery,
  splitBucket,
  UsageError,
  utf8Encode,
  type Digests,
  type KeyTime,
} from '@sampan/protocol';
import { addressOf, queryText } from '../client/address.ts';
import { keyTimeOf, signatureSeconds } from '../client/authorize.ts';
import type { Credential } from '../client/credentials.ts';
import type { Scope } from '../core/credentials-provider.ts';
import type { Instance } from './instance.ts';
import { headersGiven, queryOf, type Params } from './params.ts';

/** Headers that a signature of the application's own making may cover. Source: the official SDKs. */
const signable = /* @__PURE__ */ new Set(
  /* @__PURE__ */ (
    'cache-control content-disposition content-encoding content-length content-md5 content-type expect expires host ' +
    'if-match if-modified-since if-none-match if-unmodified-since origin range transfer-encoding pic-operations'
  ).split(' '),
);

const coversHeader = (name: string): boolean => signable.has(name) || /^x-(cos|ci)-/.test(name);

/** Signs what the application says it will send; gives the `Authorization`. */
export function authorization(params: Params, nowMs: number, digests: Digests = pureDigests): string {
  const { SecretId, SecretKey, Bucket, Region } = params as Readonly<Record<string, string | undefined>>;
  if (!SecretId) throw new UsageError('missing param SecretId');
  if (!SecretKey) throw new UsageError('missing param SecretKey');
  const headers = headersGiven(params);
  if (headers['host'] === undefined && Bucket && Region && params['ForceSignHost'] !== false)
    headers['host'] = `${Bucket}.cos.${Region}.myqcloud.com`;
  return sign({
    secretId: SecretId,
    secretKey: SecretKey,
    method: textOf(params['Method'] ?? params['method'], 'get').toLowerCase(),
    path: pathOf(params),
    query: Object.entries(queryOf(params)),
    headers,
    signedHeaders: coversHeader,
    keyTime: keyTimeGiven(params, nowMs),
    digests,
  }).authorization;
}

function pathOf(params: Params): string {
  const path = textOf(params['Pathname'] ?? params['Key'], '');
  if (params['UseRawKey'] && params['Pathname'] === undefined) return `/${path}`;
  return path.startsWith('/') ? path : `/${path}`;
}

function keyTimeGiven(params: Params, nowMs: number): KeyTime {
  const given = /^(\d+);(\d+)$/.exec(textOf(params['KeyTime'], ''));
  if (given) return { start: Number(given[1]), end: Number(given[2]) };
  const offset = Number(params['SystemClockOffset'] ?? 0);
  const start = Math.round((nowMs + offset) / 1000) - 1;
  return { start, end: start + secondsOf(params) };
}

function secondsOf(params: Params): number {
  if (params['Expires'] === undefined || params['Expires'] === null) return signatureSeconds;
  const seconds = Number(params['Expires']);
  if (!Number.isFinite(seconds)) throw new UsageError('param Expires should be a number of seconds');
  return Math.floor(seconds);
}

/** The address of an object, signed unless `Sign` is false. Without keys at hand it is unsigned. */
export function objectUrl({ settings, platform, credentials }: Instance, params: Params): string {
  const credential = params['Sign'] === false ? undefined : credentials.atHand(scopeOf(params));
  return urlWith({ settings, platform }, params, credential);
}

/** The same, with keys that are fetched first. */
export async function objectUrlLater(instance: Instance, params: Params): Promise<{ Url: string }> {
  const { settings, platform, credentials } = instance;
  if (params['Sign'] === false) return { Url: urlWith(instance, params, undefined) };
  const key = textOf(params['Key'], '');
  const { host } = destination(instance, params);
  const credential = await credentials.for({
    Bucket: textOf(params['Bucket'], ''),
    Region: textOf(params['Region'], ''),
    Method: textOf(params['Method'], 'get').toUpperCase(),
    Key: key,
    Pathname: `/${key}`,
    Query: queryOf(params),
    Headers: { ...headersGiven(params), ...(signsHost(instance, params) ? { Host: host } : {}) },
    Scope: scopeOf(params),
    SystemClockOffset: settings.SystemClockOffset,
    ForceSignHost: signsHost(instance, params),
  });
  return { Url: urlWith({ settings, platform }, params, credential) };
}

type Place = Pick<Instance, 'settings' | 'platform'>;

function urlWith(place: Place, params: Params, credential: Credential | undefined): string {
  const { protocol, host, path } = destination(place, params);
  const query = queryOf(params);
  const own = queryText(query);
  const signature = credential ? signatureText(place, params, credential, query) : '';
  const all = [own, signature].filter((text) => text !== '').join('&');
  return `${protocol}//${host}${path}${all === '' ? '' : `?${all}`}`;
}

function signatureText(
  place: Place,
  params: Params,
  credential: Credential,
  query: Readonly<Record<string, string>>,
): string {
  if (credential.kind === 'signature') {
    const pairs = credential.authorization.split('&').map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    });
    const token = credential.token === undefined ? [] : [['x-cos-security-token', credential.token] as const];
    return pairsText([...pairs, ...token, ...Object.entries(credential.extra)]);
  }
  const { platform } = place;
  const { host, signedPath } = destination(place, params);
  const headers = headersGiven(params);
  const mustSend = Object.keys(headers).filter(coversHeader);
  const pairs = signUrlQuery({
    secretId: credential.secretId,
    secretKey: credential.secretKey,
    method: textOf(params['Method'], 'get').toLowerCase(),
    path: signedPath,
    query: Object.entries(query),
    headers: { ...headers, host },
    signedHeaders: [...mustSend, ...(signsHost(place, params) ? ['host'] : [])],
    keyTime: spanOf(place, params, credential),
    digests: platform.digests,
    ...(credential.token === undefined ? {} : { token: credential.token }),
  });
  return pairsText(pairs);
}

/** `Expires` of the call wins over the span of temporary keys, but cannot outlive them in fact. */
function spanOf(
  { platform, settings }: Place,
  params: Params,
  credential: Credential & { kind: 'keys' },
): KeyTime {
  const own = params['Expires'] === undefined ? credential : { ...credential, startTime: undefined };
  return keyTimeOf(platform, settings, own, secondsOf(params));
}

function pairsText(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `${encodeStrict(name)}=${encodeStrict(value)}`).join('&');
}

function destination({ settings }: Place, params: Params) {
  const { Bucket, Region, Key, Domain, Protocol, UseAccelerate } = params;
  return addressOf(settings, {
    bucket: textOf(Bucket, ''),
    region: textOf(Region, ''),
    key: textOf(Key, ''),
    domain: typeof Domain === 'string' && Domain !== '' ? Domain : undefined,
    protocol: typeof Protocol === 'string' ? Protocol : undefined,
    useAccelerate: typeof UseAccelerate === 'boolean' ? UseAccelerate : undefined,
  });
}

function signsHost({ settings }: Pick<Instance, 'settings'>, params: Params): boolean {
  return settings.ForceSignHost && params['ForceSignHost'] !== false;
}

function scopeOf(params: Params): Scope {
  const action =
    textOf(params['Method'], '').toUpperCase() === 'PUT' ? 'name/cos:PutObject' : 'name/cos:GetObject';
  const { Bucket, Region, Key } = params;
  return [{ action, bucket: textOf(Bucket, ''), region: textOf(Region, ''), prefix: textOf(Key, '') }];
}

/**
 * Signs for the service's earlier API (the fourth version of its signatures), which some of its products still take.
 * Source: https://cloud.tencent.com/document/product/436/6054
 */
export function v4Authorization(params: Params, nowMs: number, random: () => number): string {
  const { SecretId, SecretKey, Bucket } = params as Readonly<Record<string, string | undefined>>;
  if (!SecretId) throw new UsageError('missing param SecretId');
  if (!SecretKey) throw new UsageError('missing param SecretKey');
  if (!Bucket) throw new UsageError('missing param Bucket');
  const { shortName, appId } = splitBucket(Bucket) ?? { shortName: Bucket, appId: '' };
  const now = Math.round(nowMs / 1000);
  const key = encodeURIComponent(textOf(params['Key'], '').replace(/^\/+/, '')).replace(/%2F/g, '/');
  const nonce = Math.floor(random() * 2 ** 32);
  const text =
    `a=${appId}&b=${shortName}&k=${SecretId}&t=${now}&e=${now + secondsOf(params)}&r=${nonce}` +
    `&f=/${appId}/${shortName}/${key}`;
  const plain = utf8Encode(text);
  const signature = hmacSha1(utf8Encode(SecretKey), plain);
  const both = new Uint8Array(signature.length + plain.length);
  both.set(signature);
  both.set(plain, signature.length);
  return base64(both);
}

function textOf(value: unknown, standard: string): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : standard;
}
