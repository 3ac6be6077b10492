/**
 * The multipart upload of one file, as a state machine. It stands at one stage, and `run` moves it on:
 *
 *   opening ─▶ verifying ─▶ sending ─▶ completing ─▶ made
 *      │          │           │           │
 *      └──────────┴── begin afresh ◀──────┘   (changed file, upload gone; at most twice in a run)
 *
 * A run that stops at any stage leaves enough for the next one: parts on the service and a record that names them.
 */
import { isCosError, isIntegrityError, isServiceError, multipartInit, ServiceError } from '@sampan/protocol';
import type { RangedSource } from '../core/platform.ts';
import type { Tally } from '../client/send-body.ts';
import { checkUnchanged, md5OfFile, readPart } from './uploader/read-source.ts';
import { complete, isGone, madeBefore, type Made } from './send/complete.ts';
import { abortUpload, beginUpload, forget, type Begun } from './resume/begun-upload.ts';
import type { PaceBounds } from './parts/part-size.ts';
import { settingsOf } from './uploader/params.ts';
import { sendParts } from './send/send-parts.ts';
import {
  after,
  cutPart,
  extended,
  firstCut,
  lengthOf,
  missingParts,
  partOf,
  type Part,
} from './parts/layout.ts';
import { checkSize, leastPartBytes } from './parts/part-size.ts';
import type { Meter } from './queue/progress.ts';
import { hasContent, verifyParts, recordedParts, type SentPart } from './resume/verify-parts.ts';
import type { Run } from './queue/queue.ts';
import { isExpired, openSession, type Session, type UploadRecord } from './resume/record.ts';
import { resultOf } from './uploader/result.ts';
import type { Uploader, UploadParams, UploadResult } from './uploader/uploader.ts';
import { bareETag, composedCrc64 } from '../client/verify.ts';

/** What one run works with. */
export interface PartsRun {
  readonly uploader: Uploader;
  readonly params: UploadParams;
  readonly source: RangedSource;
  readonly begun: Begun;
  readonly run: Run;
  readonly meter: Meter;
  readonly hashMeter: Meter;
  readonly bounds: PaceBounds;
}

interface Sending {
  readonly record: UploadRecord;
  /** What the service has already. */
  readonly parts: readonly SentPart[];
}

/** Where an upload stands. */
type Stage =
  | { readonly at: 'opening' }
  | { readonly at: 'verifying'; readonly record: UploadRecord }
  | ({ readonly at: 'sending' } & Sending)
  | ({ readonly at: 'completing' } & Sending)
  | { readonly at: 'made'; readonly made: Made; readonly UploadId: string };

const afresh: Stage = { at: 'opening' };
/** Fresh starts in one run; an upload that vanishes more often is being removed by someone. */
const mostFreshStarts = 2;

/** Uploads a file in parts, continuing what is there. */
export async function uploadInParts(work: PartsRun): Promise<UploadResult> {
  checkSize(work.source.size, work.uploader.options.MaxPartNumber);
  const { begun } = work;
  const { tally } = begun;
  const session = await openSession(work.uploader, work.params);
  let resumedBytes = 0;
  let freshStarts = 0;
  let stage = afresh;
  try {
    for (;;) {
      if (work.run.signal.reason) throw work.run.signal.reason;
      const next: Stage = await moveOn(work, session, tally, stage);
      if (next.at === 'opening' && ++freshStarts > mostFreshStarts) throw vanished();
      if (next.at === 'sending') {
        resumedBytes = lengthOf(next.parts);
        begun.heldBytes ??= resumedBytes;
      }
      if (next.at === 'made') {
        const neededBytes = Math.max(0, work.source.size - (begun.heldBytes ?? 0));
        forget(begun);
        await session.drop(next.UploadId);
        return resultOf(work.params, next.made.response, {
          UploadId: next.UploadId,
          ETag: next.made.ETag,
          CRC64: next.made.CRC64,
          verified: next.made.verified,
          sentBytes: tally.sentBytes,
          resentBytes: Math.max(0, tally.sentBytes - neededBytes),
          resumedBytes,
        });
      }
      stage = next;
    }
  } catch (error) {
    if (isCosError(error) && error.code === 'FileChanged' && begun.UploadId !== undefined)
      await giveUp(work, session, { UploadId: begun.UploadId, isThere: true });
    throw error;
  } finally {
    await session.release();
  }
}

function moveOn(work: PartsRun, session: Session, tally: Tally, stage: Stage): Promise<Stage> | Stage {
  if (stage.at === 'opening') return open(work, session);
  if (stage.at === 'verifying') return verify(work, session, stage.record);
  if (stage.at === 'sending') return send(work, session, tally, stage);
  if (stage.at === 'completing') return finish(work, session, stage);
  return stage;
}

