/** Builds the commander program. Help, completions and the man page are generated from it. */
import { createRequire } from 'node:module';
import { Command } from 'commander';
import { commandGroups } from './commands.ts';
import { errorText, titleText, verb } from './connection/command.ts';
import type { Context } from './connection/context.ts';
import { t } from './terminal/messages.ts';

/** Makes the program with all commands. */
export function programOf(context: Context): Command {
  const program = new Command('sampan')
    .description(
      t`A COS-compatible object store on your machine, and a client for it and for Tencent Cloud COS.`,
    )
    .usage(t`COMMAND [options]`)
    .version(version(), '-V, --version', t`print the version`)
    .option('-v', t`print the version`)
    .helpOption('-h, --help', t`print this help`)
    .helpCommand(false)
    .configureHelp({
      subcommandTerm: (command) => command.name(),
      styleTitle: titleText,
    })
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      outputError: (text, write) => write(`sampan: ${errorText(text)} (${t`see`} sampan --help)\n`),
    })
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText('after', () => `\n${shortGuide()}`);
  for (const { title, commands } of commandGroups()) {
    program.commandsGroup(title);
    for (const make of commands) program.addCommand(written(context, make(context)));
  }
  program.addCommand(written(context, helpCommand(context, program)));
  program.addCommand(written(context, versionCommand(context)));
  program.on('option:v', () => {
    context.output.result(version());
    throw new Printed();
  });
  return program;
}

/** Ends a run whose output is complete, such as help or version. */
export class Printed extends Error {
  override readonly name = 'Printed';
}

/** A command writes where the program does. */
function written(context: Context, command: Command): Command {
  return command.configureOutput({
    writeOut: (text) => void context.stdout.write(text),
    writeErr: (text) => void context.stderr.write(text),
    getOutHelpWidth: () => context.stdout.columns ?? 100,
    getErrHelpWidth: () => context.stderr.columns ?? 100,
  });
}

function shortGuide(): string {
  return [
    t`Addresses are cos://bucket/key; the key is everything after the first slash, as it is.`,
    t`Quoted * ? [] {} in a key are a pattern, unless an object has just that key.`,
    '',
    t`A first round:`,
    `  sampan serve &                                     ${t`a service on this machine`}`,
    `  sampan mb cos://photos-1250000000                  ${t`a bucket`}`,
    `  sampan up -r trip cos://photos-1250000000/         ${t`a folder goes up`}`,
    `  sampan ls -l cos://photos-1250000000/trip/         ${t`what is there`}`,
    `  sampan sign cos://photos-1250000000/trip/a.jpg     ${t`a link to share`}`,
    `  sampan get -r cos://photos-1250000000/trip copy/   ${t`and back`}`,
    `  sampan rm -r cos://photos-1250000000/trip          ${t`all of it goes`}`,
    '',
    t`sampan help COMMAND, or sampan COMMAND --help, has the flags and examples.`,
  ].join('\n');
}

function helpCommand(context: Context, program: Command): Command {
  return verb('help')
    .summary(t`print the help of a command`)
    .description(t`Print the help of a command, or the list of commands.`)
    .argument('[command]')
    .action(async (name: string | undefined) => {
      const found =
        name === undefined ? program : program.commands.find((command) => command.name() === name);
      if (!found) {
        // Commander knows how to propose what was meant.
        await program.parseAsync([name!], { from: 'user' });
        return;
      }
      if (name === 'serve') await found.parseAsync(['--help'], { from: 'user' });
      else found.outputHelp();
    });
}

function versionCommand(context: Context): Command {
  return verb('version')
    .summary(t`print the version`)
    .description(t`Print the version of this program and of Node.`)
    .action(() => {
      context.output.result(version());
      context.output.result(`node ${process.version}, ${process.platform} ${process.arch}`);
    });
}

function version(): string {
  const read: unknown = createRequire(import.meta.url)('../package.json');
  return (read as { readonly version: string }).version;
}
