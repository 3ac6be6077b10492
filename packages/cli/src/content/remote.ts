/** Lists buckets' content: pages of listings as one sequence, and the objects that an address selects. */
import { bucketHost, encodeKeyPath, isServiceError } from '@sampan/protocol';
import type COS from '@sampan/sdk';
import { addressText, type CosAddress } from '../words/address.ts';
import type { Connected } from '../connection/context.ts';
import { exitStatus, Failure, UsageFailure } from '../words/failure.ts';
import { fixedPart, isPattern, matcher } from '../words/filter.ts';
import { t } from '../terminal/messages.ts';

export interface RemoteObject {
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
  /** With its quotes, as the service gives it. */
  readonly eTag: string;
  readonly modifiedAtMs: number;
  readonly storageClass: string;
}

/** A folder of a listing with a delimiter. */
export interface RemoteFolder {
  readonly prefix: string;
}

/** Lists objects whose keys begin with a prefix, in the order of the service. */
export async function* objectsBelow(
  { cos, at }: Connected,
  { bucket, key: prefix }: CosAddress,
): AsyncGenerator<RemoteObject> {
  for await (const page of pagesOf({ cos, at }, { bucket, key: prefix }, ''))
    for (const object of page.Contents) yield objectOf(bucket, object);
}

/** Lists one level: objects and folders, in the order of the service. */
export async function* levelBelow(
  connected: Pick<Connected, 'cos' | 'at'>,
  address: CosAddress,
): AsyncGenerator<RemoteObject | RemoteFolder> {
  for await (const page of pagesOf(connected, address, '/')) {
    const entries = [
      ...page.CommonPrefixes.map(({ Prefix }) => ({ prefix: decode(Prefix) })),
      ...page.Contents.map((object) => objectOf(address.bucket, object)),
    ];
    yield* entries.sort((a, b) => byBytes(nameOf(a), nameOf(b)));
  }
}

function nameOf(entry: RemoteObject | RemoteFolder): string {
  return 'key' in entry ? entry.key : entry.prefix;
}

async function* pagesOf(
  { cos, at }: Pick<Connected, 'cos' | 'at'>,
  { bucket, key: prefix }: CosAddress,
  delimiter: string,
): AsyncGenerator<COS.GetBucketResult> {
  const ask = (marker: string) =>
    cos.getBucket({
      ...at(bucket),
      Prefix: prefix,
      Delimiter: delimiter,
      Marker: marker,
      MaxKeys: 1000,
      // XML cannot hold every character that a key can.
      EncodingType: 'url',
    });
  let coming = ask('');
  for (;;) {
    const page = await coming;
    const isLast = page.IsTruncated !== 'true';
    if (!isLast) {
      const marker = decode(page.NextMarker ?? page.Contents.at(-1)?.Key ?? '');
      if (marker === '') throw new Failure(t`the service says that there is more, but not from where`);
      // Under way while this page is read.
      coming = ask(marker);
      coming.catch(() => undefined);
    }
    yield page;
    if (isLast) return;
  }
}

function objectOf(bucket: string, object: COS.CosObject): RemoteObject {
  return {
    bucket,
    key: decode(object.Key),
    sizeBytes: Number(object.Size),
    eTag: object.ETag,
    modifiedAtMs: Date.parse(object.LastModified),
    storageClass: object.StorageClass,
  };
}

function decode(text: string): string {
  return decodeURIComponent(text);
}

/** The service's order: by UTF-8 bytes. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A version of an object, or the mark that a deletion has left. */
export interface RemoteVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly isMarker: boolean;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  readonly storageClass: string;
}

/** Lists all versions of objects whose keys begin with a prefix, the newest of each key first. */
export async function* versionsBelow(
  { cos, at }: Connected,
  { bucket, key: prefix }: CosAddress,
): AsyncGenerator<RemoteVersion> {
  for (let marker: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {}; marker;) {
    const page: COS.ListObjectVersionsResult = await cos.listObjectVersions({
      ...at(bucket),
      Prefix: prefix,
      MaxKeys: 1000,
      EncodingType: 'url',
      ...marker,
    });
    const rows: RemoteVersion[] = [
      ...page.Versions.map((version) => ({
        ...common(version),
        isMarker: false,
        sizeBytes: Number(version.Size),
        storageClass: version.StorageClass,
      })),
      ...page.DeleteMarkers.map((version) => ({
        ...common(version),
        isMarker: true,
        sizeBytes: 0,
        storageClass: '',
      })),
    ];
    yield* rows.sort((a, b) => byBytes(a.key, b.key) || b.modifiedAtMs - a.modifiedAtMs);
    const { NextKeyMarker = '', NextVersionIdMarker = '' } = page;
    if (page.IsTruncated === 'true' && NextKeyMarker === '')
      throw new Failure(t`the service says that there is more, but not from where`);
    marker =
      page.IsTruncated === 'true'
        ? { KeyMarker: decode(NextKeyMarker), VersionIdMarker: NextVersionIdMarker }
        : undefined;
  }
}

