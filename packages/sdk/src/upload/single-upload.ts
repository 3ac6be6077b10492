/** Small files: one request, through the same task and with the same proof. */
import { putObject } from '@sampan/protocol';
import { sendBody, type Sendable, type Tally } from './uploader/send-body.ts';
import { creatingCall } from './uploader/params.ts';
import { retryInForeground } from './uploader/retry-in-foreground.ts';
import type { Run } from './queue/queue.ts';
import { resultOf } from './uploader/result.ts';
import type { Uploader, UploadParams, UploadResult } from './uploader/uploader.ts';
import { md5Hex } from './uploader/verify.ts';

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
  const checked = addsMd5 ? { ...params, UploadCheckContentMd5: true } : params;
  const body: Sendable = {
    bytes,
    call({ md5 }) {
      const meta = addsMd5 && md5 ? { 'x-cos-meta-md5': md5Hex(md5) } : {};
      const given = { ...params, ...meta };
      return form ? form(given) : creatingCall(putObject, given, { ContentMD5: md5 });
    },
    what: 'The object',
    fate: 'The object was stored; send it again or delete it.',
    onProgress,
  };

  run.sending();
  const { response, digest, ETag } = await retryInForeground(uploader, run.signal, async (signal) => {
    const leave = await uploader.requests.enter(signal);
    try {
      return await sendBody(uploader, checked, body, { signal, tally });
    } finally {
      leave();
    }
  });
  return resultOf(params, response, {
    ETag,
    CRC64: digest.crc64,
    verified: 'object',
    sentBytes: tally.sentBytes,
    resentBytes: Math.max(0, tally.sentBytes - bytes.length),
    resumedBytes: 0,
  });
}
