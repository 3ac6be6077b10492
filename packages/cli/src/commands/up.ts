/** `sampan up`: files and folders to objects, with progress, continued where an earlier run stopped. */
import { isAbortedError } from '@sampan/protocol';
import type { Command } from 'commander';
import { addressText, isAddress, parseAddress, parseObject } from '../address.ts';
import { addConnectionFlags, verb, type ConnectionFlags } from '../command.ts';
import { stateFolder } from '../connection.ts';
import type { Connected, Context } from '../context.ts';
import { exitStatus, UsageFailure } from '../failure.ts';
import { listShipments } from '../files.ts';
import { sizeText } from '../format.ts';
import { addPair } from '../pairs.ts';
import { transferMeter } from '../transfer.ts';
import { uploadAll } from '../upload.ts';

type Flags = ConnectionFlags & {
  readonly recursive?: true;
  readonly quiet?: true;
  readonly parallel: number;
  readonly header?: Readonly<Record<string, string>>;
};

export function upCommand(context: Context): Command {
  const command = verb('up')
    .summary('upload files')
    .description(
      'Upload files. With an address that ends with /, or a bucket alone, names are kept below it. An upload ' +
        'that was interrupted goes on where it stopped when the same command is given again. What arrived is compared ' +
        'by CRC-64.',
    )
    .argument('<file...>', 'files, folders with -r, or - for stdin; at the end the address')
    .usage('[options] FILE… cos://bucket/key')
    .option(
      '-r, --recursive',
      'upload what is in folders; a folder written with / at its end goes without its name',
    )
    .option('-q, --quiet', 'print errors only')
    .option('--parallel <count>', 'files under way at once, 1 to 32', parallelCount, 3)
    .option(
      '--header <name: value>',
      'a header to store or send with every object; repeatable',
      addPair('--header', ':'),
    );
  return addConnectionFlags(command).action(async (words: readonly string[], flags: Flags) => {
    const last = words.at(-1) ?? '';
    if (!isAddress(last))
      throw new UsageFailure('the last word must be an address: sampan up FILE… cos://bucket/key');
    const files = words.slice(0, -1);
    if (files.length === 0) throw new UsageFailure(`nothing to upload: write sampan up FILE… ${last}`);
    const stray = files.find(isAddress);
    if (stray !== undefined)
      throw new UsageFailure(`only one address can be given, at the end; ${stray} is another`);

    if (files.includes('-')) await uploadStdin(context, files, last, flags);
    else await uploadFiles(context, files, last, flags);
  });
}

function parallelCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 32)
    throw new UsageFailure(`--parallel must be 1 to 32, got ${JSON.stringify(text)}`);
  return count;
}

function connect(context: Context, flags: Flags): Promise<Connected> {
  return context.connect(flags, {
    ConfCwd: stateFolder(context.env),
    FileParallelLimit: flags.parallel,
    ProgressInterval: 100,
  });
}

async function uploadFiles(
  context: Context,
  files: readonly string[],
  to: string,
  flags: Flags,
): Promise<void> {
  const { output } = context;
  const place = parseAddress(to);
  if (place.key !== '') parseObject(to);
  const { shipments, skipped } = await listShipments(files, place, flags.recursive === true);
  for (const path of skipped)
    output.note(`${output.name(path)}: left out, it is neither a file nor a folder`);
  if (shipments.length === 0) output.note('no files to upload');
  const { cos, connection } = await connect(context, flags);
  const signal = context.interruptSignal();

  const failures = await uploadAll({
    cos,
    region: connection.region,
    endpoint: connection.endpoint,
    output,
    shipments,
    parallel: flags.parallel,
    headers: flags.header ?? {},
    signal,
    quiet: flags.quiet === true,
  });
  if (signal.aborted) {
    output.failed('interrupted; the same command goes on where this one stopped');
    process.exitCode = exitStatus.interrupted;
  } else if (failures > 0 || skipped.length > 0) process.exitCode = exitStatus.failed;
}

async function uploadStdin(
  context: Context,
  files: readonly string[],
  to: string,
  flags: Flags,
): Promise<void> {
  if (files.length > 1) throw new UsageFailure('- is stdin and stands alone');
  const { bucket, key } = parseObject(to);
  if (key.endsWith('/')) throw new UsageFailure(`stdin has no name: write ${to}NAME`);
  const { output } = context;
  const { cos, connection } = await connect(context, flags);
  const meter = transferMeter('stdin', [{ key }], flags.quiet ? () => undefined : output.progress);
  const signal = context.interruptSignal();
  try {
    await cos.uploadFile({
      Bucket: bucket,
      Region: connection.region,
      Key: key,
      Body: process.stdin,
      Headers: flags.header ?? {},
      Signal: signal,
      onProgress: ({ loaded }) => meter.moved(key, loaded),
    });
  } catch (error) {
    if (!isAbortedError(error)) throw error;
    output.endProgress();
    output.failed('interrupted; nothing was stored');
    process.exitCode = exitStatus.interrupted;
    return;
  }
  const sizeBytes = meter.finished(key);
  output.endProgress();
  if (!flags.quiet)
    output.result(`- -> ${output.name(addressText({ bucket, key }))}  ${sizeText(sizeBytes)}`);
}
