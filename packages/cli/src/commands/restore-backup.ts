/** `sampan restore-backup`: a data folder from a backup, checked before a service runs on it. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { verb } from '../connection/command.ts';
import type { Context } from '../connection/context.ts';
import { standardData } from '../connection/settings.ts';
import { exitStatus } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';
import { examples } from './up.ts';

export function restoreBackupCommand(context: Context): Command {
  const { output, env, cwd } = context;
  return verb('restore-backup')
    .summary(t`make a data folder of a backup`)
    .description(
      t`Copy a backup that sampan backup made to a new data folder and check it as sampan fsck does. The backup stays as it is. The exit status is 1 when something is wrong with it.`,
    )
    .argument('<backup>', t`folder that sampan backup made`)
    .option(
      '--data <dir>',
      t`folder to make; it must be empty or not exist (SAMPAN_DATA; default ${standardData})`,
    )
    .option('--json', t`print one JSON object a line`)
    .addHelpText('after', () => examples('sampan restore-backup /backup/2026-12-01 --data /srv/sampan'))
    .action(async (backup: string, { data, json }: { readonly data?: string; readonly json?: true }) => {
      output.configure({ json: json === true });
      // Loaded here, because other commands need no service.
      const { restoreFolder } = await import('@sampan/server');
      const target = resolve(cwd, data ?? env['SAMPAN_DATA'] ?? standardData);
      const { blobs, bytes, findings } = await restoreFolder(resolve(cwd, backup), target);
      for (const finding of findings)
        output.failed(`${output.name(finding.about)}: ${finding.kind}: ${finding.detail}`, { ...finding });
      output.item(
        'restored',
        { target, blobs, bytes, findings: findings.length },
        t`restored the database and ${String(blobs)} blobs to ${output.name(target)}`,
      );
      context.end(findings.length > 0 ? exitStatus.failed : exitStatus.fine);
    });
}
