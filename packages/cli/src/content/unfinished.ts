/** Lists multipart uploads that were never completed: their parts are stored, and cost. */
import type COS from '@sampan/sdk';
import type { CosAddress } from '../words/address.ts';
import type { Connected } from '../connection/context.ts';

export interface Unfinished {
  readonly key: string;
  readonly uploadId: string;
  readonly beganAtMs: number;
}

/** Lists the unfinished uploads to keys that begin with a prefix. */
export async function* unfinishedBelow(
  { cos, at }: Connected,
  { bucket, key: prefix }: CosAddress,
): AsyncGenerator<Unfinished> {
  for (let marker: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {}; marker;) {
    const page: COS.MultipartListResult = await cos.multipartList({
      ...at(bucket),
      Prefix: prefix,
      EncodingType: 'url',
      ...marker,
    });
    for (const { Key, UploadId, Initiated } of page.Upload)
      yield { key: decodeURIComponent(Key), uploadId: UploadId, beganAtMs: Date.parse(Initiated) };
    const next = decodeURIComponent(page.NextKeyMarker);
    marker =
      page.IsTruncated === 'true' && next !== ''
        ? { KeyMarker: next, UploadIdMarker: page.NextUploadIdMarker }
        : undefined;
  }
}

/** Bytes that the parts of an upload hold. */
export async function heldBytes(
  { cos, at }: Connected,
  bucket: string,
  { key, uploadId }: Unfinished,
): Promise<{ readonly parts: number; readonly bytes: number }> {
  let parts = 0;
  let bytes = 0;
  for (let marker: string | undefined = '0'; marker !== undefined;) {
    const page: COS.MultipartListPartResult = await cos.multipartListPart({
      ...at(bucket),
      Key: key,
      UploadId: uploadId,
      PartNumberMarker: marker,
    });
    parts += page.Part.length;
    bytes += page.Part.reduce((sum, { Size }) => sum + Number(Size), 0);
    marker = page.IsTruncated === 'true' ? page.NextPartNumberMarker : undefined;
  }
  return { parts, bytes };
}
