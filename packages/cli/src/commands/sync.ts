/** `sampan sync`: makes the destination equal to the source; what is equal already is not sent. */
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { addressText, isAddress, parseAddress, type CosAddress } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { Connected, Context } from '../connection/context.ts';
import { copyJob } from '../content/copies.ts';
import { agreed, deleteAll } from '../content/deletions.ts';
import { downloadJob } from '../content/downloads.ts';
import { endingOf, exitStatus, Tally, UsageFailure } from '../words/failure.ts';
import { identityOf, type LeftOut } from '../content/files.ts';
import { filterOf } from '../words/filter.ts';
import { stateFolder } from '../connection/folders.ts';
import { announce, endInterrupted, runJobs, type Job } from '../content/jobs.ts';
import { t } from '../terminal/messages.ts';
import { pathBelow } from '../content/names.ts';
import { differing } from '../content/sync-compare.ts';
import { fitting, itemsOf, sideText, spotText, type Item, type Side } from '../content/sync-sides.ts';
import { keepYoungGenerationSmall } from '../content/memory.ts';
import { openSyncState, type SyncState } from '../content/sync-state.ts';
import { planSync } from '../content/sync.ts';
import {
  addHeaderFlag,
  addTransferFlags,
  clientOf,
  parallelOf,
  type TransferFlags,
} from '../content/transfer-flags.ts';
import { uploadJob } from '../content/uploads.ts';
import { examples, reportLeftOut } from './up.ts';

type Flags = TransferFlags & {
  readonly delete?: true;
  readonly checksum?: true;
  readonly yes?: true;
};

export function syncCommand(context: Context): Command {
  const command = serviceVerb(context, 'sync')
    .summary(t`make a folder and a prefix equal`)
    .description(
      t`Make the destination equal to the source: a folder and an address, or two addresses. What is there with the same content is not sent again. A run that was stopped is finished by the next one.`,
    )
    .argument('<from>', t`folder or address`)
    .argument('<to>', t`folder or address`)
    .option('--delete', t`delete what is at the destination only; asks on a terminal`)
    .option('--checksum', t`compare contents, whatever was found equal before`)
    .option('-y, --yes', t`do not ask`)
    .addHelpText('after', () =>
      examples(
        'sampan sync photos cos://photos-1250000000/ --delete',
        'sampan sync cos://photos-1250000000/2026/ copy --include "*.jpg"',
        'sampan sync cos://photos-1250000000/ cos://archive-1250000000/ --dry-run',
      ),
    );
  addHeaderFlag(addTransferFlags(command, 'changed'));
  return addConnectionFlags(command).action(async (from: string, to: string, flags: Flags) => {
    if (!isAddress(from) && !isAddress(to))
      throw new UsageFailure(t`one side must be an address: cos://bucket/key`);
    const source = sideOf(from);
    const target = sideOf(to);
    if (typeof source === 'string' && !(await stat(source)).isDirectory())
      throw new UsageFailure(t`${source} is no folder: sampan up uploads files`);
    if (typeof source !== 'string' && typeof target !== 'string') refuseOverlap(source, target);
    const connected = await context.connect(flags, clientOf(context, flags));
    keepYoungGenerationSmall();
    await synchronise(context, connected, { source, target, flags });
  });
}

function sideOf(word: string): Side {
  if (!isAddress(word)) return word;
  const { bucket, key } = parseAddress(word);
  return { bucket, key: key === '' ? '' : key.replace(/\/?$/, '/') };
}

function refuseOverlap(a: CosAddress, b: CosAddress): void {
  if (a.bucket === b.bucket && (a.key.startsWith(b.key) || b.key.startsWith(a.key)))
    throw new UsageFailure(t`${addressText(a)} and ${addressText(b)} are one within the other`);
}

interface Run {
  readonly source: Side;
  readonly target: Side;
  readonly flags: Flags;
}

interface Plan {
  readonly jobs: readonly Job[];
  readonly extra: readonly Item[];
  readonly same: number;
  readonly incoming: readonly Item[];
}

