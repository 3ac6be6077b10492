/** Flags of the commands that move content. */
import { Option, type Command } from 'commander';
import type { ConnectionFlags } from '../connection/settings.ts';
import type { ConnectOptions } from '../connection/context.ts';
import type { Context } from '../connection/context.ts';
import { stateFolder } from '../connection/folders.ts';
import type { Parallel } from './jobs.ts';
import { t } from '../terminal/messages.ts';
import { addPair } from '../words/pairs.ts';
import { addText, countFlag, sizeFlag, wordFlag } from '../words/sizes.ts';

export const overwriteWords = ['always', 'changed', 'never'] as const;
export type Overwrite = (typeof overwriteWords)[number];

export type TransferFlags = ConnectionFlags & {
  readonly recursive?: true;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly dryRun?: true;
  readonly overwrite: Overwrite;
  readonly parallel?: number;
  readonly partSize?: number;
  /** Bytes a second. */
  readonly limitRate?: number;
  readonly header?: Readonly<Record<string, string>>;
};

// The range of x-cos-traffic-limit, in bytes. Source: https://cloud.tencent.com/document/product/436/40140
const rates = { least: 102_400, most: 104_857_600 };

/** Adds the flags that say which of many. */
export function addFilterFlags(command: Command): Command {
  return command
    .option('--include <glob>', t`only names that match, such as "*.jpg" or "2026/**"; repeatable`, addText)
    .option('--exclude <glob>', t`no names that match, even if included; repeatable`, addText);
}

/** Adds the flags that say how content is moved. */
export function addTransferFlags(command: Command, standard: Overwrite = 'always'): Command {
  return addFilterFlags(command)
    .option('-n, --dry-run', t`say what would be done, and do nothing`)
    .addOption(
      new Option('--overwrite <when>', t`always, changed (unless size and CRC-64 are the same) or never`)
        .default(standard)
        .argParser(wordFlag('--overwrite', overwriteWords)),
    )
    .option(
      '--parallel <count>',
      t`files under way at once, 1 to 64 (default 16, large ones 3)`,
      countFlag('--parallel', { least: 1, most: 64 }),
    )
    .option(
      '--part-size <size>',
      t`size of the parts of large files, such as 8M`,
      sizeFlag('--part-size', { least: 1_048_576, most: 5 * 1024 ** 3 }),
    )
    .option(
      '--limit-rate <rate>',
      t`bytes a second in all, 100K to 100M; the service holds it, and files go one at a time`,
      sizeFlag('--limit-rate', rates),
    );
}

export function addHeaderFlag(command: Command): Command {
  return command.option(
    '--header <name: value>',
    t`a header to store or send with every object; repeatable`,
    addPair('--header', ':'),
  );
}

/** How many at once the flags mean. */
export function parallelOf({ parallel, limitRate }: TransferFlags): Parallel {
  // A rate is that of one connection, so there is one.
  if (limitRate !== undefined) return { jobs: 1, large: 1 };
  return { jobs: parallel ?? 16, large: parallel ?? 3 };
}

/** The SDK's options for transfers with these flags. */
export function clientOf(context: Context, flags: TransferFlags): ConnectOptions {
  return {
    client: {
      ConfCwd: stateFolder(context),
      FileParallelLimit: parallelOf(flags).jobs,
      ProgressInterval: 100,
      ...(flags.limitRate === undefined ? {} : { ChunkParallelLimit: 1, CopyChunkParallelLimit: 1 }),
    },
  };
}

/** The value of the SDK's TrafficLimit, in bits a second. */
export function trafficLimit({ limitRate }: TransferFlags): { readonly TrafficLimit?: number } {
  return limitRate === undefined ? {} : { TrafficLimit: limitRate * 8 };
}
