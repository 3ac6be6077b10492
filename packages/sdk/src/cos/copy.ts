/** Parses the `CopySource` of a copy into bucket, region, key and version. */
import { parseCopySource, UsageError } from '@sampan/protocol';
import type { Settings } from '../core/options.ts';
import type { Scope } from '../core/credentials-provider.ts';
import { need, type Params } from './params.ts';

export interface Source {
  readonly Bucket: string;
  readonly Region: string;
  /** Decoded. */
  readonly Key: string;
  readonly VersionId?: string;
}

/** Reads `CopySource`, by the application's parser when it has one. */
export function copySource(params: Params, settings: Settings): Source {
  const text = need(params, 'CopySource');
  if (typeof text !== 'string') throw new UsageError('CopySource format error');
  const own = settings.CopySourceParser?.(text);
  if (own) return { ...own, Key: decoded(own.Key) };
  const source = parseCopySource(text.replace(/^https?:\/\//, ''));
  if (!source) throw new UsageError('CopySource format error');
  return {
    Bucket: source.bucket,
    Region: source.region ?? '',
    Key: source.key,
    ...(source.versionId === undefined ? {} : { VersionId: source.versionId }),
  };
}

/** A copy reads one object and writes another, so it needs two permissions. */
export function copyScope(params: Params, settings: Settings): Scope {
  const source = copySource(params, settings);
  const target = {
    bucket: String(params['Bucket']),
    region: String(params['Region']),
    prefix: String(params['Key']),
  };
  return [
    { action: 'name/cos:GetObject', bucket: source.Bucket, region: source.Region, prefix: source.Key },
    { action: 'name/cos:PutObject', ...target },
  ];
}

/** The value of the header: as given, without a scheme. */
export function checkCopySource(params: Params): string {
  const text = need(params, 'CopySource');
  if (typeof text !== 'string') throw new UsageError('CopySource format error');
  return text.replace(/^https?:\/\//, '');
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    throw new UsageError('CopySource format error');
  }
}
