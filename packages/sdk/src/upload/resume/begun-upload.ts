/**
 * Begins, continues and aborts one multipart upload on the service. Its state is kept across the runs of a task, so
 * that the next run finds the upload even on hosts without storage.
 */
import { isServiceError, multipartAbort, multipartInit, TransportError } from '@sampan/protocol';
import type { CancelSignal } from '../../core/cancel.ts';
import type { Tally } from '../../client/send-body.ts';
import { creatingCall, followingCall } from '../uploader/params.ts';
import { whileReady } from '../uploader/wait-until-active.ts';
import { openSession, type UploadRecord } from './record.ts';
import type { Uploader, UploadParams } from '../uploader/uploader.ts';
import { orCancelled } from '../../core/wait.ts';

/** What a task knows of its upload. */
export interface Begun {
  UploadId: string | undefined;
  /** An Initiate in flight. It is never cancelled: a cancelled one may leave an upload whose id is lost. */
  beginning: Promise<string> | undefined;
  record: UploadRecord | undefined;
  /** Whether the host's storage names the upload, so that another tab or task may have found it. */
  isStored: boolean;
  /** The upload that the caller named, once it was tried. */
  named: string | undefined;
  /** Bytes that all runs of the task have sent. */
  readonly tally: Tally;
  /** Bytes that the service had before the task sent any. */
  heldBytes: number | undefined;
}

export function nothingBegun(): Begun {
  return {
    UploadId: undefined,
    beginning: undefined,
    record: undefined,
    named: undefined,
    isStored: false,
    tally: { sentBytes: 0 },
    heldBytes: undefined,
  };
}

/** Lets go of an upload that is finished, gone, or another's. */
export function forget(begun: Begun): void {
  begun.UploadId = begun.record = begun.heldBytes = undefined;
  begun.isStored = false;
}

/** Begins an upload, or waits for one that an earlier run has begun, and gives its id. */
export function beginUpload(
  uploader: Uploader,
  params: UploadParams,
  begun: Begun,
  signal: CancelSignal,
): Promise<string> {
  return whileReady(uploader, signal, async (ready) => {
    // An id may have come while the task was paused or the host away.
    if (begun.UploadId !== undefined) return begun.UploadId;
    begun.beginning ??= initiate(uploader, params, begun);
    return orCancelled(ready, begun.beginning);
  });
}

function initiate(uploader: Uploader, params: UploadParams, begun: Begun): Promise<string> {
  // A repetition whose first answer got lost leaves an upload without parts, which costs nothing.
  const beginning = uploader.client
    .call({
      ...creatingCall(multipartInit, params),
      repeatable: true,
      check({ data }) {
        if (typeof data['UploadId'] !== 'string' || data['UploadId'] === '')
          throw new TransportError('The answer has no UploadId', { code: 'MissingUploadId' });
      },
    })
    .then(({ data }) => (begun.UploadId = data['UploadId'] as string))
    .finally(() => {
      begun.beginning = undefined;
    });
  // A run that was stopped meanwhile does not listen; the id is kept all the same.
  beginning.catch(() => undefined);
  return beginning;
}

/** Aborts an upload. Resolves with true when the service holds no part of it; never rejects. */
export async function abortUpload(
  uploader: Uploader,
  params: UploadParams,
  UploadId: string,
): Promise<boolean> {
  try {
    await uploader.client.call(followingCall(multipartAbort, params, { UploadId }));
    return true;
  } catch (error) {
    // The caller cannot mend this failure. The record stays, so that a later upload finds the parts.
    return isServiceError(error) && error.statusCode === 404;
  }
}

/** The upload's id; waits for an Initiate in flight. */
export async function idOf(begun: Begun): Promise<string | undefined> {
  return begun.beginning ? begun.beginning.catch(() => undefined) : begun.UploadId;
}

/** Removes everything that a cancelled task has left. */
export async function discard(uploader: Uploader, params: UploadParams, begun: Begun): Promise<void> {
  const UploadId = await idOf(begun);
  if (UploadId === undefined) return;
  if (!begun.isStored) {
    await abortUpload(uploader, params, UploadId);
    return;
  }
  const session = await openSession(uploader, params);
  // Another run on this object may have found the record meanwhile, and continues the upload.
  if (session.alone && (await abortUpload(uploader, params, UploadId))) await session.drop(UploadId);
  await session.release();
  forget(begun);
}