async function synchronise(context: Context, connected: Connected, run: Run): Promise<void> {
  const { output } = context;
  const { target, flags } = run;
  const tally = new Tally();
  const signal = context.interruptSignal();
  const state = await openSyncState(stateFolder(context), [
    connected.connection.endpoint,
    sideText(run.source),
    sideText(target),
  ]);
  const { jobs, extra, same, incoming } = await plan(context, connected, { ...run, state, signal, tally });
  if (flags.dryRun) {
    announce(context, 'send', jobs);
    announceDeletions(context, target, extra);
  } else {
    const bytes = extra.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const question = { count: extra.length, bytes, where: sideText(target), yes: flags.yes };
    if (extra.length > 0 && !signal.aborted && !(await agreed(context, question))) return;
    // A file where a folder must be, or the other way round, goes first.
    const blocking = typeof target === 'string' ? blockersOf(extra, incoming) : new Set<Item>();
    const removal = { target, signal, tally };
    await remove(context, connected, { ...removal, items: [...blocking] });
    if (jobs.length > 0)
      await runJobs({ context, jobs, event: eventOf(run), parallel: parallelOf(flags), signal, tally });
    await remove(context, connected, { ...removal, items: extra.filter((item) => !blocking.has(item)) });
    await state.save();
  }
  if (signal.aborted) {
    endInterrupted(context);
    return;
  }
  const counts = { same, sent: jobs.length, deleted: extra.length, failed: tally.count };
  if (output.json) output.event('synchronised', counts);
  else if (flags.dryRun)
    output.note(t`${jobs.length} would be sent, ${extra.length} would be deleted, ${same} are the same`);
  else output.note(t`${jobs.length} to send, ${extra.length} to delete, ${same} are the same`);
  context.end(tally.status);
}

async function plan(
  context: Context,
  connected: Connected,
  run: Run & { readonly state: SyncState; readonly signal: AbortSignal; readonly tally: Tally },
): Promise<Plan> {
  const { source, target, flags, state, signal } = run;
  const wanted = filterOf(flags);
  const [from, to] = await Promise.all([
    itemsOf(connected, source, { wanted }),
    itemsOf(connected, target, { wanted, mayBeMissing: true }),
  ]);
  const { items, left } = fitting(from.items, target, context.platform);
  reportLeftOut(context, [...from.left, ...to.left, ...left], run.tally);
  const { missing, resized, compare, extra } = planSync(items, to.items);
  const differ = await differingOf(
    flags,
    compare.map(({ from: item }) => item),
    () => differing(connected, compare, { state, checksum: flags.checksum === true, signal }),
  );
  const send = flags.overwrite === 'never' ? missing : [...missing, ...resized, ...differ];
  return {
    jobs: send.map((item) => remembering(jobOf(connected, item, run), item, { target, state })),
    extra: flags.delete ? deletable(context, extra, { left: from.left, send, target, tally: run.tally }) : [],
    same: compare.length - differ.length,
    incoming: items,
  };
}

/** What differs, as `--overwrite` understands it. */
async function differingOf(
  { overwrite }: Flags,
  all: readonly Item[],
  compare: () => Promise<readonly Item[]>,
): Promise<readonly Item[]> {
  if (overwrite === 'always') return all;
  return overwrite === 'never' ? [] : compare();
}

interface Neighbours {
  readonly left: readonly LeftOut[];
  readonly send: readonly Item[];
  readonly target: Side;
  readonly tally: Tally;
}

/** Leaves what must not go: names that could not be read at the source, drafts of downloads, what is behind a link. */
function deletable(
  context: Context,
  extra: readonly Item[],
  { left, send, target, tally }: Neighbours,
): readonly Item[] {
  const unread = left.map(({ name }) => name).filter((name) => name !== undefined);
  const drafted = new Set(send.map(({ name }) => name));
  const isUnread = (name: string) =>
    unread.some((other) => other === '' || name === other || name.startsWith(`${other}/`));
  const isDraft = (name: string) => {
    const [, folder = '', file = ''] = /^(.*\/)?\.([^/]+)\.[\w-]{12}\.part$/.exec(name) ?? [];
    return typeof target === 'string' && file !== '' && drafted.has(`${folder}${file}`);
  };
  const behind = extra.filter(({ file }) => file?.isBehindLink);
  const reason = t`not deleted, because a link leads to it`;
  for (const { file } of behind) {
    tally.add(exitStatus.file);
    context.output.failed(`${context.output.name(file!.path)}: ${reason}`, { path: file!.path });
  }
  return extra.filter(({ name, file }) => !isUnread(name) && !isDraft(name) && !file?.isBehindLink);
}

