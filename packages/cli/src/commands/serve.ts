/** `sampan serve`: runs the COS-compatible service. Its flags and their checks are the server package's own. */
import { Option, type Command } from 'commander';
import { verb } from '../connection/command.ts';
import type { Context } from '../connection/context.ts';
import type { ExitStatus } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';

export function serveCommand(context: Context): Command {
  const { output, env, cwd, stdout, stderr } = context;
  const command = verb('serve')
    .summary(t`run a COS-compatible service on this machine`)
    .description(
      t`Run a COS-compatible service. When it is ready it prints one line, and Ctrl-C or SIGTERM ends it after the requests in progress.`,
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
      context.end((await serve(words, { stdout, stderr, env, cwd })) as ExitStatus);
      return;
    }
    const help = verb('sampan serve').usage('[options]').description(command.description());
    for (const { name, value, help: text, default: standard, repeatable, alone } of serveFlags) {
      const notes = [
        standard === undefined ? '' : `default ${standard}`,
        repeatable ? 'repeatable' : '',
        environmentName(name),
      ];
      help.addOption(
        new Option(`--${name}${alone ? '' : ` <${value}>`}`, `${text} (${notes.filter(Boolean).join('; ')})`),
      );
    }
    output.result(
      help
        .helpOption('-h, --help', t`print this help`)
        .helpInformation()
        .trimEnd(),
    );
  });
}
