/** `sampan fsck`: whether the database and the blobs of a data folder fit together. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { verb } from '../connection/command.ts';
import type { Context } from '../connection/context.ts';
import { standardData } from '../connection/settings.ts';
import { exitStatus } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';
import { examples } from './up.ts';

interface Flags {
  readonly data?: string;
  readonly repair?: true;
  readonly json?: true;
}

export function fsckCommand(context: Context): Command {
  const { output, env, cwd } = context;
  return verb('fsck')
    .summary(t`check that the halves of a data folder fit together`)
    .description(
      t`Check that every run of bytes that the database names has its blob, every blob its references, and that counts and lengths are right, also while the service runs. Bytes are not read: that is what sampan scrub does. The exit status is 1 when something is wrong.`,
    )
    .option('--data <dir>', t`folder of a local service (SAMPAN_DATA; default ${standardData})`)
    .option(
      '--repair',
      t`move to lost/ what nothing names, and put counts right; nothing is deleted; the service must be stopped`,
    )
    .option('--json', t`print one JSON object a line`)
    .addHelpText('after', () => examples('sampan fsck --data /srv/sampan'))
    .action(async ({ data, repair, json }: Flags) => {
      output.configure({ json: json === true });
      // Loaded here, because other commands need no service.
      const { fsckFolder } = await import('@sampan/server');
      const dataDir = resolve(cwd, data ?? env['SAMPAN_DATA'] ?? standardData);

      const { blobs, waiting, findings, moved } = await fsckFolder({ dataDir, repair: repair === true });

      for (const finding of findings)
        output.failed(`${output.name(finding.about)}: ${finding.kind}: ${finding.detail}`, { ...finding });
      output.item(
        'checked',
        { blobs, waiting, findings: findings.length, ...(moved && { moved }) },
        t`${String(blobs)} blobs are named, ${String(findings.length)} findings`,
      );
      if (moved && moved.length > 0) output.note(t`${String(moved.length)} moved to lost/`);
      context.end(findings.length > 0 ? exitStatus.failed : exitStatus.fine);
    });
}
