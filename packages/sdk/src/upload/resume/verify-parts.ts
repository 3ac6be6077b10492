/**
 * Decides which uploaded parts of an earlier run may be reused. The service must list a part with the expected length,
 * and the file must still have its content. The bytes are read again and compared with the CRC-64 from the part's
 * response, or with the MD5 that its ETag is.
 */
import { isServiceError, multipartListPart, TransportError } from '@sampan/protocol';
import type { CancelSignal } from '../../core/cancel.ts';
import type { PartDigest, RangedSource } from '../../core/platform.ts';
import { digestOf } from '../../client/send-body.ts';
import { readPart } from '../uploader/read-source.ts';
import { followingCall } from '../uploader/params.ts';
import { whileReady } from '../uploader/wait-until-active.ts';
import { partOf, type Part } from '../parts/layout.ts';
import type { UploadRecord } from './record.ts';
import type { Uploader, UploadParams } from '../uploader/uploader.ts';
import { bareETag, looksLikeMd5, md5Hex, sameCrc64 } from '../../client/verify.ts';

/** A part that the service holds, with the checksum of its bytes here. */
export interface SentPart {
  readonly number: number;
  readonly length: number;
  readonly crc64: string;
  /** With or without quotes; empty where the host hides it. */
  readonly ETag: string;
  /** Base64, where it was computed. */
  readonly md5?: string | undefined;
  /** Whether a checksum has shown that the service holds these bytes. */
  readonly isProven: boolean;
}

/** What the service and the file say of an earlier upload. */
export type Proof =
  | { readonly is: 'same'; readonly parts: readonly SentPart[] }
  /** The upload was completed, aborted, or may not be seen. */
  | { readonly is: 'gone' }
  /** The file's content is another one. */
  | { readonly is: 'changed' };

export interface ListedPart {
  readonly number: number;
  readonly size: number;
  readonly ETag: string;
}

/** Proves the parts of `record` against the service and the file. */
export async function verifyParts(
  uploader: Uploader,
  params: UploadParams,
  upload: {
    readonly record: UploadRecord;
    readonly source: RangedSource;
    readonly signal: CancelSignal;
    readonly onVerified: (bytes: number, totalBytes: number) => void;
  },
): Promise<Proof> {
  const { record, source, signal } = upload;
  const listed = await listParts(uploader, params, record.UploadId, signal);
  if (!listed) return { is: 'gone' };
  const candidates: { readonly part: Part; readonly listedPart: ListedPart }[] = [];
  for (const listedPart of listed) {
    const part = partOf(record.layout, listedPart.number, source.size);
    if (part?.length === listedPart.size) candidates.push({ part, listedPart });
  }
  const totalBytes = candidates.reduce((sum, { part }) => sum + part.length, 0);
  const parts: SentPart[] = [];
  let verifiedBytes = 0;
  for (const { part, listedPart } of candidates) {
    const proven = await verifyPart(uploader, part, listedPart, upload);
    if (proven === 'changed') return { is: 'changed' };
    if (proven) parts.push(proven);
    verifiedBytes += part.length;
    upload.onVerified(verifiedBytes, totalBytes);
  }
  return { is: 'same', parts };
}

/** The parts of a record that names every part of the file; undefined when some are missing. */
export function recordedParts(record: UploadRecord, size: number): SentPart[] | undefined {
  const parts: SentPart[] = [];
  for (let end = 0, number = 1; end < size; number++) {
    const part = partOf(record.layout, number, size);
    const [crc64, ETag] = record.parts[number]?.split(' ') ?? [];
    if (!part || crc64 === undefined || ETag === undefined) return undefined;
    parts.push({ number, length: part.length, crc64, ETag, isProven: true });
    end = part.offset + part.length;
  }
  return parts;
}

/** Whether the file has the content that these parts have. */
export async function hasContent(
  uploader: Uploader,
  source: RangedSource,
  parts: readonly SentPart[],
  signal: CancelSignal,
): Promise<boolean> {
  let offset = 0;
  for (const { length, crc64 } of parts) {
    const bytes = await readPart(uploader, source, { offset, length }, signal);
    const digest = await digestOf(uploader, bytes, { md5: false }, signal);
    source.release?.(bytes);
    if (!sameCrc64(digest.crc64, crc64)) return false;
    offset += length;
  }
  return true;
}

async function verifyPart(
  uploader: Uploader,
  part: Part,
  listed: ListedPart,
  { record, source, signal }: { record: UploadRecord; source: RangedSource; signal: CancelSignal },
): Promise<SentPart | 'changed' | undefined> {
  const eTag = bareETag(listed.ETag);
  const [recordedCrc64 = '', recordedETag] = (record.parts[part.number] ?? '').split(' ');
  const byCrc64 = recordedETag === eTag;
  // An ETag of another form is not an MD5, as under some kinds of encryption.
  if (!byCrc64 && !looksLikeMd5(eTag)) return undefined;
  const bytes = await readPart(uploader, source, part, signal);
  const digest: PartDigest = await digestOf(uploader, bytes, { md5: !byCrc64 }, signal);
  source.release?.(bytes);
  const same = byCrc64 ? sameCrc64(recordedCrc64, digest.crc64) : md5Hex(digest.md5 ?? '') === eTag;
  const { number, length } = part;
  if (same) return { number, length, crc64: digest.crc64, ETag: listed.ETag, isProven: true };
  // Without the service's checksum in the record the ETag may be anything of this form; the part is sent again.
  return byCrc64 ? 'changed' : undefined;
}

/** All parts that the service holds of an upload; undefined when it knows no such upload. */
export async function listParts(
  uploader: Uploader,
  params: UploadParams,
  UploadId: string,
  signal: CancelSignal,
): Promise<ListedPart[] | undefined> {
  const parts: ListedPart[] = [];
  let marker = 0;
  for (;;) {
    const call = followingCall(multipartListPart, params, {
      UploadId,
      PartNumberMarker: marker || undefined,
    });
    let data;
    try {
      const page = await whileReady(uploader, signal, (ready) =>
        uploader.client.call({
          ...call,
          signal: ready,
          check(answer) {
            if (answer.data['UploadId'] === UploadId) return;
            throw new TransportError('The list of parts is of another upload', { code: 'InvalidResponse' });
          },
        }),
      );
      ({ data } = page);
    } catch (error) {
      // 403: who may upload need not be allowed to list; then a fresh upload is made.
      if (isServiceError(error) && (error.statusCode === 404 || error.statusCode === 403)) return undefined;
      throw error;
    }
    for (const part of (data['Part'] ?? []) as Readonly<Record<string, string>>[])
      parts.push({
        number: Number(part['PartNumber']),
        size: Number(part['Size']),
        ETag: part['ETag'] ?? '',
      });
    const next = Number(data['NextPartNumberMarker'] ?? 0);
    if (String(data['IsTruncated']).toLowerCase() !== 'true' || !(next > marker)) return parts;
    marker = next;
  }
}
