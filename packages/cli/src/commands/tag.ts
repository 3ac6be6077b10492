/** `sampan tag`: shows and sets the tags of an object or a bucket. */
import { isServiceError } from '@sampan/protocol';
import type COS from '@sampan/sdk';
import type { Command } from 'commander';
import { addressText, parseAddress, type CosAddress } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { ConnectionFlags } from '../connection/settings.ts';
import type { Connected, Context } from '../connection/context.ts';
import { UsageFailure } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';
import { examples } from './up.ts';

type Flags = ConnectionFlags & { readonly delete?: true; readonly add?: true; readonly versionId?: string };

export function tagCommand(context: Context): Command {
  const command = serviceVerb(context, 'tag')
    .summary(t`show or set tags`)
    .description(t`Show the tags of an object or a bucket, replace them, add to them, or remove them.`)
    .argument('<address>', t`cos://bucket/key or cos://bucket`)
    .argument('[name=value...]', t`the tags to set`)
    .option('--add', t`keep the other tags that are there`)
    .option('--delete', t`remove all tags`)
    .option('--version-id <id>', t`this version of the object`)
    .addHelpText('after', () => examples('sampan tag cos://photos-1250000000/a.jpg album=trip year=2026'));
  return addConnectionFlags(command).action(async (word: string, pairs: readonly string[], flags: Flags) => {
    const place = parseAddress(word);
    const tags = pairs.map(parseTag);
    if (flags.delete && (tags.length > 0 || flags.add)) throw new UsageFailure(t`--delete takes no tags`);
    const connected = await context.connect(flags);
    const { output } = context;
    if (flags.delete) {
      await remove(connected, place, flags);
      output.event('untagged', { address: addressText(place) }, t`no tags: ${addressText(place)}`);
    } else if (tags.length === 0) {
      for (const { Key, Value } of await read(connected, place, flags))
        output.item('tag', { name: Key, value: Value }, `${output.name(Key)}=${output.name(Value)}`);
    } else {
      const names = new Set(tags.map(({ Key }) => Key));
      const others = flags.add ? await read(connected, place, flags) : [];
      await write(connected, place, {
        flags,
        tags: [...others.filter(({ Key }) => !names.has(Key)), ...tags],
      });
      output.event('tagged', { address: addressText(place) }, t`tagged ${addressText(place)}`);
    }
  });
}

function parseTag(pair: string): COS.Tag {
  const at = pair.indexOf('=');
  if (at < 1) throw new UsageFailure(t`a tag must be name=value, got ${JSON.stringify(pair)}`);
  return { Key: pair.slice(0, at), Value: pair.slice(at + 1) };
}

function version({ versionId }: Flags): { readonly VersionId?: string } {
  return versionId === undefined ? {} : { VersionId: versionId };
}

async function read(
  { cos, at }: Connected,
  { bucket, key }: CosAddress,
  flags: Flags,
): Promise<readonly COS.Tag[]> {
  try {
    const { Tags } = await (key === ''
      ? cos.getBucketTagging(at(bucket))
      : cos.getObjectTagging({ ...at(bucket), Key: key, ...version(flags) }));
    return Tags;
  } catch (error) {
    if (isServiceError(error) && /^NoSuchTagSet/.test(error.code)) return [];
    throw error;
  }
}

async function write(
  { cos, at }: Connected,
  { bucket, key }: CosAddress,
  { flags, tags }: { readonly flags: Flags; readonly tags: COS.Tag[] },
): Promise<void> {
  await (key === ''
    ? cos.putBucketTagging({ ...at(bucket), Tags: tags })
    : cos.putObjectTagging({ ...at(bucket), Key: key, Tags: tags, ...version(flags) }));
}

async function remove({ cos, at }: Connected, { bucket, key }: CosAddress, flags: Flags): Promise<void> {
  await (key === ''
    ? cos.deleteBucketTagging(at(bucket))
    : cos.deleteObjectTagging({ ...at(bucket), Key: key, ...version(flags) }));
}
