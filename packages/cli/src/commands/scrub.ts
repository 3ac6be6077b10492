/** `sampan scrub`: reads every stored byte of a data folder and compares it with its proofs. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { verb } from '../connection/command.ts';
import type { Context } from '../connection/context.ts';
import { standardData } from '../connection/settings.ts';
import { exitStatus } from '../words/failure.ts';
import { sizeFlag } from '../words/sizes.ts';
import { t } from '../terminal/messages.ts';
import { examples } from './up.ts';

interface Flags {
  readonly data?: string;
  readonly rate?: number;
  readonly json?: true;
}

export function scrubCommand(context: Context): Command {
  const { output, env, cwd } = context;
  return verb('scrub')
    .summary(t`prove every stored byte of a data folder`)
    .description(
      t`Read every byte of a service's data folder and compare it with its sums, also while the service runs. Nothing is changed, except that blobs of old releases are given sums. When it is stopped, the next run goes on there. The exit status is 1 when something is damaged.`,
    )
    .option('--data <dir>', t`folder of a local service (SAMPAN_DATA; default ${standardData})`)
    .option(
      '--rate <size>',
      t`read at most so many bytes a second`,
      sizeFlag('--rate', { least: 1, most: 2 ** 40 }),
    )
    .option('--json', t`print one JSON object a line`)
    .addHelpText('after', () => examples('sampan scrub --data /srv/sampan --rate 50M'))
    .action(async ({ data, rate, json }: Flags) => {
      output.configure({ json: json === true });
      // Loaded here, because other commands need no service.
      const { scrubFolder } = await import('@sampan/server');
      const dataDir = resolve(cwd, data ?? env['SAMPAN_DATA'] ?? standardData);

      const report = await scrubFolder({ dataDir, bytesPerSecond: rate, signal: context.interruptSignal() });

      for (const finding of report.damaged) {
        const { bucket, key, blob, reason } = finding;
        const name = blob ?? `cos://${bucket}/${key}`;
        output.failed(`${output.name(name)}: ${reason}`, { ...finding });
      }
      const { objects, blobs, bytes, withoutCrc, filled, damaged, place } = report;
      const isComplete = place === undefined;
      output.item(
        'scrubbed',
        { objects, blobs, bytes, withoutCrc, filled, damaged: damaged.length, complete: isComplete },
        t`${String(objects)} objects and ${String(blobs)} blobs read, ${String(damaged.length)} damaged`,
      );
      if (!isComplete) output.note(t`stopped early; the next run goes on there`);
      context.end(damaged.length > 0 || !isComplete ? exitStatus.failed : exitStatus.fine);
    });
}