/** Finds an upload to continue, or begins one. */
async function open(work: PartsRun, session: Session): Promise<Stage> {
  const { uploader, params, source, begun, run } = work;
  const settings = settingsOf(multipartInit, params);
  const identity = source.identity ?? null;
  const { MaxPartNumber } = uploader.options;
  const firstBytes = Math.max(
    work.bounds.startPartBytes,
    leastPartBytes(firstCut, source.size, MaxPartNumber),
  );
  const blank = (UploadId: string, partBytes = firstBytes): UploadRecord => ({
    version: 1,
    Bucket: params.Bucket,
    Region: params.Region,
    Key: params.Key,
    UploadId,
    identity,
    size: source.size,
    settings,
    layout: [{ first: 1, bytes: partBytes }],
    parts: {},
    owner: '',
    createdMs: uploader.platform.clock.now(),
  });

  // An earlier run sent an Initiate whose response is still outstanding.
  if (begun.beginning) await beginUpload(uploader, params, begun, run.signal);
  // Another run may hold the record by now; it continues the upload that the record names.
  if (!session.alone && begun.isStored) forget(begun);
  const stored = session.take();
  if (stored && begun.UploadId !== undefined && begun.UploadId !== stored.UploadId) {
    // Two uploads of one object, of which this device keeps one.
    await abortUpload(uploader, params, begun.UploadId);
    forget(begun);
  }
  const record = stored ?? begun.record;
  begun.record = undefined;
  const isSame = record?.identity === identity && record.size === source.size && record.settings === settings;
  if (isSame && !isExpired(record, uploader.platform.clock.now())) return { at: 'verifying', record };
  // Our upload, but of another file, with other headers or too old: no run will complete it.
  if (record) await giveUp(work, session, { UploadId: record.UploadId, isThere: true });
  else if (session.alone && begun.UploadId === undefined) {
    const found = await givenUpload(work, blank);
    if (found) return { at: 'verifying', record: found };
  }
  const addsMd5 = params.UploadAddMetaMd5 ?? uploader.options.UploadAddMetaMd5;
  const meta = addsMd5 ? { 'x-cos-meta-md5': await md5OfFile(uploader, source, run.signal) } : {};
  const UploadId = await beginUpload(uploader, { ...params, ...meta }, begun, run.signal);
  const fresh = blank(UploadId);
  // Written before the first part is sent, so that the parts can be found again after any failure.
  begun.isStored = session.alone;
  await session.claim(fresh);
  return { at: 'sending', record: fresh, parts: [] };
}

/** An upload that the caller names, or lets us look for. */
async function givenUpload(
  { uploader, params, source, begun, run }: PartsRun,
  blank: (UploadId: string, partBytes?: number) => UploadRecord,
): Promise<UploadRecord | undefined> {
  const named = params.UploadData?.UploadId;
  // Named ones are tried once; when they are gone, the upload begins afresh.
  if (named && begun.named !== named) {
    begun.named = named;
    return blank(named);
  }
  if (!(params.DiscoverUploads ?? uploader.options.DiscoverUploads)) return undefined;
  const { discover } = uploader.abilities;
  const found = await discover?.(uploader, params, { size: source.size, signal: run.signal });
  return found && blank(found.UploadId, found.partBytes);
}

/** Compares the service's parts with the file. */
async function verify(work: PartsRun, session: Session, record: UploadRecord): Promise<Stage> {
  const { uploader, params, source, run, hashMeter, begun } = work;
  begun.UploadId = record.UploadId;
  begun.isStored ||= session.alone;
  const proof = await verifyParts(uploader, params, {
    record,
    source,
    signal: run.signal,
    onVerified(bytes, totalBytes) {
      hashMeter.expect(totalBytes);
      hashMeter.reach(bytes);
    },
  });
  if (proof.is === 'same') {
    if (proof.parts.length > 0) hashMeter.finish();
    return { at: 'sending', record, parts: proof.parts };
  }
  if (proof.is === 'gone') {
    const made = await wasMade(work, record);
    if (made) return { at: 'made', made, UploadId: record.UploadId };
  }
  await giveUp(work, session, { UploadId: record.UploadId, isThere: proof.is === 'changed' });
  return afresh;
}

/** After an end between Complete and its answer: whether the object is there and is what the file is. */
async function wasMade(work: PartsRun, record: UploadRecord): Promise<Made | undefined> {
  const { uploader, params, source, run } = work;
  const parts = record.whole === undefined ? undefined : recordedParts(record, source.size);
  if (!parts) return undefined;
  const made = await madeBefore(uploader, params, { parts, signal: run.signal });
  return made && (await hasContent(uploader, source, parts, run.signal)) ? made : undefined;
}

