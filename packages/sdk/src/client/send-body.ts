/**
 * Sends a request body and verifies that it arrived; used for whole objects, parts and appends. The result names the
 * checksum that proves it. A checksum header that the service or CORS rules hide is no reason to send the body again.
 */
import { isIntegrityError, isServiceError } from '@sampan/protocol';
import type { CancelSignal } from '../core/cancel.ts';
import type { HostBody, PartDigest, Platform } from '../core/platform.ts';
import { isThenable, orCancelled } from '../core/wait.ts';
import type { Call, Client, CosResponse } from './client.ts';
import { bareETag, looksLikeMd5, md5Hex, mismatch, sameCrc64, storedCrc64 } from './verify.ts';

/** Bytes of bodies that were sent, as far as the host says. */
export interface Tally {
  sentBytes: number;
}

/** What is sent, and the rules for it. */
export interface Sendable {
  /** The bytes, where they are in memory: their checksums are known before they are sent. */
  readonly bytes: Uint8Array | undefined;
  /** What the host sends instead of {@link bytes}; it may give the CRC-64 of what it has sent. */
  readonly hostBody?: HostBody | undefined;
  /** Sends `Content-MD5` along, which the service compares. It goes along anyway once an answer has shown no CRC-64. */
  readonly sendsMd5?: boolean;
  /** Gives {@link call} the MD5 without sending it along. */
  readonly needsMd5?: boolean;
  /** Everything of the call but the body; `md5` is in base64, where it was computed. */
  readonly call: (md5: string | undefined) => Call;
  /** Whether the answer's CRC-64 is that of this body alone. Default true; of an append it is the whole object's. */
  readonly isWhole?: boolean;
  /** For messages: what the body is, and what the service holds when it arrived changed. */
  readonly what: string;
  readonly fate: string;
  readonly onProgress?: (sentBytes: number) => void;
  /** Called when an attempt has failed and another one follows. */
  readonly onRetry?: () => void;
  /** Waited for before the next attempt. */
  readonly beforeRetry?: () => Promise<void>;
  /** How often a body that was damaged on its way is sent again. Default 0. */
  readonly repairs?: number;
}

/** A body that the service has taken. */
export interface SentBody {
  readonly response: CosResponse;
  /** CRC-64 of what was sent, unsigned decimal, where it is known. It is the service's too when `isProven`. */
  readonly crc64: string | undefined;
  /** Base64, where it was computed. */
  readonly md5: string | undefined;
  /** With its quotes; empty where the host hides it. */
  readonly ETag: string;
  /** Whether a checksum shows that exactly these bytes arrived. */
  readonly isProven: boolean;
}

/** What sending needs. */
export interface Sender {
  readonly client: Client;
  readonly platform: Pick<Platform, 'digest'>;
}

/** Sends a body. Rejects with an IntegrityError when the service holds other bytes than were sent. */
export async function sendBody(
  sender: Sender,
  body: Sendable,
  how: { readonly signal?: CancelSignal | undefined; readonly tally?: Tally } = {},
): Promise<SentBody> {
  for (let repairs = body.repairs ?? 0; ; repairs--) {
    try {
      return await sendOnce(sender, body, how);
    } catch (error) {
      if (repairs <= 0 || !isDamage(error)) throw error;
      body.onRetry?.();
      await body.beforeRetry?.();
    }
  }
}

/** The service says, or its checksum shows, that other bytes arrived. */
function isDamage(error: unknown): boolean {
  if (isServiceError(error)) return error.code === 'BadDigest' || error.code === 'IncompleteBody';
  return isIntegrityError(error) && error.code === 'IntegrityMismatch';
}

async function sendOnce(
  sender: Sender,
  body: Sendable,
  { signal, tally }: { readonly signal?: CancelSignal | undefined; readonly tally?: Tally },
): Promise<SentBody> {
  const { client } = sender;
  const { bytes, hostBody } = body;
  const { learned } = client;
  const sendsMd5 = body.sendsMd5 || learned.hidesCrc64;
  const md5Of = async (): Promise<string | undefined> =>
    bytes && (await digestOf(sender, bytes, { md5: true }, signal)).md5;
  const digest =
    bytes && (await digestOf(sender, bytes, { md5: sendsMd5 || body.needsMd5 === true }, signal));
  const call = withMd5(body.call(digest?.md5), sendsMd5 ? digest?.md5 : undefined);
  const length = bytes?.length ?? hostBody?.size ?? Infinity;
  const count = countSent(client, tally ?? { sentBytes: 0 }, length);

  let response: CosResponse;
  try {
    response = await client.call({
      ...call,
      body: hostBody ?? bytes,
      signal: call.signal ?? signal,
      onUploadProgress(sentBytes) {
        count.reached(sentBytes);
        body.onProgress?.(Math.min(sentBytes, length));
      },
      onRetry() {
        count.failed();
        body.onProgress?.(0);
        body.onRetry?.();
      },
      beforeRetry: body.beforeRetry,
    });
    count.arrived();
  } catch (error) {
    count.failed();
    throw error;
  }

  const ETag = response.headers['etag'] ?? '';
  const crc64 = digest?.crc64 ?? hostBody?.sentCrc64?.();
  const sent = { response, crc64, ETag };
  const stored = body.isWhole === false ? undefined : storedCrc64(response);
  if (stored !== undefined && crc64 !== undefined) {
    if (sameCrc64(stored, crc64)) return { ...sent, md5: digest?.md5, isProven: true };
    const { headers, statusCode, RequestId: requestId } = response;
    throw mismatch(body.what, body.fate, { headers, statusCode, requestId });
  }
  if (call.headers?.['content-md5']) return { ...sent, md5: digest?.md5, isProven: true };
  if (stored === undefined && body.isWhole !== false) learned.hidesCrc64 = true;
  const md5 = looksLikeMd5(ETag) || ETag === '' ? (digest?.md5 ?? (await md5Of())) : digest?.md5;
  return { ...sent, md5, isProven: md5 !== undefined && md5Hex(md5) === bareETag(ETag) };
}

/** Adds the MD5, unless the caller has set one. A form has no place for it. */
function withMd5(call: Call, md5: string | undefined): Call {
  if (call.operation.request.body.kind === 'form') {
    const { 'content-md5': _none, ...headers } = call.headers ?? {};
    return { ...call, headers };
  }
  return md5 === undefined ? call : { ...call, headers: { 'content-md5': md5, ...call.headers } };
}

/** Computes the checksums of bytes in memory. */
export function digestOf(
  { platform }: Pick<Sender, 'platform'>,
  bytes: Uint8Array,
  want: { readonly md5: boolean },
  signal: CancelSignal | undefined,
): PartDigest | Promise<PartDigest> {
  const digest = platform.digest(bytes, want);
  return signal && isThenable(digest) ? orCancelled(signal, digest) : digest;
}

/** Counts the bytes of one call, attempt by attempt. */
function countSent({ learned }: Client, tally: Tally, length: number) {
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
      // A host that reports nothing may have sent everything.
      tally.sentBytes += learned.reportsProgress ? reachedBytes : length;
      reachedBytes = 0;
    },
  };
}
