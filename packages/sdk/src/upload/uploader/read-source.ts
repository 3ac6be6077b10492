/** Reads a source's bytes and checksums, with a time limit on every wait for the host. */
import { createMd5, hex, IntegrityError, isCosError } from '@sampan/protocol';
import { asAnnounced } from '../../core/announced.ts';
import type { CancelSignal } from '../../core/cancel.ts';
import type { RangedSource, Source } from '../../core/platform.ts';
import type { Part } from '../parts/layout.ts';
import type { Uploader, UploadParams } from './uploader.ts';
import { isThenable, pause, within } from '../../core/wait.ts';

/** A host that has not read a part by now never will. */
const readLimitMs = 120_000;

/** Opens what the caller wants to upload. `isTurn`: to upload it now, and not only to look at it. */
export async function openSource(
  uploader: Uploader,
  params: UploadParams,
  signal: CancelSignal,
  isTurn = false,
): Promise<Source> {
  const { Body, FilePath } = params;
  const opening = uploader.platform.open({ Body, FilePath, isTurn });
  try {
    const source = await inTime(uploader, signal, 'opening the file', opening);
    return asAnnounced(source, params['ContentLength']);
  } catch (error) {
    // A caller whose wait ended does not hold the file, so a file that opens later is closed here.
    (opening as Promise<Source>).then(
      (source) => source.close().catch(() => undefined),
      () => undefined,
    );
    throw signal.reason ?? unreadable(error);
  }
}

/** Reads one part of a file. */
export async function readPart(
  uploader: Uploader,
  source: RangedSource,
  part: Pick<Part, 'offset' | 'length'>,
  signal: CancelSignal,
): Promise<Uint8Array> {
  try {
    const reading = source.read(part.offset, part.length);
    const bytes = await inTime(uploader, signal, 'reading the file', reading);
    if (bytes.length === part.length) return bytes;
  } catch (error) {
    throw signal.reason ?? unreadable(error);
  }
  throw new IntegrityError('The file has become shorter while it was read', { code: 'FileChanged' });
}

/** Throws when the file is not the one that was opened. */
export async function checkUnchanged(
  uploader: Uploader,
  source: RangedSource,
  signal: CancelSignal,
): Promise<void> {
  let identity: string | undefined;
  try {
    identity = await inTime(uploader, signal, 'looking at the file', source.currentIdentity());
  } catch (error) {
    throw signal.reason ?? unreadable(error);
  }
  if (identity !== source.identity)
    throw new IntegrityError('The file changed during the upload; no object was made', {
      code: 'FileChanged',
    });
}

/** Bytes hashed before the clock is looked at: little more than 1 ms even in an engine without a compiler (7 MB/s). */
const md5StepBytes = 8192;

/** The MD5 of a whole file in hexadecimal, without holding the logic thread or the file. */
export async function md5OfFile(
  uploader: Uploader,
  source: RangedSource,
  signal: CancelSignal,
): Promise<string> {
  const { clock } = uploader.platform;
  // A file that changes meanwhile is noticed where its identity is looked at again.
  const native = source.md5 && (await inTime(uploader, signal, 'the MD5 of the file', source.md5()));
  if (native !== undefined) return native;
  const md5 = createMd5();
  let begunMs = clock.now();
  for (let offset = 0; offset < source.size; offset += 1_048_576) {
    const length = Math.min(1_048_576, source.size - offset);
    const bytes = await readPart(uploader, source, { offset, length }, signal);
    for (let at = 0; at < length; at += md5StepBytes) {
      md5.update(bytes.subarray(at, at + md5StepBytes));
      if (clock.now() - begunMs < 8) continue;
      await pause(clock, 0, signal);
      begunMs = clock.now();
    }
  }
  // What the caller computes next has a stretch of its own.
  await pause(clock, 0, signal);
  return hex(md5.digest());
}

/** What is there already, or what comes within the limit. */
function inTime<T>(
  { platform: { clock } }: Uploader,
  signal: CancelSignal,
  what: string,
  work: T | Promise<T>,
): T | Promise<T> {
  return isThenable(work) ? within({ clock, limitMs: readLimitMs, what, signal }, work) : work;
}

function unreadable(cause: unknown): Error {
  if (isCosError(cause)) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new IntegrityError(`The file cannot be read: ${message}`, { code: 'FileUnreadable', cause });
}
