/** Deletes objects a thousand at a time, after a confirmation at a terminal. */
import { isXmlText } from '@sampan/protocol';
import { addressText } from '../words/address.ts';
import type { Connected, Context } from '../connection/context.ts';
import { endingOf, exitStatus, Tally } from '../words/failure.ts';
import { sizeText } from '../terminal/format.ts';
import { t } from '../terminal/messages.ts';

/** One object, or one version of it. */
export interface Doomed {
  readonly key: string;
  readonly versionId?: string;
  readonly sizeBytes: number;
}

/** The most that one request deletes. Source: https://cloud.tencent.com/document/product/436/8289 */
const mostTogether = 1000;

/** Confirms the deletion of many objects. Resolves with false on a no; without a terminal there is no prompt. */
export async function agreed(
  context: Context,
  { count, bytes, where, yes }: { count: number; bytes: number; where: string; yes: boolean | undefined },
): Promise<boolean> {
  if (yes) return true;
  const isAgreed = await context.confirm(t`Delete ${count} (${sizeText(bytes)}) from ${where}?`, true);
  if (!isAgreed) {
    context.output.note(t`nothing was deleted`);
    context.end(exitStatus.failed);
  }
  return isAgreed;
}

export interface Deletion {
  readonly context: Context;
  readonly connected: Connected;
  readonly bucket: string;
  readonly signal: AbortSignal;
  readonly tally: Tally;
}

/** Deletes, and says what became of each. Gives how many are gone. */
export async function deleteAll(run: Deletion, doomed: readonly Doomed[]): Promise<number> {
  let gone = 0;
  const together = doomed.filter(({ key }) => isXmlText(key));
  for (let at = 0; at < together.length && !run.signal.aborted; at += mostTogether)
    gone += await deleteTogether(run, together.slice(at, at + mostTogether));
  // A document cannot name these, so each has a request of its own.
  for (const one of doomed)
    if (!isXmlText(one.key) && !run.signal.aborted) gone += await deleteAlone(run, one);
  return gone;
}

async function deleteAlone(run: Deletion, { key, versionId }: Doomed): Promise<number> {
  const { context, connected, bucket, signal, tally } = run;
  const version = versionId === undefined ? {} : { VersionId: versionId };
  try {
    await connected.cos.deleteObject({ ...connected.at(bucket), Key: key, ...version, Signal: signal });
    noteDeleted(run, { key, versionId });
    return 1;
  } catch (error) {
    if (signal.aborted) return 0;
    const { message, status } = endingOf(error, context.about());
    tally.add(status);
    context.output.failed(`${context.output.name(addressText({ bucket, key }))}: ${message}`, { status });
    return 0;
  }
}

function noteDeleted({ context: { output }, bucket }: Deletion, { key, versionId }: NamedVersion): void {
  const address = addressText({ bucket, key });
  output.event(
    'deleted',
    { address, ...(versionId === undefined ? {} : { versionId }) },
    t`deleted ${output.name(address)}`,
  );
}

interface NamedVersion {
  readonly key: string;
  readonly versionId?: string | undefined;
}

async function deleteTogether(run: Deletion, batch: readonly Doomed[]): Promise<number> {
  const { context, connected, bucket, signal, tally } = run;
  const { output } = context;
  const { cos, at } = connected;
  try {
    const { Error: refused } = await cos.deleteMultipleObject({
      ...at(bucket),
      Objects: batch.map(({ key, versionId }) => ({
        Key: key,
        ...(versionId === undefined ? {} : { VersionId: versionId }),
      })),
      Quiet: true,
      Signal: signal,
    });
    const kept = new Map(refused.map((row) => [`${row.Key}\0${row.VersionId ?? ''}`, row]));
    for (const { key, versionId } of batch) {
      const address = addressText({ bucket, key });
      const row = kept.get(`${key}\0${versionId ?? ''}`) ?? kept.get(`${key}\0`);
      if (row === undefined) {
        noteDeleted(run, { key, versionId });
        continue;
      }
      tally.add(row.Code === 'AccessDenied' ? exitStatus.denied : exitStatus.failed);
      output.failed(`${output.name(address)}: ${row.Code ?? ''}: ${row.Message ?? ''}`, {
        address,
        code: row.Code,
      });
    }
    return batch.length - refused.length;
  } catch (error) {
    if (signal.aborted) return 0;
    const { message, status } = endingOf(error, context.about());
    for (const _ of batch) tally.add(status);
    output.failed(t`${batch.length} were not deleted: ${message}`, { status });
    return 0;
  }
}
