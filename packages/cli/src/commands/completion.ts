/** `sampan completion`: prints a completion script for a shell, generated from the commands and flags. */
import type { Command } from 'commander';
import { verb } from '../connection/command.ts';
import type { Context } from '../connection/context.ts';
import { UsageFailure } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';
import { examples } from './up.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

export function completionCommand(context: Context): Command {
  const command = verb('completion')
    .summary(t`print a completion script for bash, zsh or fish`)
    .description(t`Print a script that lets a shell complete commands, flags and the names of files.`)
    .argument('<shell>', shells.join(', '))
    .addHelpText('after', () =>
      examples(
        'source <(sampan completion bash)        # in ~/.bashrc',
        'source <(sampan completion zsh)         # in ~/.zshrc, after compinit',
        'sampan completion fish > ~/.config/fish/completions/sampan.fish',
      ),
    );
  return command.action((shell: string) => {
    const program = command.parent!;
    const scripts: Readonly<Record<string, (program: Command) => string>> = { bash, zsh, fish };
    const script = scripts[shell];
    if (!script)
      throw new UsageFailure(t`the shell must be one of ${shells.join(', ')}, got ${JSON.stringify(shell)}`);
    context.output.result(script(program).trimEnd());
  });
}

interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly {
    readonly name: string;
    readonly short: string;
    readonly takesValue: boolean;
    readonly about: string;
  }[];
}

function verbsOf(program: Command): readonly Verb[] {
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary(),
    flags: command.options.map((option) => ({
      name: option.long ?? '',
      short: option.short ?? '',
      takesValue: option.required || option.optional,
      about: option.description,
    })),
  }));
}

function bash(program: Command): string {
  const verbs = verbsOf(program);
  const cases = verbs.map(({ name, flags }) => {
    const words = [...flags.map((flag) => flag.name), '--help'].join(' ');
    return `    ${name}) words="${words}" ;;`;
  });
  return `# bash completion for sampan
_sampan() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=""
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W "${verbs.map(({ name }) => name).join(' ')}" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    help) words="${verbs.map(({ name }) => name).join(' ')}" ;;
  esac
  if [[ "$current" == -* || "\${COMP_WORDS[1]}" == help ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  else
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -F _sampan sampan
`;
}

/** In single quotes, with colons and brackets as zsh's _arguments wants them. */
function zshText(text: string): string {
  return text.replaceAll("'", "'\\''").replace(/[[\]:\\]/g, (mark) => `\\${mark}`);
}

function zsh(program: Command): string {
  const verbs = verbsOf(program);
  const cases = verbs.map(({ name, flags }) => {
    const specs = flags
      .filter((flag) => flag.name !== '')
      .map((flag) => `'*${flag.name}[${zshText(flag.about)}]${flag.takesValue ? ':value:' : ''}'`);
    return `    ${name}) _arguments ${[...specs, "'*:file:_files'"].join(' ')} ;;`;
  });
  const described = verbs.map(({ name, summary }) => `    '${name}:${zshText(summary)}'`);
  return `#compdef sampan
_sampan() {
  local -a verbs
  verbs=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command verbs
    return
  fi
  local verb="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$verb" in
${cases.join('\n')}
  esac
}
compdef _sampan sampan
`;
}

function fish(program: Command): string {
  const quoted = (text: string) => `'${text.replace(/['\\]/g, (mark) => `\\${mark}`)}'`;
  const lines = verbsOf(program).flatMap(({ name, summary, flags }) => [
    `complete -c sampan -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...flags
      .filter((flag) => flag.name !== '')
      .map(
        (flag) =>
          `complete -c sampan -n '__fish_seen_subcommand_from ${name}' -l ${flag.name.slice(2)}${
            flag.short ? ` -s ${flag.short.slice(1)}` : ''
          }${flag.takesValue ? ' -r' : ''} -d ${quoted(flag.about)}`,
      ),
  ]);
  return `# fish completion for sampan\n${lines.join('\n')}\n`;
}