/** Sends what is missing. */
async function send(work: PartsRun, session: Session, tally: Tally, stage: Sending): Promise<Stage> {
  const { uploader, params, source, run, meter, bounds, begun } = work;
  const { MaxPartNumber } = uploader.options;
  const sent = new Map(stage.parts.map((part) => [part.number, part]));
  const recorded: Record<string, string> = {};
  // A checksum that was not confirmed would pass for the service's own in a later run.
  const note = ({ number, crc64, ETag, isProven }: SentPart): void => {
    if (isProven && ETag !== '') recorded[number] = `${crc64} ${bareETag(ETag)}`;
  };
  stage.parts.forEach(note);
  let sentBytes = lengthOf(stage.parts);
  let layout = stage.record.layout;
  let cut = firstCut;
  for (const number of sent.keys()) {
    const part = number >= cut.number ? partOf(layout, number, source.size) : undefined;
    if (part) cut = after(part);
  }
  const missing = missingParts(layout, cut, source.size, (number) => sent.has(number));
  layout = layout.filter(({ first }) => first < cut.number);
  const keep = (): void => {
    begun.record = { ...stage.record, layout, parts: recorded };
    session.keep(begun.record);
  };
  const keepLayout = (): void => {
    keep();
    // Parts are found again by their place, so this one is not written late.
    session.write();
  };
  const next = (wantBytes: number): Part | undefined => {
    const again = missing.shift();
    if (again) return again;
    const part = cutPart(cut, wantBytes, source.size, MaxPartNumber);
    if (!part) return undefined;
    cut = after(part);
    if (partOf(layout, part.number, source.size)?.length !== part.length) {
      layout = extended(layout, part.number, part.length);
      keepLayout();
    }
    return part;
  };

  keep();
  run.sending();
  meter.reach(sentBytes);
  meter.report();
  try {
    await sendParts({
      uploader,
      params,
      UploadId: stage.record.UploadId,
      supply: {
        next: (wantBytes) => Promise.resolve(next(wantBytes)),
        bytes: (part, signal) => readPart(uploader, source, part, signal),
        release: (bytes) => source.release?.(bytes),
      },
      bounds,
      signal: run.signal,
      tally,
      onSent(part) {
        sent.set(part.number, part);
        note(part);
        sentBytes += part.length;
        meter.reach(sentBytes);
        keep();
      },
      onFlight: (bytes) => meter.reach(sentBytes + bytes),
    });
  } catch (error) {
    if (!isGone(error)) throw error;
    // Someone has removed the upload meanwhile.
    await giveUp(work, session, { UploadId: stage.record.UploadId, isThere: false });
    return afresh;
  }
  const parts = [...sent.values()].sort((a, b) => a.number - b.number);
  return { at: 'completing', record: { ...stage.record, layout, parts: recorded }, parts };
}

/** Makes the object. */
async function finish(
  work: PartsRun,
  session: Session,
  { record, parts }: { record: UploadRecord; parts: readonly SentPart[] },
): Promise<Stage> {
  const { uploader, params, source, run, begun } = work;
  await checkUnchanged(uploader, source, run.signal);
  const finished = { ...record, whole: composedCrc64(parts) };
  begun.record = finished;
  if (!(await session.claim(finished))) {
    // Another tab continues the same upload, and no lock has stopped it; it is left alone with it.
    forget(begun);
    return afresh;
  }
  const { UploadId } = record;
  try {
    const made = await complete(uploader, params, { UploadId, parts, signal: run.signal });
    if (made) return { at: 'made', made, UploadId };
    await giveUp(work, session, { UploadId, isThere: false });
  } catch (error) {
    if (isIntegrityError(error)) await giveUp(work, session, { UploadId, isThere: false });
    // The service holds other parts than it confirmed, so the upload cannot be completed.
    if (!isServiceError(error) || !/^(InvalidPart|InvalidPartOrder|EntityTooSmall)$/.test(error.code))
      throw error;
    await giveUp(work, session, { UploadId, isThere: true });
  }
  return afresh;
}

/** Forgets an upload; `isThere`: the service still has it and is to free its parts. */
async function giveUp(
  { uploader, params, begun }: PartsRun,
  session: Session,
  { UploadId, isThere }: { readonly UploadId: string; readonly isThere: boolean },
): Promise<void> {
  if (isThere) await abortUpload(uploader, params, UploadId);
  forget(begun);
  await session.drop(UploadId);
}

function vanished(): ServiceError {
  const Message = 'The upload was removed from the service again and again';
  return new ServiceError({ Code: 'NoSuchUpload', Message }, 404, { retryable: false });
}
