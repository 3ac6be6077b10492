/** The list of commands. A new command is a file in commands/ and a line here. */
import type { Command } from 'commander';
import { aclCommand } from './commands/acl.ts';
import { backupCommand } from './commands/backup.ts';
import { mbCommand, rbCommand } from './commands/buckets.ts';
import { catCommand } from './commands/cat.ts';
import { completionCommand } from './commands/completion.ts';
import { cpCommand, mvCommand } from './commands/cp.ts';
import { doctorCommand } from './commands/doctor.ts';
import { corsCommand, lifecycleCommand, policyCommand } from './commands/documents.ts';
import { duCommand } from './commands/du.ts';
import { explainCommand } from './commands/explain.ts';
import { findCommand } from './commands/find.ts';
import { fsckCommand } from './commands/fsck.ts';
import { getCommand } from './commands/get.ts';
import { loginCommand } from './commands/login.ts';
import { lsCommand } from './commands/ls.ts';
import { manCommand } from './commands/man.ts';
import { migrateCommand } from './commands/migrate.ts';
import { restoreBackupCommand } from './commands/restore-backup.ts';
import { restoreCommand } from './commands/restore.ts';
import { rmCommand } from './commands/rm.ts';
import { scrubCommand } from './commands/scrub.ts';
import { serveCommand } from './commands/serve.ts';
import { signCommand } from './commands/sign.ts';
import { statCommand } from './commands/stat.ts';
import { syncCommand } from './commands/sync.ts';
import { tagCommand } from './commands/tag.ts';
import { upCommand } from './commands/up.ts';
import { abortCommand, uploadsCommand } from './commands/uploads.ts';
import { versionsCommand } from './commands/versions.ts';
import type { Context } from './connection/context.ts';
import { t } from './terminal/messages.ts';

type MakeCommand = (context: Context) => Command;

/** Commands below a heading of the help, in the order in which they are shown. */
export function commandGroups(): readonly {
  readonly title: string;
  readonly commands: readonly MakeCommand[];
}[] {
  return [
    { title: t`Start here:`, commands: [serveCommand, loginCommand, doctorCommand, explainCommand] },
    { title: t`Buckets:`, commands: [mbCommand, rbCommand, corsCommand, lifecycleCommand, policyCommand] },
    {
      title: t`Content:`,
      commands: [upCommand, getCommand, catCommand, cpCommand, mvCommand, rmCommand, syncCommand],
    },
    { title: t`Finding:`, commands: [lsCommand, statCommand, duCommand, findCommand, versionsCommand] },
    {
      title: t`Objects:`,
      commands: [signCommand, tagCommand, aclCommand, restoreCommand, uploadsCommand, abortCommand],
    },
    {
      title: t`Data folder:`,
      commands: [scrubCommand, fsckCommand, backupCommand, restoreBackupCommand, migrateCommand],
    },
    { title: t`This program:`, commands: [completionCommand, manCommand] },
  ];
}
