/** `sampan rm`: deletes objects, folders, patterns and versions. */
import type { Command } from 'commander';
import { addressText, parseAddress, type CosAddress } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { ConnectionFlags } from '../connection/settings.ts';
import type { Connected, Context } from '../connection/context.ts';
import { agreed, deleteAll, type Doomed } from '../content/deletions.ts';
import { exitStatus, Failure, Tally, UsageFailure } from '../words/failure.ts';
import { filterOf, isPattern, matcher, fixedPart, type FilterFlags } from '../words/filter.ts';
import { endInterrupted } from '../content/jobs.ts';
import { t } from '../terminal/messages.ts';
import { choose, versionsBelow } from '../content/remote.ts';
import { addFilterFlags } from '../content/transfer-flags.ts';
import { examples } from './up.ts';

type Flags = ConnectionFlags &
  FilterFlags & {
    readonly recursive?: true;
    readonly dryRun?: true;
    readonly yes?: true;
    readonly versions?: true;
    readonly versionId?: string;
  };

export function rmCommand(context: Context): Command {
  const command = serviceVerb(context, 'rm')
    .summary(t`delete objects`)
    .description(
      t`Delete objects. On a terminal it asks before more than one goes, and says how many. In a bucket with versioning older versions stay, unless --versions is given.`,
    )
    .argument('<address...>', t`cos://bucket/key, a pattern such as "cos://bucket/a/*.jpg", folders with -r`)
    .option('-r, --recursive', t`delete everything below a folder`)
    .option('-y, --yes', t`do not ask`)
    .option('--versions', t`all versions, and the marks of deletions`)
    .option('--version-id <id>', t`this version alone`);
  addFilterFlags(command)
    .option('-n, --dry-run', t`say what would be done, and do nothing`)
    .addHelpText('after', () =>
      examples(
        'sampan rm cos://photos-1250000000/a.jpg',
        'sampan rm -r cos://photos-1250000000/2025/',
        'sampan rm "cos://photos-1250000000/**/*.tmp" --dry-run',
      ),
    );
  return addConnectionFlags(command).action(async (words: readonly string[], flags: Flags) => {
    const addresses = words.map(parseAddress);
    if (flags.versionId !== undefined && (addresses.length > 1 || flags.recursive || flags.versions))
      throw new UsageFailure(t`--version-id is of one object`);
    const connected = await context.connect(flags);
    const signal = context.interruptSignal();
    const tally = new Tally();
    for (const address of addresses) {
      const { doomed, isOne } = await find(connected, address, flags);
      if (flags.dryRun) {
        announce(context, address.bucket, doomed);
        continue;
      }
      const bytes = doomed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      const question = { count: doomed.length, bytes, where: addressText(address), yes: flags.yes };
      if (!isOne && !(await agreed(context, question))) return;
      const gone = await deleteAll({ context, connected, bucket: address.bucket, signal, tally }, doomed);
      if (!isOne) context.output.note(t`${gone} of ${doomed.length} deleted`);
    }
    if (signal.aborted) endInterrupted(context);
    else context.end(tally.status);
  });
}

interface Found {
  readonly doomed: readonly Doomed[];
  /** True for an exact name, which needs no confirmation. */
  readonly isOne: boolean;
}

async function find(connected: Connected, address: CosAddress, flags: Flags): Promise<Found> {
  if (flags.versionId !== undefined)
    return { doomed: [{ key: address.key, versionId: flags.versionId, sizeBytes: 0 }], isOne: true };
  if (flags.versions) return { doomed: await versions(connected, address, flags), isOne: false };
  const { kind, chosen, mark } = await choose(connected, address, {
    recursive: flags.recursive === true,
    wanted: filterOf(flags),
  });
  const doomed: Doomed[] = chosen.map(({ object }) => ({ key: object.key, sizeBytes: object.sizeBytes }));
  // The mark of the folder itself goes with what is in it, when all of it does.
  const isWhole = flags.include === undefined && flags.exclude === undefined;
  if (mark && isWhole) doomed.push({ key: mark.key, sizeBytes: mark.sizeBytes });
  return { doomed, isOne: kind === 'object' };
}

async function versions(connected: Connected, address: CosAddress, flags: Flags): Promise<readonly Doomed[]> {
  const { key } = address;
  const wanted = filterOf(flags);
  const folder = key === '' || key.endsWith('/') ? key : `${key}/`;
  const test = isPattern(key) ? matcher(key) : undefined;
  const prefix = test ? fixedPart(key) : key;
  const doomed: Doomed[] = [];
  for await (const version of versionsBelow(connected, { ...address, key: prefix })) {
    const isMeant =
      version.key === key ||
      (test ? test(version.key) : flags.recursive === true && version.key.startsWith(folder));
    const name = version.key === key ? key.slice(key.lastIndexOf('/') + 1) : version.key.slice(prefix.length);
    if (isMeant && wanted(name.replace(/^\//, '')))
      doomed.push({ key: version.key, versionId: version.versionId, sizeBytes: version.sizeBytes });
  }
  if (doomed.length === 0) throw new Failure(t`nothing is at ${addressText(address)}`, exitStatus.notFound);
  return doomed;
}

function announce({ output }: Context, bucket: string, doomed: readonly Doomed[]): void {
  for (const { key, versionId, sizeBytes } of doomed) {
    const address = addressText({ bucket, key });
    output.item(
      'planned',
      { action: 'delete', address, bytes: sizeBytes, ...(versionId === undefined ? {} : { versionId }) },
      t`would be deleted: ${output.name(address)}`,
    );
  }
}
