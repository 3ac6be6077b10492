/** `sampan get`: downloads objects to files, resumes earlier runs, and verifies the CRC-64. */
import { stat } from 'node:fs/promises';
import { sep } from 'node:path';
import type { Command } from 'commander';
import { addressText, isAddress, parseAddress, type CosAddress } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { Connected, Context } from '../connection/context.ts';
import { downloadJob, type Download } from '../content/downloads.ts';
import { exitStatus, Tally, UsageFailure } from '../words/failure.ts';
import type { LeftOut } from '../content/files.ts';
import { filterOf } from '../words/filter.ts';
import { announce, endInterrupted, runJobs } from '../content/jobs.ts';
import { t } from '../terminal/messages.ts';
import { nameProblem, pathBelow, twinsOf } from '../content/names.ts';
import { choose, headOf, type Chosen } from '../content/remote.ts';
import {
  addHeaderFlag,
  addTransferFlags,
  clientOf,
  parallelOf,
  type TransferFlags,
} from '../content/transfer-flags.ts';
import { writeObject } from './cat.ts';
import { examples, reportLeftOut } from './up.ts';

type Flags = TransferFlags & { readonly versionId?: string };

export function getCommand(context: Context): Command {
  const command = serviceVerb(context, 'get')
    .summary(t`download objects`)
    .description(
      t`Download objects. A download that was interrupted goes on where it stopped when the same command is given again; what is there is compared first. A file appears when it is whole and its CRC-64 is the service's.`,
    )
    .argument(
      '<address...>',
      t`cos://bucket/key, a pattern such as "cos://bucket/a/*.jpg", folders with -r; then the file or folder, or - for stdout`,
    )
    .usage('[options] cos://bucket/key… [FILE]')
    .option(
      '-r, --recursive',
      t`download what is below a folder; one written with / at its end goes without its name`,
    )
    .option('--version-id <id>', t`this version of the object`)
    .addHelpText('after', () =>
      examples(
        'sampan get cos://photos-1250000000/2026/a.jpg',
        'sampan get -r cos://photos-1250000000/2026/ copy/ --include "*.jpg"',
        'sampan get cos://photos-1250000000/backup.tar - | tar x',
      ),
    );
  addHeaderFlag(addTransferFlags(command));
  return addConnectionFlags(command).action(async (words: readonly string[], flags: Flags) => {
    const last = words.at(-1) ?? '';
    const hasPlace = words.length > 1 && !isAddress(last);
    const addresses = (hasPlace ? words.slice(0, -1) : words).map(parseAddress);
    const place = hasPlace ? last : '.';
    if (flags.versionId !== undefined && (addresses.length > 1 || flags.recursive))
      throw new UsageFailure(t`--version-id is of one object`);
    if (place === '-') await toStdout(context, addresses, flags);
    else await toFiles(context, addresses, { place, flags });
  });
}

async function toStdout(context: Context, addresses: readonly CosAddress[], flags: Flags): Promise<void> {
  const [address] = addresses;
  if (!address || addresses.length > 1 || flags.recursive) throw new UsageFailure(t`stdout takes one object`);
  const connected = await context.connect(flags, clientOf(context, flags));
  await writeObject(context, connected, { address, versionId: flags.versionId });
}

async function toFiles(
  context: Context,
  addresses: readonly CosAddress[],
  { place, flags }: { readonly place: string; readonly flags: Flags },
): Promise<void> {
  const connected = await context.connect(flags, clientOf(context, flags));
  const tally = new Tally();
  const { downloads, left } = await planDownloads(connected, addresses, {
    place,
    flags,
    platform: context.platform,
  });
  reportLeftOut(context, left, tally);
  const jobs = downloads.map((download) => downloadJob(connected, download, flags));
  if (jobs.length === 0) context.output.note(t`no objects to download`);
  if (flags.dryRun) announce(context, 'download', jobs);
  else {
    const signal = context.interruptSignal();
    await runJobs({ context, jobs, event: 'downloaded', parallel: parallelOf(flags), signal, tally });
    if (signal.aborted) {
      endInterrupted(context);
      return;
    }
  }
  context.end(tally.status);
}

interface Plan {
  readonly downloads: readonly Download[];
  readonly left: readonly LeftOut[];
}

/** Finds the objects and gives each its path; names that this system cannot hold are left out. */
export async function planDownloads(
  connected: Connected,
  addresses: readonly CosAddress[],
  {
    place,
    flags,
    platform,
  }: { readonly place: string; readonly flags: Flags; readonly platform: NodeJS.Platform },
): Promise<Plan> {
  const chosen: Chosen[] = [];
  let isSingle = addresses.length === 1;
  for (const address of addresses) {
    const found = await chooseVersion(connected, address, flags);
    isSingle &&= found.kind === 'object';
    chosen.push(...found.chosen);
  }
  const isFolder =
    place.endsWith('/') ||
    place.endsWith(sep) ||
    (await stat(place).then(
      (found) => found.isDirectory(),
      () => !isSingle,
    ));
  if (!isFolder && !isSingle)
    throw new UsageFailure(t`${place} is a file, and there are several objects: name a folder`);
  const [one] = chosen;
  if (!isFolder && one)
    return { downloads: [{ object: one.object, path: place, versionId: flags.versionId }], left: [] };
  return below(chosen, { place, platform, versionId: flags.versionId });
}

function chooseVersion(connected: Connected, address: CosAddress, flags: Flags) {
  const options = { recursive: flags.recursive === true, wanted: filterOf(flags) };
  const { versionId } = flags;
  if (versionId === undefined) return choose(connected, address, options);
  return headOf(connected, address, versionId).then((object) => {
    if (!object) return choose(connected, address, options);
    const name = address.key.slice(address.key.lastIndexOf('/') + 1);
    return { kind: 'object' as const, chosen: [{ object, name }] };
  });
}

function below(
  chosen: readonly Chosen[],
  {
    place,
    platform,
    versionId,
  }: { readonly place: string; readonly platform: NodeJS.Platform; readonly versionId: string | undefined },
): Plan {
  const downloads: Download[] = [];
  const left: LeftOut[] = [];
  const twins = twinsOf(
    chosen.map(({ name }) => name),
    platform,
  );
  const paths = new Set<string>();
  for (const { name, object } of chosen) {
    const isMark = name.endsWith('/');
    const path = pathBelow(place === '' ? '.' : place, name);
    const reason =
      nameProblem(name, platform) ??
      (isMark && object.sizeBytes > 0 ? t`a file's name cannot end with /` : undefined) ??
      (twins.has(name)
        ? t`another name differs only in case, and this system keeps one of them`
        : undefined) ??
      (paths.has(path) ? t`another object has the same name here` : undefined);
    paths.add(path);
    if (reason === undefined) downloads.push({ object, path, versionId });
    else left.push({ path: addressText(object), reason, status: exitStatus.file });
  }
  return { downloads, left };
}
