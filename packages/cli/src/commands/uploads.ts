/** `sampan uploads` and `sampan abort`: list and abort unfinished multipart uploads. */
import type { Command } from 'commander';
import { isServiceError } from '@sampan/protocol';
import { addressText, parseAddress } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { ConnectionFlags } from '../connection/settings.ts';
import type { Context } from '../connection/context.ts';
import { agreed } from '../content/deletions.ts';
import { endingOf, exitStatus, Failure, Tally, UsageFailure } from '../words/failure.ts';
import { dateText, parseDuration, sizeText } from '../terminal/format.ts';
import { t } from '../terminal/messages.ts';
import { heldBytes, unfinishedBelow, type Unfinished } from '../content/unfinished.ts';
import { examples } from './up.ts';

type ListFlags = ConnectionFlags & { readonly long?: true };
type AbortFlags = ConnectionFlags & {
  readonly recursive?: true;
  readonly uploadId?: string;
  readonly olderThan?: number;
  readonly yes?: true;
  readonly dryRun?: true;
};

export function uploadsCommand(context: Context): Command {
  const command = serviceVerb(context, 'uploads')
    .summary(t`list unfinished uploads`)
    .description(
      t`List uploads in parts that were begun and not completed. Their parts take space until they are freed.`,
    )
    .argument('<address>', t`cos://bucket or cos://bucket/prefix`)
    .option('-l, --long', t`with the parts that are there, which asks once for each upload`)
    .addHelpText('after', () => examples('sampan uploads -l cos://photos-1250000000'));
  return addConnectionFlags(command).action(async (word: string, flags: ListFlags) => {
    const place = parseAddress(word);
    const connected = await context.connect(flags);
    const { output } = context;
    for await (const upload of unfinishedBelow(connected, place)) {
      const { key, uploadId, beganAtMs } = upload;
      const held = flags.long ? await heldBytes(connected, place.bucket, upload) : undefined;
      const size = held ? `${String(held.parts).padStart(5)} ${sizeText(held.bytes).padStart(10)}  ` : '';
      output.item(
        'upload',
        { key, uploadId, began: new Date(beganAtMs).toISOString(), ...held },
        `${dateText(new Date(beganAtMs))}  ${size}${uploadId}  ${output.name(key)}`,
      );
    }
  });
}

export function abortCommand(context: Context): Command {
  const command = serviceVerb(context, 'abort')
    .summary(t`free unfinished uploads`)
    .description(
      t`Free the parts of unfinished uploads: of one key, or with -r of all keys that begin with the address.`,
    )
    .argument('<address>', t`cos://bucket/key, or cos://bucket/prefix with -r`)
    .option('-r, --recursive', t`of all keys that begin with it`)
    .option('--upload-id <id>', t`this upload alone`)
    .option('--older-than <time>', t`only those begun so long ago: 12h, 7d`, duration)
    .option('-n, --dry-run', t`say what would be done, and do nothing`)
    .option('-y, --yes', t`do not ask`)
    .addHelpText('after', () => examples('sampan abort -r cos://photos-1250000000 --older-than 7d'));
  return addConnectionFlags(command).action(async (word: string, flags: AbortFlags) => {
    const place = parseAddress(word);
    if (place.key === '' && !flags.recursive)
      throw new UsageFailure(t`${addressText(place)} is a bucket: add -r for all of its uploads`);
    const connected = await context.connect(flags);
    const found: Unfinished[] = [];
    const latestMs = Date.now() - (flags.olderThan ?? 0) * 1000;
    for await (const upload of unfinishedBelow(connected, place)) {
      const isMeant = flags.recursive === true || upload.key === place.key;
      const isOld = flags.olderThan === undefined || upload.beganAtMs <= latestMs;
      if (isMeant && isOld && (flags.uploadId === undefined || upload.uploadId === flags.uploadId))
        found.push(upload);
    }
    if (found.length === 0)
      throw new Failure(t`no unfinished upload is at ${addressText(place)}`, exitStatus.notFound);
    const { output } = context;
    const question = { count: found.length, bytes: 0, where: addressText(place), yes: flags.yes };
    if (!flags.dryRun && found.length > 1 && !(await agreed(context, question))) return;
    const tally = new Tally();
    for (const { key, uploadId } of found) {
      const address = addressText({ bucket: place.bucket, key });
      if (flags.dryRun) {
        output.item(
          'planned',
          { action: 'abort', address, uploadId },
          t`would be freed: ${output.name(address)}`,
        );
        continue;
      }
      try {
        await connected.cos.multipartAbort({ ...connected.at(place.bucket), Key: key, UploadId: uploadId });
        output.event('aborted', { address, uploadId }, t`freed ${output.name(address)} ${uploadId}`);
      } catch (error) {
        // Another may have completed or freed it meanwhile.
        if (isServiceError(error) && error.code === 'NoSuchUpload') continue;
        const { message, status } = endingOf(error, context.about());
        tally.add(status);
        output.failed(`${output.name(address)}: ${message}`, { address, status });
      }
    }
    context.end(tally.status);
  });
}

function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined)
    throw new UsageFailure(
      t`--older-than must be a time such as 900, 15m, 2h or 7d, got ${JSON.stringify(text)}`,
    );
  return seconds;
}
