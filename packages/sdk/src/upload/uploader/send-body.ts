/** Sends one body and makes sure that it arrived: the bytes of a part, or of a whole file. */
import type { CancelSignal } from '../../core/cancel.ts';
import type { CosResponse, Call } from '../../client/client.ts';
import type { PartDigest } from '../../core/platform.ts';
import { digestOf } from './read-source.ts';
import type { Uploader, UploadParams } from './uploader.ts';
import { eTagOf, mismatch, proofOf } from './verify.ts';

/** Bytes of bodies that were sent, as far as the host tells. */
export interface Tally {
  sentBytes: number;
}

/** One body to send. */
export interface Sendable {
  readonly bytes: Uint8Array;
  /** Everything of the call but what depends on the body's checksums. */
  readonly call: (digest: PartDigest) => Call;
  /** For messages: what the body is, and what the service holds when it arrived changed. */
  readonly what: string;
  readonly fate: string;
  readonly onProgress: (sentBytes: number) => void;
}

/** A body that the service holds. */
export interface Sent {
  readonly response: CosResponse;
  readonly digest: PartDigest;
  readonly ETag: string;
}

/** Sends a body once; rejects when the answer does not prove that exactly these bytes arrived. */
export async function sendBody(
  uploader: Uploader,
  params: UploadParams,
  body: Sendable,
  { signal, tally }: { readonly signal: CancelSignal; readonly tally: Tally },
): Promise<Sent> {
  const { learned, options, client } = uploader;
  const wantsMd5 = params.UploadCheckContentMd5 ?? options.UploadCheckContentMd5;
  for (let withMd5 = wantsMd5 || learned.lacksCrc64; ; withMd5 = true) {
    const digest = await digestOf(uploader, body.bytes, { md5: withMd5 }, signal);
    const count = countSent(uploader, tally, body.bytes.length);
    let response: CosResponse;
    try {
      const call = body.call(digest);
      response = await client.call({
        ...call,
        body: call.body ?? body.bytes,
        signal,
        onUploadProgress(sentBytes) {
          count.reached(sentBytes);
          body.onProgress(Math.min(sentBytes, body.bytes.length));
        },
        onRetry() {
          count.failed();
          body.onProgress(0);
        },
      });
      count.arrived();
    } catch (error) {
      count.failed();
      throw error;
    }
    const ETag = eTagOf(response.headers);
    const proof = proofOf(response.headers, digest, withMd5);
    if (proof === 'same') return { response, digest, ETag };
    if (proof === 'differs') throw mismatch(body.what, body.fate);
    learned.lacksCrc64 = true;
    // Unless the ETag is the MD5, it is sent again with a checksum that the service compares.
    const checked = await digestOf(uploader, body.bytes, { md5: true }, signal);
    if (proofOf(response.headers, checked, false) === 'same') return { response, digest: checked, ETag };
  }
}

/** Counts the bytes of one call, attempt by attempt. */
function countSent({ learned }: Uploader, tally: Tally, length: number) {
  let reachedBytes = 0;
  return {
    reached(sentBytes: number): void {
      learned.reportsProgress = true;
      reachedBytes = Math.min(sentBytes, length);
    },
    arrived(): void {
      tally.sentBytes += length;
    },
    failed(): void {
      // A host that tells nothing may have sent everything.
      tally.sentBytes += learned.reportsProgress ? reachedBytes : length;
      reachedBytes = 0;
    },
  };
}
