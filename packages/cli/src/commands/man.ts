/** `sampan man`: prints the manual page in troff, generated from the commands and flags. */
import type { Command } from 'commander';
import { verb } from '../connection/command.ts';
import type { Context } from '../connection/context.ts';
import { t } from '../terminal/messages.ts';
import { statusRows } from '../words/statuses.ts';
import { examples } from './up.ts';

export function manCommand(context: Context): Command {
  const command = verb('man')
    .summary(t`print the manual page`)
    .description(t`Print the manual page in the form that man reads.`)
    .addHelpText('after', () =>
      examples('sampan man | man -l -', 'sampan man > /usr/local/share/man/man1/sampan.1'),
    );
  return command.action(() => {
    context.output.result(page(command.parent!).trimEnd());
  });
}

/** Text in troff: backslashes and hyphens escaped, no line that begins with a control character. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(['.])/gm, '\\&$1');
}

function page(program: Command): string {
  const sections = program.commands.map((command) => {
    const options = command.options.map(
      (option) => `.TP\n\\fB${roff(option.flags)}\\fR\n${roff(option.description)}`,
    );
    const use = `sampan ${command.name()} ${command.usage()}`;
    return [`.SS ${roff(use)}`, roff(command.description()), ...options].join('\n');
  });
  const statuses = statusRows().map(([status, meaning]) => `.TP\n\\fB${status}\\fR\n${roff(meaning)}`);
  return [
    `.TH SAMPAN 1 "" "sampan" "${t`User commands`}"`,
    `.SH ${t`NAME`}`,
    `sampan \\- ${roff(program.description())}`,
    `.SH ${t`SYNOPSIS`}`,
    `\\fBsampan\\fR ${roff(t`COMMAND [options]`)}`,
    `.SH ${t`COMMANDS`}`,
    ...sections,
    `.SH ${t`EXIT STATUS`}`,
    ...statuses,
    '',
  ].join('\n');
}
