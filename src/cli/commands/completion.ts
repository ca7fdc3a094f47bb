import { Argument } from 'commander';
import type { Command } from 'commander';
import { describeCommands } from '../command-tree.ts';
import type { CommandDescription } from '../command-tree.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

export const addCompletion = (program: Command): void => {
  program
    .command('completion')
    .summary('print a completion script for your shell')
    .description('Prints a completion script, made from the commands there are: source <(causeway completion bash)')
    .addArgument(new Argument('<shell>', 'your shell').choices(shells))
    .action((shell: (typeof shells)[number]) => {
      process.stdout.write(scripts[shell](program));
    });
};

const pathOf = ({ path }: CommandDescription): string => path.slice(1).join(' ');

/** Words that an argument of the command may be. */
const choicesOf = ({ command }: CommandDescription): readonly string[] =>
  command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);

/** A `case` arm of bash. */
const arm = (patterns: readonly string[], words: readonly string[]): string =>
  `${patterns.map((pattern) => `"${pattern}"`).join('|')}) words="${words.join(' ')}"`;

/** What may follow each command, and what each option that takes a value; where that may be anything, files are offered. */
const bash = (program: Command): string => {
  const commands = describeCommands(program);
  const following = commands.map((entry) => arm([pathOf(entry)], [...entry.children, ...choicesOf(entry), ...entry.options, '--help']));
  const values = commands.flatMap((entry) =>
    entry.command.options
      .filter(({ required }) => required)
      .map(({ long, short, argChoices = [] }) =>
        arm(
          [long, short].filter((flag) => flag !== undefined).map((flag) => `${pathOf(entry)} ${flag}`),
          argChoices,
        ),
      ),
  );
  return `_causeway() {
  local path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac; done
  while :; do
    case "$path" in
${following.map((entry) => `      ${entry}; break ;;`).join('\n')}
    esac
    [ -n "$path" ] || break
    case "$path" in *" "*) path="\${path% *}" ;; *) path="" ;; esac
  done
  case "$path \${COMP_WORDS[COMP_CWORD-1]}" in
${values.map((entry) => `    ${entry} ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _causeway causeway
`;
};

const zsh = (program: Command): string => `#compdef causeway
autoload -U +X bashcompinit && bashcompinit
${bash(program)}`;

const quoted = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;

const fish = (program: Command): string => {
  const lines = describeCommands(program).flatMap((entry) => {
    const { path, children, command } = entry;
    const seen = path.slice(1).map((word) => `__fish_seen_subcommand_from ${word}`);
    const here = [...seen, ...(children.length > 0 ? [`not __fish_seen_subcommand_from ${children.join(' ')}`] : [])].join('; and ');
    const offer = (...rest: readonly string[]): string => ['complete -c causeway', `-n ${quoted(here || 'true')}`, ...rest].join(' ');
    return [
      ...command.commands.map((child) => offer('-a', child.name(), '-d', quoted(child.summary() || child.description()))),
      ...choicesOf(entry).map((choice) => offer('-a', choice)),
      ...(command.registeredArguments.some((argument) => argument.name() === 'file') ? [offer('-F')] : []),
      ...command.options.map(({ long, short, required, argChoices, description }) =>
        offer(
          ...(long ? ['-l', long.slice(2)] : []),
          ...(short ? ['-s', short.slice(1)] : []),
          ...(argChoices ? ['-x', '-a', quoted(argChoices.join(' '))] : required ? ['-r', '-F'] : []),
          '-d',
          quoted(description),
        ),
      ),
    ];
  });
  return `${['complete -c causeway -f', ...lines, "complete -c causeway -s h -l help -d 'print help'"].join('\n')}\n`;
};

const scripts: Record<(typeof shells)[number], (program: Command) => string> = { bash, zsh, fish };
