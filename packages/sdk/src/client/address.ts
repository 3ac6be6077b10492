/** Builds the URL of a call: the host name from domain templates and options, and the path from the key. */
import {
  bucketHost,
  decodePath,
  encodeKeyPath,
  encodeStrict,
  fillDomain,
  UsageError,
} from '@sampan/protocol';
import type { Settings } from '../core/options.ts';

/** What of a call decides its address. */
export interface Destination {
  readonly bucket?: string | undefined;
  readonly region?: string | undefined;
  readonly key?: string | undefined;
  /** Overrides the options of the same names. */
  readonly domain?: Settings['Domain'] | undefined;
  readonly protocol?: string | undefined;
  readonly useAccelerate?: boolean | undefined;
  /** A whole address without a query, which wins over everything else. */
  readonly url?: string | undefined;
}

export interface Address {
  /** With the colon, such as `https:`. */
  readonly protocol: string;
  readonly host: string;
  /** Encoded for the request line. */
  readonly path: string;
  /** Decoded, as it is signed. */
  readonly signedPath: string;
}

/** Hosts that have a second name with the same content. */
const switchable = /^[a-z0-9-]+\.cos\.(?!accelerate\.)[a-z0-9-]+\.myqcloud\.com$/;

/** Finds the address of a bucket, an object, or the service itself when there is no bucket. */
export function addressOf(settings: Settings, to: Destination): Address {
  if (to.url !== undefined) {
    const { path, ...whole } = split(to.url, settings, to);
    return { ...whole, path: path || '/', signedPath: decodePath(path || '/') };
  }
  const origin = to.bucket === undefined ? serviceOrigin(settings, to) : bucketOrigin(settings, to);
  const { protocol, host, path } = split(origin, settings, to);
  // A domain may carry a path prefix, which is then part of what is signed.
  const prefix = path.endsWith('/') ? path.slice(0, -1) : path;
  const key = to.key ?? '';
  return { protocol, host, path: `${prefix}/${encodeKeyPath(key)}`, signedPath: `${prefix}/${key}` };
}

/** An origin in its parts. */
type Origin = Pick<Address, 'protocol' | 'host' | 'path'>;

/** The files of a batch go to one origin. */
let last: { readonly text: string; readonly origin: Origin } | undefined;

function split(given: string, settings: Settings, to: Destination): Origin {
  const text = given.includes('://') ? given : `${protocolOf(settings, to)}://${given}`;
  if (last?.text === text) return last.origin;
  const [, scheme, host, path = ''] = /^([a-z]+):\/\/([^\s/?#@]+)(\/.*)?$/i.exec(text) ?? [];
  if (!scheme || !host) throw new UsageError('Domain does not give a host name');
  const origin = { protocol: `${scheme.toLowerCase()}:`, host, path };
  last = { text, origin };
  return origin;
}

/** The other name of a host of the service itself, or undefined for any other host. */
export function backupHost(host: string): string | undefined {
  return switchable.test(host) ? host.replace(/myqcloud\.com$/, 'tencentcos.cn') : undefined;
}

/** Writes a query; a name without a value stands alone, as the service's sub-resources do. */
export function queryText(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) =>
      value === '' ? encodeStrict(name) : `${encodeStrict(name)}=${encodeStrict(value)}`,
    )
    .join('&');
}

function bucketOrigin(settings: Settings, to: Destination): string {
  const bucket = to.bucket ?? '';
  const region = (to.useAccelerate ?? settings.UseAccelerate) ? 'accelerate' : (to.region ?? '');
  const domain = to.domain || settings.Domain;
  if (typeof domain === 'function')
    return fillDomain(domain({ Bucket: bucket, Region: region }), { bucket, region });
  return domain ? fillDomain(domain, { bucket, region }) : bucketHost(bucket, region);
}

function serviceOrigin(settings: Settings, to: Destination): string {
  const region = to.region ?? '';
  if (settings.ServiceDomain) return fillDomain(settings.ServiceDomain, { bucket: '', region });
  const { Domain } = settings;
  const domain = typeof Domain === 'function' ? Domain({ Bucket: '', Region: region }) : Domain;
  if (domain) return fillDomain(withoutBucket(domain, region), { bucket: '', region });
  return region ? `cos.${region}.myqcloud.com` : 'service.cos.myqcloud.com';
}

/** The name of the service beside the buckets of a domain: `cos.<region>.…`, and `service.cos.…` without a region. */
function withoutBucket(domain: string, region: string): string {
  const bare = domain
    .replace(/\{Bucket\}[.-]?|\{BucketName\}-\{AppId\}[.-]?/gi, '')
    // A function was called without a bucket.
    .replace(/^([a-z]+:\/\/)?\./i, '$1')
    .replace(/\/+$/, '');
  if (region !== '') return bare;
  return bare.replace(/\bcos(-\w+)?\.\{Region\}\./i, 'service.cos.').replace(/\{Region\}\.?/gi, '');
}

function protocolOf(settings: Settings, to: Destination): string {
  return (to.protocol || settings.Protocol || 'https').replace(/:$/, '');
}
