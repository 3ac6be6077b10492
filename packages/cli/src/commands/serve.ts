/** `sampan serve`: the service itself. Its flags and their checks are the server package's own. */
import { Option, type Command } from 'commander';
import { verb } from '../command.ts';
import type { Context } from '../context.ts';

export function serveCommand({ output, env, cwd }: Context): Command {
  const command = verb('serve')
    .summary('run a COS-compatible service on this machine')
    .description(
      'Run a COS-compatible service. When it is ready it prints one line, and Ctrl-C or SIGTERM ends it after the ' +
        'requests in progress.',
    )
    .helpOption(false)
    .argument('[flags...]')
    .usage('[options]')
    .allowUnknownOption()
    .passThroughOptions();
  return command.action(async (words: readonly string[]) => {
    // Loaded here, because no other command needs a service.
    const { environmentName, serve, serveFlags } = await import('@sampan/server');
    if (!words.some((word) => word === '--help' || word === '-h')) {
      process.exitCode = await serve(words, { stdout: process.stdout, stderr: process.stderr, env, cwd });
      return;
    }
    const help = verb('sampan serve').usage('[options]').description(command.description());
    for (const { name, value, help: text, default: standard, repeatable } of serveFlags) {
      const notes = [
        standard === undefined ? '' : `default ${standard}`,
        repeatable ? 'repeatable' : '',
        environmentName(name),
      ];
      help.addOption(new Option(`--${name} <${value}>`, `${text} (${notes.filter(Boolean).join('; ')})`));
    }
    output.result(help.helpOption('-h, --help', 'print this help').helpInformation().trimEnd());
  });
}
