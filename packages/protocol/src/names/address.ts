// Host names of COS and what they say, domain templates, and copy sources.
// Source: https://cloud.tencent.com/document/product/436/6224

import { decodePath } from '../text/percent.ts';
import { splitBucket } from './bucket-and-key.ts';

/** What a host name of COS addresses. The region is missing where the name has none. */
export type HostTarget = BucketTarget | ServiceTarget;

/** A host name that holds the bucket. */
export interface BucketTarget {
  readonly kind: 'bucket';
  readonly bucket: string;
  /** Missing for the acceleration domain, which serves all regions. */
  readonly region?: string;
  readonly accelerate?: true;
  /** The static website of the bucket: index and error documents apply. */
  readonly website?: true;
}

/** A host name of the service. With a path it is path style: the first path segment is the bucket. */
export interface ServiceTarget {
  readonly kind: 'service';
  /** Missing for the name that serves all regions. */
  readonly region?: string;
}

/** Regions of the first generation, whose host names have no `cos.` (as the official SDKs build them). */
export const legacyRegions: readonly string[] = [
  'cn-south',
  'cn-south-2',
  'cn-north',
  'cn-east',
  'cn-southwest',
  'sg',
];

const SERVICE_LABEL = /^cos(?:-internal|-dualstack|-cdc|v6)?$/;
const BUCKET_LABEL = /^cos(-website)?(?:-internal|-dualstack|-cdc|v6)?$/;
const REGION = /^(?!myqcloud$|tencentcos$)[a-z0-9]+(?:-[a-z0-9]+)*$/;
const OFFICIAL_SUFFIX = /\.(?:myqcloud\.com(?:\.cn)?|tencentcos\.(?:cn|com))$/;

/**
 * Reads the value of a `Host` header, with or without a port: `<bucket>.cos.<region>.<anything>`, `cos.<region>.<anything>`
 * and `service.cos.<anything>`. `serviceHosts` are further names of the service, without port. Gives undefined for
 * any other name: a domain bound to one bucket, or not a COS host.
 *
 * @example
 * parseHost('examplebucket-1250000000.cos.ap-guangzhou.localhost:9000');
 * // { kind: 'bucket', bucket: 'examplebucket-1250000000', region: 'ap-guangzhou' }
 */
export function parseHost(
  host: string,
  options: { readonly serviceHosts?: readonly string[] } = {},
): HostTarget | undefined {
  const name = host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
  if (options.serviceHosts?.includes(name) === true) return { kind: 'service' };

  const official = OFFICIAL_SUFFIX.test(name);
  const [first = '', second = '', third = '', ...suffix] = name.split('.');
  if (first === 'service' && SERVICE_LABEL.test(second)) {
    return { kind: 'service', ...(suffix.length > 0 && isRegion(third, official) ? { region: third } : {}) };
  }
  if (SERVICE_LABEL.test(first) && third !== '' && isRegion(second, official)) {
    return second === 'accelerate' ? { kind: 'service' } : { kind: 'service', region: second };
  }
  const kind = BUCKET_LABEL.exec(second);
  if (kind !== null && first !== '' && suffix.length > 0 && isRegion(third, official)) {
    return {
      kind: 'bucket',
      bucket: first,
      ...(third === 'accelerate' ? { accelerate: true } : { region: third }),
      ...(kind[1] === undefined ? {} : { website: true }),
    };
  }
  if (official && legacyRegions.includes(second) && suffix.length === 1) {
    return { kind: 'bucket', bucket: first, region: second };
  }
  return undefined;
}

// Outside the vendor's own domains only names with a hyphen are taken for regions, so that `cos.example.com` is not.
function isRegion(label: string, official: boolean): boolean {
  return (
    REGION.test(label) &&
    (official || label === 'accelerate' || label.includes('-') || legacyRegions.includes(label))
  );
}

/** Gives the default host name of a bucket. The region `accelerate` gives the acceleration domain. */
export function bucketHost(bucket: string, region: string, suffix = 'myqcloud.com'): string {
  return legacyRegions.includes(region)
    ? `${bucket}.${region}.${suffix}`
    : `${bucket}.cos.${region}.${suffix}`;
}

/**
 * Fills a domain template: `{Bucket}` (full name), `{BucketName}` and `{{Bucket}}` (without the application number),
 * `{AppId}`, `{Region}`; each also in double braces and in any case. One `/` at the end is dropped; a scheme is kept.
 */
export function fillDomain(
  template: string,
  values: { readonly bucket: string; readonly region: string },
): string {
  if (!template.includes('{')) return template.replace(/\/$/, '');
  const { shortName = values.bucket, appId = '' } = splitBucket(values.bucket) ?? {};
  const byName: Readonly<Record<string, string>> = {
    '{bucket}': values.bucket,
    '{{bucket}}': shortName,
    '{bucketname}': shortName,
    '{appid}': appId,
    '{region}': values.region,
  };
  return template
    .replace(
      /\{\{(?:Bucket|BucketName|AppId|Region)\}\}|\{(?:Bucket|BucketName|AppId|Region)\}/gi,
      (mark) => {
        const name = mark.toLowerCase();
        return byName[name] ?? byName[name.slice(1, -1)] ?? mark;
      },
    )
    .replace(/\/$/, '');
}

/** The object that a copy reads. */
export interface CopySource {
  readonly bucket: string;
  /** Missing when the source is addressed by the acceleration domain. */
  readonly region?: string;
  readonly key: string;
  readonly versionId?: string;
}

/**
 * Reads `x-cos-copy-source`: `<bucket>.cos.<region>.<anything>/<encoded key>[?versionId=<id>]`, without a scheme. Gives
 * undefined when it is malformed.
 * Source: https://cloud.tencent.com/document/product/436/10881
 */
export function parseCopySource(text: string): CopySource | undefined {
  const match = /^([^/?]+)\/([^?]+)(?:\?(.*))?$/.exec(text);
  const target = match === null ? undefined : parseHost(match[1]!);
  if (match === null || target?.kind !== 'bucket') return undefined;
  try {
    const key = decodePath(match[2]!);
    const versionId = versionOf(match[3] ?? '');
    return {
      bucket: target.bucket,
      ...(target.region === undefined ? {} : { region: target.region }),
      key,
      ...(versionId === undefined ? {} : { versionId }),
    };
  } catch {
    // The only thing that throws is an escape that is not UTF-8.
    return undefined;
  }
}

function versionOf(query: string): string | undefined {
  const pair = query.split('&').find((part) => /^versionid=./i.test(part));
  return pair === undefined ? undefined : decodePath(pair.slice('versionid='.length));
}
