/** Helpers that all commands share: error messages, connection flags and output flags. */
import { Command } from 'commander';
import type { Context } from './context.ts';
import { standardData, standardEndpoint, standardRegion } from './settings.ts';
import { t } from '../terminal/messages.ts';
import type { OutputMode } from '../terminal/output.ts';

/** Begins a command. What is wrong with its words becomes one line, and an exception that run.ts ends on. */
export function verb(name: string): Command {
  return new Command(name)
    .helpOption('-h, --help', t`print this help`)
    .exitOverride()
    .configureHelp({ styleTitle: titleText })
    .configureOutput({
      outputError: (text, write) =>
        write(`sampan ${name}: ${errorText(text)} (${t`see`} sampan ${name} --help)\n`),
    });
}

/** Titles of commander's help in the user's language. */
export function titleText(title: string): string {
  const titles: Readonly<Record<string, string>> = {
    'Usage:': t`Usage:`,
    'Arguments:': t`Arguments:`,
    'Options:': t`Options:`,
    'Commands:': t`Commands:`,
  };
  return titles[title] ?? title;
}

/** Commander's words on one line, in the user's language. */
export function errorText(text: string): string {
  const line = text
    .replace(/^error: /, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '');
  const [, said = line, proposal] = /^(.*?) \(Did you mean (?:one of )?(.*)\?\)$/.exec(line) ?? [];
  return `${translated(said)}${proposal === undefined ? '' : ` (${t`Did you mean ${proposal}?`})`}`;
}

function translated(said: string): string {
  const quoted = /'(.*)'/.exec(said)?.[1] ?? '';
  if (said.startsWith('unknown command')) return t`unknown command '${quoted}'`;
  if (said.startsWith('unknown option')) return t`unknown option '${quoted}'`;
  if (said.startsWith('missing required argument')) return t`missing required argument '${quoted}'`;
  if (/^option .* argument missing$/.test(said)) return t`option '${quoted}' argument missing`;
  if (said.startsWith('too many arguments')) return t`too many arguments`;
  return said;
}

/** Begins a command that talks to a service; {@link addConnectionFlags} follows its own flags. */
export function serviceVerb(context: Context, name: string): Command {
  const command = verb(name);
  return command.hook('preAction', () => context.output.configure(command.opts<OutputMode>()));
}

/** Adds the common flags, after those of the command. Defaults are settled in connection.ts, because they depend on each other. */
export function addConnectionFlags(command: Command): Command {
  command
    .optionsGroup(t`Connection:`)
    .option('--endpoint <url>', t`where the service is (SAMPAN_ENDPOINT; default ${standardEndpoint})`)
    .option(
      '--region <region>',
      t`region (SAMPAN_REGION; default ${standardRegion}); without an endpoint, Tencent Cloud's own`,
    )
    .option('--secret-id <id>', t`SecretId (SAMPAN_SECRET_ID)`)
    .option(
      '--secret-key <key>',
      t`SecretKey (SAMPAN_SECRET_KEY, which other users of the machine cannot see)`,
    )
    .option('--token <token>', t`token of temporary keys (SAMPAN_TOKEN)`)
    .option(
      '--data <dir>',
      t`folder of a local service, whose address and keys are used (SAMPAN_DATA; default ${standardData})`,
    )
    .option('--profile <name>', t`settings that sampan login has kept (SAMPAN_PROFILE; default default)`)
    .option(
      '--config-from <tool>',
      t`coscli or coscmd, to read that tool's configuration, or a file of either (SAMPAN_CONFIG_FROM)`,
    )
    .option(
      '--credential-process <command>',
      t`a command that prints temporary keys as JSON (SAMPAN_CREDENTIAL_PROCESS)`,
    );
  return addOutputFlags(command);
}

function addOutputFlags(command: Command): Command {
  return command
    .optionsGroup(t`Output:`)
    .option('-q, --quiet', t`print errors and what was asked for only`)
    .option('-v, --verbose', t`say more`)
    .option('--debug', t`print each request, without secrets`)
    .option('--json', t`print one JSON object a line`)
    .option('--no-color', t`no colours (NO_COLOR)`);
}
