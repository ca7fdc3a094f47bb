import type { Command } from 'commander';
import { isRunning, readRunState } from '../../app/run-state.ts';
import { dataDirectoryOption, integerBetween } from '../options.ts';
import { CliError } from '../cli-error.ts';

export const addDown = (program: Command): void => {
  program
    .command('down')
    .summary('stop the fleet')
    .description(
      'Stops the fleet that runs on the data directory, and waits until it has ended. Its state stays: causeway up brings it back.',
    )
    .addOption(dataDirectoryOption())
    .option('--timeout <seconds>', 'how long to wait', integerBetween(1, 3600), 30)
    .action(async ({ dataDir, timeout }: { readonly dataDir: string; readonly timeout: number }) => {
      const state = readRunState(dataDir);
      if (!state || !isRunning(state)) {
        process.stdout.write(`No fleet runs on ${dataDir}.\n`);
        return;
      }
      process.kill(state.pid, 'SIGTERM');
      const deadline = Date.now() + timeout * 1000;
      while (isRunning(state)) {
        if (Date.now() > deadline)
          throw new CliError(`process ${state.pid} has not ended within ${timeout} s`, {
            remedy: `kill -9 ${state.pid} ends it; nothing acknowledged is lost`,
          });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      process.stdout.write(`Stopped (process ${state.pid}).\n`);
    });
};