function common(version: {
  readonly Key: string;
  readonly VersionId: string;
  readonly IsLatest: string;
  readonly LastModified: string;
}) {
  return {
    key: decode(version.Key),
    versionId: version.VersionId,
    isLatest: version.IsLatest === 'true',
    modifiedAtMs: Date.parse(version.LastModified),
  };
}

/** An object that an address means, and its name at a destination that is a folder. */
export interface Chosen {
  readonly object: RemoteObject;
  readonly name: string;
}

export interface Choice {
  /** `object`: exactly this one; `folder` and `pattern`: as many as there are. */
  readonly kind: 'object' | 'folder' | 'pattern';
  readonly chosen: readonly Chosen[];
  /** The empty object that stands for the folder itself, where there is one. */
  readonly mark?: RemoteObject | undefined;
}

export interface ChooseOptions {
  readonly recursive: boolean;
  readonly wanted?: (name: string) => boolean;
}

/**
 * Finds the objects that an address means: the one with this key, else those that match it as a pattern, else with
 * `recursive` those below it as a folder. Throws a Failure when there are none.
 */
export async function choose(
  connected: Connected,
  address: CosAddress,
  { recursive, wanted = () => true }: ChooseOptions,
): Promise<Choice> {
  const { key, bucket } = address;
  const isFolder = key === '' || key.endsWith('/');
  if (!isFolder || !recursive) {
    const object = key === '' ? undefined : await headOf(connected, address);
    if (object) return { kind: 'object', chosen: [{ object, name: lastPart(key) }] };
  }
  if (!isFolder && isPattern(key)) {
    const prefix = fixedPart(key);
    const test = matcher(key);
    const chosen: Chosen[] = [];
    for await (const object of objectsBelow(connected, { bucket, key: prefix })) {
      const name = object.key.slice(prefix.length);
      if (test(object.key) && wanted(name)) chosen.push({ object, name });
    }
    if (chosen.length === 0) throw nothing(address);
    return { kind: 'pattern', chosen };
  }
  if (!recursive) {
    if (!isFolder) await refuseMissing(connected, address);
    throw isAFolder(address);
  }
  const folder = isFolder ? key : `${key}/`;
  const own = isFolder ? '' : `${lastPart(key)}/`;
  const chosen: Chosen[] = [];
  let seen = 0;
  let mark: RemoteObject | undefined;
  for await (const object of objectsBelow(connected, { bucket, key: folder })) {
    seen++;
    const name = object.key.slice(folder.length);
    if (name === '') mark = object;
    else if (wanted(name)) chosen.push({ object, name: `${own}${name}` });
  }
  if (seen === 0 && folder !== '') throw nothing(address);
  return { kind: 'folder', chosen, mark };
}

function isAFolder(address: CosAddress): UsageFailure {
  return new UsageFailure(t`${addressText(address)} is a folder: add -r for what is in it`);
}

/** Explains a 404 by a listing: a HEAD is the same for a missing bucket, a folder and a missing object. */
async function refuseMissing({ cos, at }: Connected, address: CosAddress): Promise<void> {
  const { Contents } = await cos.getBucket({
    ...at(address.bucket),
    Prefix: `${address.key}/`,
    MaxKeys: 1,
    EncodingType: 'url',
  });
  if (Contents.length === 0) throw nothing(address);
}

function nothing(address: CosAddress): Failure {
  return new Failure(t`nothing is at ${addressText(address)}`, exitStatus.notFound);
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** What HEAD says of an object; undefined when there is none. */
export async function headOf(
  { cos, at }: Pick<Connected, 'cos' | 'at'>,
  { bucket, key }: CosAddress,
  versionId?: string,
): Promise<(RemoteObject & { readonly headers: Readonly<Record<string, string>> }) | undefined> {
  try {
    const { headers = {} } = await cos.headObject({
      ...at(bucket),
      Key: key,
      ...(versionId === undefined ? {} : { VersionId: versionId }),
    });
    return {
      bucket,
      key,
      sizeBytes: Number(headers['content-length'] ?? 0),
      eTag: headers['etag'] ?? '',
      modifiedAtMs: Date.parse(headers['last-modified'] ?? ''),
      storageClass: headers['x-cos-storage-class'] ?? 'STANDARD',
      headers,
    };
  } catch (error) {
    // A HEAD has no body that could name the code; a bucket that is missing is noticed by what follows.
    if (isServiceError(error) && error.statusCode === 404) return undefined;
    throw error;
  }
}

/** The header that names the source of a copy. */
export function copySource({ bucket, key }: CosAddress, region: string, versionId?: string): string {
  const version = versionId === undefined ? '' : `?versionId=${encodeURIComponent(versionId)}`;
  return `${bucketHost(bucket, region)}/${encodeKeyPath(key)}${version}`;
}
