import { Command, CommanderError } from 'commander';
import { TransportError } from '../client/transport.ts';
import { version } from './version.ts';
import { addCommands } from './commands/all.ts';
import type { Surroundings } from './surroundings.ts';
import { CliError } from './cli-error.ts';

const unreachable = 'is it running? causeway up starts a fleet, --data-dir or --kubeconfig names another one';

/** Exit codes: 0 done, 1 it failed, 2 it was called wrongly. */
export const buildProgram = (surroundings: Surroundings = {}): Command => {
  const program = new Command('causeway')
    .description('Runs a fleet of Kubernetes clusters: the API, placement and failover, from one process.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureHelp({ sortSubcommands: true, sortOptions: true })
    .showHelpAfterError('(causeway --help lists the commands, causeway COMMAND --help its options)')
    .exitOverride();
  addCommands(program, surroundings);
  return program;
};

export const run = async (argv: readonly string[], surroundings?: Surroundings): Promise<number> => {
  const program = buildProgram(surroundings);
  for (const command of program.commands) inherit(command, `causeway ${command.name()}`);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`causeway: ${message}\n`);
    const remedy = error instanceof CliError ? error.remedy : error instanceof TransportError ? unreachable : undefined;
    if (remedy) process.stderr.write(`  ${remedy}\n`);
    if (process.env['CAUSEWAY_DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return error instanceof CliError ? error.exitCode : 1;
  }
};

/** What bin/member-thread.mjs runs. */
export const serveMembers = async (): Promise<void> => (await import('../app/member-thread/serve-members.ts')).serveMembers();

const inherit = (command: Command, path: string): void => {
  command.exitOverride().showHelpAfterError(`(${path} --help lists the options)`);
  for (const child of command.commands) inherit(child, `${path} ${child.name()}`);
};
