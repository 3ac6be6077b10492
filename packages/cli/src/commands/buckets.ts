/** `sampan mb` and `sampan rb`: create and delete buckets. */
import type { Command } from 'commander';
import { addressText, isAddress, parseAddress, type CosAddress } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { ConnectionFlags } from '../connection/settings.ts';
import type { Connected, Context } from '../connection/context.ts';
import { agreed, deleteAll } from '../content/deletions.ts';
import { Tally, UsageFailure } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';
import { versionsBelow } from '../content/remote.ts';
import { unfinishedBelow } from '../content/unfinished.ts';
import { wordFlag } from '../words/sizes.ts';
import { examples } from './up.ts';

type MakeFlags = ConnectionFlags & { readonly acl?: 'private' | 'public-read' | 'public-read-write' };
type RemoveFlags = ConnectionFlags & { readonly force?: true; readonly yes?: true };

/** Reads a bucket, with `cos://` or without. */
function parseBucket(word: string): CosAddress {
  const place = parseAddress(isAddress(word) ? word : `cos://${word}`);
  if (place.key !== '')
    throw new UsageFailure(t`${word} names more than a bucket: write cos://${place.bucket}`);
  return place;
}

export function mbCommand(context: Context): Command {
  const command = serviceVerb(context, 'mb')
    .summary(t`make buckets`)
    .description(t`Make buckets. A bucket has its full name, with the account's number: name-1250000000.`)
    .argument('<bucket...>', 'cos://bucket')
    .option(
      '--acl <acl>',
      t`who may read: private, public-read or public-read-write`,
      wordFlag('--acl', ['private', 'public-read', 'public-read-write']),
    )
    .addHelpText('after', () => examples('sampan mb cos://photos-1250000000'));
  return addConnectionFlags(command).action(async (words: readonly string[], flags: MakeFlags) => {
    const places = words.map(parseBucket);
    const { cos, at } = await context.connect(flags);
    for (const { bucket } of places) {
      await cos.putBucket({ ...at(bucket), ...(flags.acl === undefined ? {} : { ACL: flags.acl }) });
      context.output.event(
        'made',
        { bucket, region: at(bucket).Region },
        t`made cos://${bucket} in ${at(bucket).Region}`,
      );
    }
  });
}

export function rbCommand(context: Context): Command {
  const command = serviceVerb(context, 'rb')
    .summary(t`delete buckets`)
    .description(
      t`Delete empty buckets; with --force also what is in them: all objects, versions and unfinished uploads.`,
    )
    .argument('<bucket...>', 'cos://bucket')
    .option('--force', t`delete what is in it first; asks on a terminal`)
    .option('-y, --yes', t`do not ask`)
    .addHelpText('after', () =>
      examples('sampan rb cos://photos-1250000000', 'sampan rb --force cos://photos-1250000000'),
    );
  return addConnectionFlags(command).action(async (words: readonly string[], flags: RemoveFlags) => {
    const places = words.map(parseBucket);
    const connected = await context.connect(flags);
    const { cos, at } = connected;
    const tally = new Tally();
    for (const place of places) {
      if (flags.force && !(await empty(context, connected, { place, flags, tally }))) return;
      if (tally.count > 0) break;
      await cos.deleteBucket(at(place.bucket));
      context.output.event('removed', { bucket: place.bucket }, t`deleted ${`cos://${place.bucket}`}`);
    }
    context.end(tally.status);
  });
}

async function empty(
  context: Context,
  connected: Connected,
  { place, flags, tally }: { readonly place: CosAddress; readonly flags: RemoveFlags; readonly tally: Tally },
): Promise<boolean> {
  const { cos, at } = connected;
  const { bucket } = place;
  const doomed = [];
  for await (const { key, versionId, sizeBytes } of versionsBelow(connected, place))
    doomed.push({ key, versionId, sizeBytes });
  const uploads = [];
  for await (const upload of unfinishedBelow(connected, place)) uploads.push(upload);
  const bytes = doomed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const question = {
    count: doomed.length + uploads.length,
    bytes,
    where: addressText(place),
    yes: flags.yes,
  };
  if (question.count > 0 && !(await agreed(context, question))) return false;
  const signal = context.interruptSignal();
  for (const { key, uploadId } of uploads)
    await cos.multipartAbort({ ...at(bucket), Key: key, UploadId: uploadId });
  const gone = await deleteAll({ context, connected, bucket, signal, tally }, doomed);
  if (doomed.length > 0) context.output.note(t`${gone} of ${doomed.length} deleted`);
  return !signal.aborted;
}
