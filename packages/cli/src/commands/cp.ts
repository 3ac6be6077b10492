/** `sampan cp` and `sampan mv`: copy or move within the service; between files and objects as `up` and `get` do. */
import { rm } from 'node:fs/promises';
import type { Command } from 'commander';
import { addressText, isAddress, parseAddress, type CosAddress } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { Connected, Context } from '../connection/context.ts';
import { copyJob } from '../content/copies.ts';
import { downloadJob } from '../content/downloads.ts';
import { Tally, UsageFailure } from '../words/failure.ts';
import { listShipments, type LeftOut } from '../content/files.ts';
import { filterOf } from '../words/filter.ts';
import { announce, endInterrupted, runJobs, type Job } from '../content/jobs.ts';
import { t } from '../terminal/messages.ts';
import { choose, headOf } from '../content/remote.ts';
import {
  addHeaderFlag,
  addTransferFlags,
  clientOf,
  parallelOf,
  type TransferFlags,
} from '../content/transfer-flags.ts';
import { uploadJob } from '../content/uploads.ts';
import { planDownloads } from './get.ts';
import { examples, reportLeftOut } from './up.ts';

type Flags = TransferFlags & { readonly versionId?: string };

export function cpCommand(context: Context): Command {
  return transferVerb(context, {
    name: 'cp',
    summary: t`copy objects, between buckets too`,
    description: t`Copy objects within the service, so that no byte passes this machine. With a file on one side it uploads or downloads.`,
    isMove: false,
  });
}

export function mvCommand(context: Context): Command {
  return transferVerb(context, {
    name: 'mv',
    summary: t`move objects, between buckets too`,
    description: t`Copy objects within the service and delete each source once its copy is there. With a file on one side it uploads or downloads, and removes the source.`,
    isMove: true,
  });
}

interface VerbOptions {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly isMove: boolean;
}

function transferVerb(context: Context, { name, summary, description, isMove }: VerbOptions): Command {
  const command = serviceVerb(context, name)
    .summary(summary)
    .description(description)
    .argument('<from...>', t`addresses, patterns or files; at the end where they go`)
    .usage('[options] FROM… TO')
    .option('-r, --recursive', t`what is in a folder; one written with / at its end goes without its name`)
    .option('--version-id <id>', t`this version of the object`)
    .addHelpText('after', () =>
      examples(
        `sampan ${name} cos://photos-1250000000/a.jpg cos://photos-1250000000/b.jpg`,
        `sampan ${name} -r cos://photos-1250000000/2026/ cos://archive-1250000000/2026/`,
        `sampan ${name} "cos://photos-1250000000/*.jpg" cos://archive-1250000000/`,
      ),
    );
  addHeaderFlag(addTransferFlags(command));
  return addConnectionFlags(command).action(async (words: readonly string[], flags: Flags) => {
    const sources = words.slice(0, -1);
    const to = words.at(-1) ?? '';
    if (sources.length === 0) throw new UsageFailure(t`two places are needed: sampan ${name} FROM TO`);
    const remote = sources.filter(isAddress).length;
    if (remote > 0 && remote < sources.length)
      throw new UsageFailure(t`sources must be all addresses or all files`);
    if (remote === 0 && !isAddress(to))
      throw new UsageFailure(t`one side must be an address: cos://bucket/key`);
    if (sources.includes('-') || to === '-')
      throw new UsageFailure(t`for stdin and stdout there are sampan up and sampan get`);
    if (isMove && flags.versionId !== undefined)
      throw new UsageFailure(t`a single version cannot be moved: use sampan cp and sampan rm --version-id`);
    const connected = await context.connect(flags, clientOf(context, flags));
    const { jobs, left, event } = await plan(context, connected, { sources, to, flags });
    const tally = new Tally();
    reportLeftOut(context, left, tally);
    if (flags.dryRun) {
      announce(context, isMove ? 'move' : event, jobs);
      context.end(tally.status);
      return;
    }
    const signal = context.interruptSignal();
    const all = isMove ? jobs.map((job) => moving(connected, job)) : jobs;
    await runJobs({
      context,
      jobs: all,
      event: isMove ? 'moved' : event,
      parallel: parallelOf(flags),
      signal,
      tally,
    });
    if (signal.aborted) endInterrupted(context);
    else context.end(tally.status);
  });
}

interface Wish {
  readonly sources: readonly string[];
  readonly to: string;
  readonly flags: Flags;
}

interface Plan {
  readonly jobs: readonly Job[];
  readonly left: readonly LeftOut[];
  readonly event: string;
}

async function plan(context: Context, connected: Connected, { sources, to, flags }: Wish): Promise<Plan> {
  const wanted = filterOf(flags);
  const recursive = flags.recursive === true;
  const [first = ''] = sources;
  if (!isAddress(first)) {
    const { shipments, left } = await listShipments(sources, parseAddress(to), { recursive, wanted });
    return {
      jobs: shipments.map((shipment) => uploadJob(connected, shipment, flags)),
      left,
      event: 'uploaded',
    };
  }
  const addresses = sources.map(parseAddress);
  if (!isAddress(to)) {
    const { downloads, left } = await planDownloads(connected, addresses, {
      place: to,
      flags,
      platform: context.platform,
    });
    return {
      jobs: downloads.map((download) => downloadJob(connected, download, flags)),
      left,
      event: 'downloaded',
    };
  }
  return {
    jobs: await copies(connected, addresses, { to: parseAddress(to), flags }),
    left: [],
    event: 'copied',
  };
}

async function copies(
  connected: Connected,
  addresses: readonly CosAddress[],
  { to, flags }: { readonly to: CosAddress; readonly flags: Flags },
): Promise<readonly Job[]> {
  const intoFolder = to.key === '' || to.key.endsWith('/');
  const { versionId } = flags;
  const options = { recursive: flags.recursive === true, wanted: filterOf(flags) };
  const jobs: Job[] = [];
  const targets = new Set<string>();
  for (const address of addresses) {
    const old = versionId === undefined ? undefined : await headOf(connected, address, versionId);
    const found = old
      ? {
          kind: 'object',
          chosen: [{ object: old, name: address.key.slice(address.key.lastIndexOf('/') + 1) }],
        }
      : await choose(connected, address, options);
    if ((found.kind !== 'object' || addresses.length > 1) && !intoFolder)
      throw new UsageFailure(
        t`several objects need an address that ends with /, such as ${`${addressText(to)}/`}`,
      );
    for (const { object, name } of found.chosen) {
      const target = { bucket: to.bucket, key: intoFolder ? `${to.key}${name}` : to.key };
      const isSame = target.bucket === address.bucket && target.key === object.key;
      if (isSame && versionId === undefined && flags.header === undefined)
        throw new UsageFailure(t`${addressText(target)} would be copied to itself`);
      if (targets.has(target.key))
        throw new UsageFailure(t`two objects would both become ${addressText(target)}`);
      targets.add(target.key);
      jobs.push(copyJob(connected, { object, versionId, to: target }, flags));
    }
  }
  return jobs;
}

/** Removes the source of a job after it has gone well; what was not sent stays. */
function moving({ cos, at }: Connected, job: Job): Job {
  return {
    ...job,
    async perform(surroundings) {
      const done = await job.perform(surroundings);
      if (done.skipped === 'exists') return done;
      if (!isAddress(job.from)) await rm(job.from);
      else {
        const { bucket, key } = parseAddress(job.from);
        await cos.deleteObject({ ...at(bucket), Key: key });
      }
      // Same content at both ends is a move that is done.
      const { skipped: _, ...rest } = done;
      return rest;
    },
  };
}
