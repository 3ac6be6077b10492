/** `sampan ls`: lists buckets, or the objects in one. */
import type { Command } from 'commander';
import { addressText, parseAddress, type CosAddress } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { ConnectionFlags } from '../connection/settings.ts';
import type { Connected, Context } from '../connection/context.ts';
import { exitStatus, Failure } from '../words/failure.ts';
import { fixedPart, isPattern, matcher } from '../words/filter.ts';
import { dateText, sizeText } from '../terminal/format.ts';
import { t } from '../terminal/messages.ts';
import { headOf, levelBelow, objectsBelow, type RemoteFolder, type RemoteObject } from '../content/remote.ts';
import { examples } from './up.ts';
import { printVersions } from './versions.ts';

type Flags = ConnectionFlags & {
  readonly long?: true;
  readonly recursive?: true;
  readonly bytes?: true;
  readonly versions?: true;
};

export function lsCommand(context: Context): Command {
  const command = serviceVerb(context, 'ls')
    .summary(t`list buckets or objects`)
    .description(t`List buckets, or with an address the objects and folders whose keys begin with it.`)
    .argument('[address]', t`cos://bucket, cos://bucket/prefix or a pattern such as "cos://bucket/**/*.jpg"`)
    .option('-l, --long', t`with date, size and storage class`)
    .option('-r, --recursive', t`every object, instead of one line for a folder`)
    .option('-b, --bytes', t`with -l, exact sizes`)
    .option('--versions', t`every version, and the marks of deletions`)
    .addHelpText('after', () => examples('sampan ls', 'sampan ls -l cos://photos-1250000000/2026/'));
  return addConnectionFlags(command).action(async (word: string | undefined, flags: Flags) => {
    const place = word === undefined ? undefined : parseAddress(word);
    const connected = await context.connect(flags);
    if (!place) await listBuckets(context, connected, flags);
    else if (flags.versions) await printVersions(context, connected, place);
    else await listObjects(context, connected, { place, flags });
  });
}

async function listBuckets({ output }: Context, { cos }: Connected, flags: Flags): Promise<void> {
  const { Buckets } = await cos.getService();
  for (const { Name, Location, CreationDate } of Buckets)
    output.item(
      'bucket',
      { bucket: Name, region: Location, created: CreationDate },
      flags.long ? `${dateText(new Date(CreationDate))}  ${Location}  ${Name}` : Name,
    );
  if (Buckets.length === 0) output.note(t`there are no buckets: sampan mb makes one`);
}

async function listObjects(
  context: Context,
  connected: Connected,
  { place, flags }: { readonly place: CosAddress; readonly flags: Flags },
): Promise<void> {
  const { output } = context;
  let count = 0;
  for await (const entry of await entriesOf(connected, place, flags)) {
    count++;
    if ('key' in entry) {
      const name = output.name(entry.key);
      output.item(
        'object',
        {
          key: entry.key,
          bytes: entry.sizeBytes,
          eTag: entry.eTag,
          modified: new Date(entry.modifiedAtMs).toISOString(),
          storageClass: entry.storageClass,
        },
        flags.long ? `${objectRow(entry, flags)}  ${name}` : name,
      );
    } else {
      const name = output.name(entry.prefix);
      output.item('folder', { prefix: entry.prefix }, flags.long ? `${folderRow}  ${name}` : name);
    }
  }
  if (count === 0 && place.key !== '')
    throw new Failure(t`nothing begins with ${addressText(place)}`, exitStatus.notFound);
}

/** A key that is a pattern and of no object is one. */
async function entriesOf(
  connected: Connected,
  place: CosAddress,
  flags: Flags,
): Promise<AsyncIterable<RemoteObject | RemoteFolder>> {
  if (isPattern(place.key) && !(await headOf(connected, place))) return matching(connected, place);
  return flags.recursive ? objectsBelow(connected, place) : levelBelow(connected, place);
}

async function* matching(connected: Connected, place: CosAddress): AsyncGenerator<RemoteObject> {
  const test = matcher(place.key);
  for await (const object of objectsBelow(connected, { ...place, key: fixedPart(place.key) }))
    if (test(object.key)) yield object;
}

const folderRow = `${' '.repeat(16)}  ${' '.repeat(10)}  ${''.padEnd(12)}`;

function objectRow({ modifiedAtMs, sizeBytes, storageClass }: RemoteObject, { bytes }: Flags): string {
  const size = bytes ? String(sizeBytes) : sizeText(sizeBytes);
  return `${dateText(new Date(modifiedAtMs))}  ${size.padStart(bytes ? 14 : 10)}  ${storageClass.padEnd(12)}`;
}
