import type { Command } from 'commander';
import type { LogLevel } from '../../app/log.ts';
import { readKubeconfig, targetOfKubeconfig } from '../../client/kubeconfig.ts';
import { integerBetween, logFormatOption, logLevelOption, outputOption } from '../options.ts';
import { untilSignal } from '../until-signal.ts';

interface ControllersFlags {
  readonly kubeconfig: string;
  readonly context?: string;
  readonly leaderElect: boolean;
  readonly failover: boolean;
  readonly statusInterval: number;
  readonly failureThreshold: number;
  readonly leaseGrace: number;
  readonly output: 'text' | 'json';
  readonly logLevel: LogLevel;
  readonly logFormat: 'text' | 'json';
}

export const addControllers = (program: Command): void => {
  program
    .command('controllers')
    .summary("run the hub's controllers over another API server")
    .description(
      "Makes any Kubernetes API server a hub: installs the fleet's kinds there and runs the hub's controllers, in the foreground until SIGINT or SIGTERM. " +
        'What a kube-controller-manager does is left to it. Members join by causeway cluster add --kubeconfig, or by causeway agent.',
    )
    .requiredOption('--kubeconfig <file>', 'kubeconfig of an administrator of the API server')
    .option('--context <name>', 'context of that kubeconfig; default: its current one')
    .option('--leader-elect', 'of several such processes only one works: Lease causeway-hub in kube-system', false)
    .option('--no-failover', 'leave work on a member that is not ready')
    .option('--status-interval <seconds>', 'how often members are asked how they are', integerBetween(1, 3600), 10)
    .option('--failure-threshold <seconds>', 'how long a member must be bad before it counts as failed', integerBetween(1, 86_400), 30)
    .option(
      '--lease-grace <seconds>',
      "how long a pull cluster's agent may be silent before the cluster counts as unreachable",
      integerBetween(1, 86_400),
      40,
    )
    .addOption(outputOption())
    .addOption(logLevelOption())
    .addOption(logFormatOption())
    .action(async (flags: ControllersFlags) => {
      const [{ startControllers }, { createLogger }] = await Promise.all([import('../../app/controllers.ts'), import('../../app/log.ts')]);
      const stopping = untilSignal();
      const { transport } = await targetOfKubeconfig(await readKubeconfig(flags.kubeconfig), flags.context);
      const controllers = await startControllers({
        hub: transport,
        elect: flags.leaderElect,
        log: createLogger({ level: flags.logLevel, format: flags.logFormat, write: (line) => process.stderr.write(`${line}\n`) }),
        fleet: {
          failover: flags.failover,
          leaseGraceSeconds: flags.leaseGrace,
          health: { statusIntervalSeconds: flags.statusInterval, failureThresholdSeconds: flags.failureThreshold },
        },
      });
      const ready = { ready: true, hub: { server: transport.server } };
      process.stdout.write(
        flags.output === 'json' ? `${JSON.stringify(ready)}\n` : `The hub's controllers run over ${transport.server}.\n`,
      );
      await stopping;
      await controllers.stop();
      process.exit(0);
    });
};
