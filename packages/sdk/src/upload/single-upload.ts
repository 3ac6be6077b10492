/** Uploads a small file in one PUT, with the same task and verification as a multipart upload. */
import { putObject } from '@sampan/protocol';
import { sendBody, type Sendable, type Tally } from '../client/send-body.ts';
import { checksMd5, creatingCall } from './uploader/params.ts';
import { whileReady } from './uploader/wait-until-active.ts';
import type { Run } from './queue/queue.ts';
import { resultOf } from './uploader/result.ts';
import type { Uploader, UploadParams, UploadResult } from './uploader/uploader.ts';
import { md5Hex } from '../client/verify.ts';

/** What one file's task has at hand. */
export interface WholeFile {
  readonly bytes: Uint8Array;
  /** Whether the bytes are those of the caller's own file or body, which a host may read by itself. */
  readonly isOwn: boolean;
  readonly run: Run;
  readonly onProgress: (sentBytes: number) => void;
}

/** Sends a file in one request. */
export async function sendWhole(
  uploader: Uploader,
  params: UploadParams,
  { bytes, isOwn, run, onProgress }: WholeFile,
): Promise<UploadResult> {
  const form = isOwn ? uploader.abilities.formFor?.(uploader, params, bytes.length) : undefined;
  const tally: Tally = { sentBytes: 0 };
  const addsMd5 = params.UploadAddMetaMd5 ?? uploader.options.UploadAddMetaMd5;
  const body: Sendable = {
    bytes,
    sendsMd5: checksMd5(uploader, params) || Boolean(addsMd5),
    call(md5) {
      const meta = addsMd5 && md5 ? { 'x-cos-meta-md5': md5Hex(md5) } : {};
      const given = { ...params, ...meta };
      return form?.call(given) ?? creatingCall(putObject, given);
    },
    hostBody: form?.body,
    repairs: uploader.options.ChunkRetryTimes,
    what: 'The object',
    fate: 'The object was stored; send it again or delete it.',
    onProgress,
  };

  run.sending();
  const { response, crc64, ETag, isProven } = await whileReady(uploader, run.signal, (signal) =>
    sendBody(uploader, body, { signal, tally }),
  );
  return resultOf(params, response, {
    ETag,
    CRC64: crc64,
    verified: isProven ? 'object' : 'none',
    sentBytes: tally.sentBytes,
    resentBytes: Math.max(0, tally.sentBytes - bytes.length),
    resumedBytes: 0,
  });
}
