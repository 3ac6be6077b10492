/** Runs the command line once: from arguments to an exit status. */
import { CommanderError } from 'commander';
import { createContext, type Process } from './connection/context.ts';
import { endingOf, exitStatus, type ExitStatus } from './words/failure.ts';
import { languageOf, speak } from './terminal/messages.ts';
import { Printed, programOf } from './program.ts';
import { atHome } from './words/home.ts';

/** Runs a command and gives the exit status. Everything it prints goes to the streams of `around`. */
export async function run(words: readonly string[], around: Process): Promise<ExitStatus> {
  const locale = around.platform === 'win32' ? Intl.DateTimeFormat().resolvedOptions().locale : undefined;
  speak(languageOf(around.env, locale));
  const [first = ''] = words;
  const context = createContext(/^[a-z]+(?:-[a-z]+)*$/.test(first) ? `sampan ${first}` : 'sampan', around);
  const { output } = context;
  try {
    await programOf(context).parseAsync(atHome(words, around), { from: 'user' });
    return context.status();
  } catch (error) {
    if (error instanceof Printed) return exitStatus.fine;
    // Commander has printed what it had to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.fine : exitStatus.usage;
    output.endProgress();
    const { status, message, code, requestId } = endingOf(error, context.about());
    output.failed(message, { status, code, requestId });
    return status;
  }
}
