#!/usr/bin/env node
/** `sampan`: one command for each file in commands/. This file reads the command line and ends the process. */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { catCommand } from './commands/cat.ts';
import { lsCommand } from './commands/ls.ts';
import { serveCommand } from './commands/serve.ts';
import { signCommand } from './commands/sign.ts';
import { upCommand } from './commands/up.ts';
import { errorText } from './command.ts';
import { processContext, type Context } from './context.ts';
import { endingOf, exitStatus } from './failure.ts';

const commands = [serveCommand, upCommand, lsCommand, catCommand, signCommand];

process.exit(await run(process.argv.slice(2)));

async function run(words: readonly string[]): Promise<number> {
  const [first = ''] = words;
  const context = processContext(/^[a-z]+$/.test(first) ? `sampan ${first}` : 'sampan');
  endWithoutReader(context);
  try {
    await programOf(context).parseAsync(words, { from: 'user' });
    await flushed(process.stdout);
    return Number(process.exitCode ?? exitStatus.fine);
  } catch (error) {
    // Commander has printed what it had to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.fine : exitStatus.usage;
    context.output.endProgress();
    const { status, message } = endingOf(error, context.endpoint());
    context.output.failed(message);
    return status;
  }
}

function programOf(context: Context): Command {
  const program = new Command('sampan')
    .description('A COS-compatible object store on your machine, and uploads to it or to Tencent Cloud COS.')
    .usage('COMMAND [options]')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
    .configureOutput({
      outputError: (text, write) => write(`sampan: ${errorText(text)} (see sampan --help)\n`),
    })
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText(
      'after',
      '\nAddresses are cos://bucket/key; the key is everything after the first slash, as it is.' +
        '\nsampan COMMAND --help tells more.',
    );
  for (const command of commands) program.addCommand(command(context));
  return program;
}

function version(): string {
  const read: unknown = createRequire(import.meta.url)('../package.json');
  return (read as { readonly version: string }).version;
}

/** Who reads our output may stop reading: then the process ends as a shell's own tools do, without a word. */
function endWithoutReader({ output }: Context): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitStatus.closedPipe);
    const { status, message } = endingOf(Object.assign(error, { path: 'stdout' }));
    output.endProgress();
    output.failed(message);
    process.exit(status);
  });
  process.stderr.on('error', () => undefined);
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