function eventOf({ source, target }: Run): string {
  if (typeof source === 'string') return 'uploaded';
  return typeof target === 'string' ? 'downloaded' : 'copied';
}

function jobOf(connected: Connected, item: Item, { target, flags }: Run): Job {
  // What is sent has been found to differ.
  const decided: Flags = { ...flags, overwrite: flags.overwrite === 'never' ? 'never' : 'always' };
  const { file, object, name } = item;
  if (file && typeof target !== 'string')
    return uploadJob(connected, { ...file, bucket: target.bucket, key: `${target.key}${name}` }, decided);
  if (!object) throw new Error(`${name} has neither a file nor an object`);
  if (typeof target === 'string')
    return clearing(downloadJob(connected, { object, path: pathBelow(target, name) }, decided), flags);
  return copyJob(connected, { object, to: { bucket: target.bucket, key: `${target.key}${name}` } }, decided);
}

/** With `--delete` a folder without files gives way to a file. */
function clearing(job: Job, { delete: deletes }: Flags): Job {
  if (!deletes) return job;
  return {
    ...job,
    async perform(surroundings) {
      await removeEmpty(job.to);
      return job.perform(surroundings);
    },
  };
}

async function removeEmpty(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return;
  for (const entry of entries) if (entry.isDirectory()) await removeEmpty(pathBelow(path, entry.name));
  await rmdir(path).catch(() => undefined);
}

/** Notes what is equal after a transfer, so that the next run need not read it. */
function remembering(
  job: Job,
  { name, file, object }: Item,
  { target, state }: { readonly target: Side; readonly state: SyncState },
): Job {
  return {
    ...job,
    async perform(surroundings) {
      const done = await job.perform(surroundings);
      if (file && done.eTag !== undefined) state.learn(name, file.identity, done.eTag);
      if (object && typeof target === 'string' && done.skipped === undefined) {
        const found = await stat(pathBelow(target, name)).catch(() => undefined);
        if (found) state.learn(name, identityOf(found), object.eTag);
      }
      return done;
    },
  };
}

function blockersOf(extra: readonly Item[], incoming: readonly Item[]): ReadonlySet<Item> {
  const files = new Set(incoming.map(({ name }) => name));
  const folders = new Set<string>();
  for (const { name } of incoming) for (const folder of foldersOf(name)) folders.add(folder);
  return new Set(
    extra.filter(({ name }) => folders.has(name) || foldersOf(name).some((folder) => files.has(folder))),
  );
}

function foldersOf(name: string): readonly string[] {
  const parts = name.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

interface Removal {
  readonly target: Side;
  readonly items: readonly Item[];
  readonly signal: AbortSignal;
  readonly tally: Tally;
}

async function remove(context: Context, connected: Connected, removal: Removal): Promise<void> {
  const { target, items, signal, tally } = removal;
  if (items.length === 0 || signal.aborted) return;
  if (typeof target !== 'string') {
    const doomed = items.map(({ name, sizeBytes }) => ({ key: `${target.key}${name}`, sizeBytes }));
    await deleteAll({ context, connected, bucket: target.bucket, signal, tally }, doomed);
    return;
  }
  const { output } = context;
  for (const { name } of items) {
    const path = pathBelow(target, name);
    try {
      await rm(path, { force: true });
      await removeEmptyFolders(dirname(path), target);
      output.event('deleted', { path }, t`deleted ${output.name(path)}`);
    } catch (error) {
      const { message, status } = endingOf(error);
      tally.add(status);
      output.failed(message, { path, status });
    }
  }
}

/** Folders that a deletion has emptied go too, up to the destination. */
async function removeEmptyFolders(folder: string, top: string): Promise<void> {
  const below = relative(resolve(top), resolve(folder));
  if (below === '' || below === '..' || below.startsWith(`..${sep}`) || basename(folder) === '') return;
  const isGone = await rmdir(folder).then(
    () => true,
    () => false,
  );
  if (isGone) await removeEmptyFolders(dirname(folder), top);
}

function announceDeletions({ output }: Context, target: Side, items: readonly Item[]): void {
  for (const { name, sizeBytes } of items) {
    const to = spotText(target, name);
    output.item(
      'planned',
      { action: 'delete', to, bytes: sizeBytes },
      t`would be deleted: ${output.name(to)}`,
    );
  }
}
