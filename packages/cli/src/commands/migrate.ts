/** `sampan migrate`: a data folder into PostgreSQL and an S3-compatible store, or back. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { verb } from '../connection/command.ts';
import type { Context } from '../connection/context.ts';
import { standardData } from '../connection/settings.ts';
import { exitStatus, UsageFailure } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';
import { examples } from './up.ts';

interface Flags {
  readonly data?: string;
  readonly database: string;
  readonly blobs: string;
  readonly back?: true;
  readonly json?: true;
}

/** The value is never repeated: it may hold a secret. */
function address(flag: string, start: RegExp, wanted: string): (text: string) => string {
  return (text) => {
    if (start.test(text) && URL.canParse(text)) return text;
    throw new UsageFailure(t`${flag} must be an address such as ${wanted}`);
  };
}

export function migrateCommand(context: Context): Command {
  const { output, env, cwd } = context;
  return verb('migrate')
    .summary(t`move a data folder into PostgreSQL and an S3-compatible store`)
    .description(
      t`Copy the store of a data folder into PostgreSQL and an S3-compatible store, or back. While a service uses the store, its bytes are copied; stop the service and run the same command again to finish. A run that was ended goes on where it was. Every object is compared with its CRC-64 at the end.`,
    )
    .option('--data <dir>', t`folder of a local service (SAMPAN_DATA; default ${standardData})`)
    .requiredOption(
      '--database <url>',
      t`PostgreSQL, as in sampan serve`,
      address('--database', /^postgres(ql)?:\/\//, 'postgres://USER:PASSWORD@HOST/NAME'),
    )
    .requiredOption(
      '--blobs <url>',
      t`S3-compatible store, as in sampan serve`,
      address('--blobs', /^s3:\/\//, 's3://BUCKET/PREFIX?endpoint=URL'),
    )
    .option('--back', t`from there into the data folder, which must have no store yet`)
    .option('--json', t`print one JSON object a line`)
    .addHelpText('after', () =>
      examples(
        "sampan migrate --data /srv/sampan --database postgres://sampan@db/sampan --blobs 's3://bytes/blobs?endpoint=http://s3:8333'",
      ),
    )
    .action(async ({ data, database, blobs: bytes, back, json }: Flags) => {
      output.configure({ json: json === true });
      // Loaded here, because other commands need no service.
      const { migrateFolder, proveMigration } = await import('@sampan/server');
      const dataDir = resolve(cwd, data ?? env['SAMPAN_DATA'] ?? standardData);
      const options = { dataDir, database, blobs: bytes, back, signal: context.interruptSignal() };

      const { blobs, bytes: copied, rows, pauseMs } = await migrateFolder(options);

      output.item(
        'copied',
        { blobs, bytes: copied, rows, pauseMs, complete: rows !== undefined },
        t`copied ${String(blobs)} blobs`,
      );
      if (rows === undefined) {
        output.note(t`a service still uses the store: stop it and run the same command again`);
        context.end(exitStatus.failed);
        return;
      }
      output.note(
        t`the last step took ${String(Math.round(pauseMs ?? 0))} ms; a service may start on the new stores now`,
      );
      const { objects, damaged } = await proveMigration(options);
      for (const finding of damaged) {
        const name = finding.blob ?? `cos://${finding.bucket}/${finding.key}`;
        output.failed(`${output.name(name)}: ${finding.reason}`, { ...finding });
      }
      output.item(
        'proved',
        { objects, damaged: damaged.length },
        t`${String(objects)} objects compared with their CRC-64, ${String(damaged.length)} damaged`,
      );
      context.end(damaged.length > 0 ? exitStatus.failed : exitStatus.fine);
    });
}
