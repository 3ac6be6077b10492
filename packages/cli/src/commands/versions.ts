/** `sampan versions`: lists object versions, and shows or sets a bucket's versioning. */
import type { Command } from 'commander';
import { addressText, parseAddress, type CosAddress } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { ConnectionFlags } from '../connection/settings.ts';
import type { Connected, Context } from '../connection/context.ts';
import { exitStatus, Failure, UsageFailure } from '../words/failure.ts';
import { dateText, sizeText } from '../terminal/format.ts';
import { t } from '../terminal/messages.ts';
import { versionsBelow } from '../content/remote.ts';
import { examples } from './up.ts';

type Flags = ConnectionFlags & { readonly enable?: true; readonly suspend?: true };

export function versionsCommand(context: Context): Command {
  const command = serviceVerb(context, 'versions')
    .summary(t`list versions, or set whether a bucket keeps them`)
    .description(
      t`List the versions of the objects whose keys begin with an address, the newest first. For a bucket alone it also says whether versions are kept.`,
    )
    .argument('<address>', t`cos://bucket or cos://bucket/prefix`)
    .option('--enable', t`keep older versions from now on`)
    .option('--suspend', t`keep no more of them; those that are there stay`)
    .addHelpText('after', () =>
      examples(
        'sampan versions cos://photos-1250000000 --enable',
        'sampan versions cos://photos-1250000000/a.jpg',
        'sampan get cos://photos-1250000000/a.jpg --version-id ID',
      ),
    );
  return addConnectionFlags(command).action(async (word: string, flags: Flags) => {
    const place = parseAddress(word);
    const isSetting = flags.enable ?? flags.suspend;
    if (flags.enable && flags.suspend) throw new UsageFailure(t`--enable and --suspend exclude each other`);
    if (isSetting && place.key !== '')
      throw new UsageFailure(t`versions are kept for a whole bucket: cos://bucket`);
    const connected = await context.connect(flags);
    const { cos, at } = connected;
    if (isSetting) {
      const Status = flags.enable ? 'Enabled' : 'Suspended';
      await cos.putBucketVersioning({ ...at(place.bucket), VersioningConfiguration: { Status } });
      context.output.event(
        'versioning',
        { bucket: place.bucket, status: Status },
        `${place.bucket}: ${Status}`,
      );
      return;
    }
    if (place.key === '') {
      const { VersioningConfiguration } = await cos.getBucketVersioning(at(place.bucket));
      // A bucket that never kept versions has an empty answer.
      const { Status = 'Off' } = VersioningConfiguration as { readonly Status?: string };
      context.output.item(
        'versioning',
        { bucket: place.bucket, status: Status },
        `${place.bucket}: ${Status}`,
      );
    }
    await printVersions(context, connected, place);
  });
}

/** Prints one line for each version. */
export async function printVersions(
  { output }: Context,
  connected: Connected,
  place: CosAddress,
): Promise<void> {
  let count = 0;
  for await (const version of versionsBelow(connected, place)) {
    count++;
    const { key, versionId, isLatest, isMarker, sizeBytes, modifiedAtMs, storageClass } = version;
    const size = isMarker ? t`deleted` : sizeText(sizeBytes);
    output.item(
      'version',
      {
        key,
        versionId,
        latest: isLatest,
        deleteMarker: isMarker,
        bytes: sizeBytes,
        modified: new Date(modifiedAtMs).toISOString(),
        storageClass,
      },
      `${dateText(new Date(modifiedAtMs))}  ${size.padStart(10)}  ${isLatest ? '*' : ' '} ${versionId}  ${output.name(key)}`,
    );
  }
  if (count === 0 && place.key !== '')
    throw new Failure(t`nothing begins with ${addressText(place)}`, exitStatus.notFound);
}
