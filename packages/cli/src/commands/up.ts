/** `sampan up`: uploads files and folders with progress, and resumes earlier runs. */
import { isAbortedError } from '@sampan/protocol';
import type { Command } from 'commander';
import { addressText, isAddress, parseAddress, parseObject } from '../words/address.ts';
import { addConnectionFlags, serviceVerb } from '../connection/command.ts';
import type { Context } from '../connection/context.ts';
import { exitStatus, Tally, UsageFailure } from '../words/failure.ts';
import { listShipments, type LeftOut } from '../content/files.ts';
import { filterOf } from '../words/filter.ts';
import { sizeText } from '../terminal/format.ts';
import { announce, endInterrupted, runJobs } from '../content/jobs.ts';
import { t } from '../terminal/messages.ts';
import { transferMeter } from '../terminal/transfer.ts';
import {
  addHeaderFlag,
  addTransferFlags,
  clientOf,
  parallelOf,
  trafficLimit,
  type TransferFlags,
} from '../content/transfer-flags.ts';
import { uploadJob } from '../content/uploads.ts';

export function upCommand(context: Context): Command {
  const command = serviceVerb(context, 'up')
    .summary(t`upload files`)
    .description(
      t`Upload files. With an address that ends with /, or a bucket alone, names are kept below it. An upload that was interrupted goes on where it stopped when the same command is given again. What arrived is compared by CRC-64.`,
    )
    .argument('<file...>', t`files, folders with -r, or - for stdin; at the end the address`)
    .usage('[options] FILE… cos://bucket/key')
    .option(
      '-r, --recursive',
      t`upload what is in folders; a folder written with / at its end goes without its name`,
    )
    .addHelpText('after', () =>
      examples(
        'sampan up photo.jpg cos://photos-1250000000/2026/',
        'sampan up -r trip cos://photos-1250000000/ --exclude "*.tmp"',
        'tar c . | sampan up - cos://photos-1250000000/backup.tar',
      ),
    );
  addHeaderFlag(addTransferFlags(command));
  return addConnectionFlags(command).action(async (words: readonly string[], flags: TransferFlags) => {
    const last = words.at(-1) ?? '';
    if (!isAddress(last))
      throw new UsageFailure(t`the last word must be an address: sampan up FILE… cos://bucket/key`);
    const files = words.slice(0, -1);
    if (files.length === 0) throw new UsageFailure(t`nothing to upload: write sampan up FILE… ${last}`);
    const stray = files.find(isAddress);
    if (stray !== undefined)
      throw new UsageFailure(
        t`only one address can be given, at the end; ${stray} is another (sampan cp copies between addresses)`,
      );

    if (files.includes('-')) await uploadStdin(context, files, { to: last, flags });
    else await uploadFiles(context, files, { to: last, flags });
  });
}

/** Examples below a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\n${t`Examples:`}\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

/** Says what was left out, and counts it. */
export function reportLeftOut(context: Context, left: readonly LeftOut[], tally: Tally): void {
  const { output } = context;
  for (const { path, reason, status } of left) {
    tally.add(status);
    output.failed(t`${output.name(path)}: left out, ${reason}`, { from: path, status });
  }
}

interface Upload {
  readonly to: string;
  readonly flags: TransferFlags;
}

async function uploadFiles(context: Context, files: readonly string[], { to, flags }: Upload): Promise<void> {
  const place = parseAddress(to);
  if (place.key !== '') parseObject(to);
  const { shipments, left } = await listShipments(files, place, {
    recursive: flags.recursive === true,
    wanted: filterOf(flags),
  });
  const tally = new Tally();
  const [only] = left;
  if (only !== undefined && files.length === 1 && shipments.length === 0 && left.length === 1) {
    context.output.failed(`${context.output.name(only.path)}: ${only.reason}`, { from: only.path });
    context.end(only.status);
    return;
  }
  reportLeftOut(context, left, tally);
  if (shipments.length === 0) context.output.note(t`no files to upload`);
  else {
    const connected = await context.connect(flags, clientOf(context, flags));
    const jobs = shipments.map((shipment) => uploadJob(connected, shipment, flags));
    if (flags.dryRun) announce(context, 'upload', jobs);
    else {
      const signal = context.interruptSignal();
      await runJobs({ context, jobs, event: 'uploaded', parallel: parallelOf(flags), signal, tally });
      if (signal.aborted) {
        endInterrupted(context);
        return;
      }
    }
  }
  context.end(tally.status);
}

async function uploadStdin(context: Context, files: readonly string[], { to, flags }: Upload): Promise<void> {
  if (files.length > 1) throw new UsageFailure(t`- is stdin and stands alone`);
  const { bucket, key } = parseObject(to);
  if (key.endsWith('/')) throw new UsageFailure(t`stdin has no name: write ${to}NAME`);
  const { output } = context;
  const address = addressText({ bucket, key });
  if (flags.dryRun) {
    output.item(
      'planned',
      { action: 'upload', from: '-', to: address },
      t`would go: ${'-'} -> ${output.name(address)}`,
    );
    return;
  }
  const { cos, at } = await context.connect(flags, clientOf(context, flags));
  const meter = transferMeter('stdin', [{ key }], output.progress);
  const signal = context.interruptSignal();
  let crc64: string | undefined;
  try {
    const done = await cos.uploadFile({
      ...at(bucket),
      Key: key,
      Body: context.stdin,
      Headers: {
        ...flags.header,
        ...(flags.overwrite === 'never' ? { 'x-cos-forbid-overwrite': 'true' } : {}),
      },
      ...(flags.partSize === undefined ? {} : { ChunkSize: flags.partSize }),
      ...trafficLimit(flags),
      Signal: signal,
      onProgress: ({ loaded }) => meter.moved(key, loaded),
    });
    crc64 = done.CRC64;
  } catch (error) {
    if (!isAbortedError(error) && !signal.aborted) throw error;
    output.endProgress();
    output.failed(t`interrupted; nothing was stored`, { status: exitStatus.interrupted });
    context.end(exitStatus.interrupted);
    return;
  }
  const sizeBytes = meter.finished(key);
  output.endProgress();
  output.event(
    'uploaded',
    { from: '-', to: address, bytes: sizeBytes, crc64 },
    `- -> ${output.name(address)}  ${sizeText(sizeBytes)}`,
  );
}
