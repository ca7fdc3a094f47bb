import { Argument } from 'commander';
import type { Command } from 'commander';
import { describeCommands } from '../command-tree.ts';

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

/** `path → words`: what may follow each command. */
const words = (program: Command): [string, string][] =>
  describeCommands(program).map(({ path, children, options }) => [path.slice(1).join(' '), [...children, ...options].join(' ')]);

const bash = (program: Command): string => `_causeway() {
  local path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac; done
  local words=""
  while :; do
    case "$path" in
${words(program)
  .map(([path, next]) => `      "${path}") words="${next}"; break ;;`)
  .join('\n')}
    esac
    [ -n "$path" ] || break
    case "$path" in *" "*) path="\${path% *}" ;; *) path="" ;; esac
  done
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _causeway causeway
`;

const zsh = (program: Command): string => `#compdef causeway
autoload -U +X bashcompinit && bashcompinit
${bash(program)}`;

const fish = (program: Command): string =>
  `${words(program)
    .map(([path, next]) => {
      const condition =
        path === ''
          ? '__fish_use_subcommand'
          : path
              .split(' ')
              .map((word) => `__fish_seen_subcommand_from ${word}`)
              .join('; and ');
      return `complete -c causeway -n '${condition}' -a '${next}'`;
    })
    .join('\n')}\n`;

const scripts: Record<(typeof shells)[number], (program: Command) => string> = { bash, zsh, fish };
