/** `sampan backup`: a copy of a data folder, whole as of one moment, while the service runs. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { verb } from '../connection/command.ts';
import type { Context } from '../connection/context.ts';
import { standardData } from '../connection/settings.ts';
import { t } from '../terminal/messages.ts';
import { examples } from './up.ts';

export function backupCommand(context: Context): Command {
  const { output, env, cwd } = context;
  return verb('backup')
    .summary(t`copy a data folder while the service runs`)
    .description(
      t`Copy the data folder of a local service to a new folder, whole as of one moment, also while the service runs. sampan restore-backup makes a data folder of it.`,
    )
    .argument('<dir>', t`folder to make; it must be empty or not exist`)
    .option('--data <dir>', t`folder of a local service (SAMPAN_DATA; default ${standardData})`)
    .option('--json', t`print one JSON object a line`)
    .addHelpText('after', () => examples('sampan backup /backup/2026-12-01 --data /srv/sampan'))
    .action(async (target: string, { data, json }: { readonly data?: string; readonly json?: true }) => {
      output.configure({ json: json === true });
      // Loaded here, because other commands need no service.
      const { backupFolder } = await import('@sampan/server');
      const dataDir = resolve(cwd, data ?? env['SAMPAN_DATA'] ?? standardData);
      const { blobs, bytes } = await backupFolder(dataDir, resolve(cwd, target));
      output.item(
        'copied',
        { target, blobs, bytes },
        t`copied the database and ${String(blobs)} blobs to ${output.name(target)}`,
      );
    });
}
