import type { Command } from 'commander';

export interface CommandDescription {
  /** From the program down: `['causeway', 'cluster', 'add']`. */
  readonly path: readonly string[];
  readonly children: readonly string[];
  /** Long flags. */
  readonly options: readonly string[];
  readonly command: Command;
}

/** Every command with what may follow it, parents first: for completion and the CLI reference. */
export const describeCommands = (command: Command, above: readonly string[] = []): CommandDescription[] => {
  const path = [...above, command.name()];
  const children = command.commands.map((child) => child.name());
  const options = command.options.flatMap(({ long, hidden }) => (long && !hidden ? [long] : []));
  return [{ path, children, options, command }, ...command.commands.flatMap((child) => describeCommands(child, path))];
};
