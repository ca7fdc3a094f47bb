import type { Command } from 'commander';
import type { LogLevel } from '../../app/log.ts';
import { readKubeconfig, targetOfKubeconfig } from '../../client/kubeconfig.ts';
import { fleetOptions, fleetSettings, logOptions, outputOption } from '../options.ts';
import type { FleetFlags } from '../options.ts';
import { untilSignal } from '../until-signal.ts';

interface ControllersFlags extends FleetFlags {
  readonly kubeconfig: string;
  readonly context?: string;
  readonly leaderElect: boolean;
  readonly output: 'text' | 'json';
  readonly logLevel: LogLevel;
  readonly logFormat: 'text' | 'json';
}

export const addControllers = (program: Command): void => {
  const command = program
    .command('controllers')
    .summary("run the hub's controllers over another API server")
    .description(
      "Makes any Kubernetes API server a hub: installs the fleet's kinds there and runs the hub's controllers, in the foreground until SIGINT or SIGTERM. " +
        'What a kube-controller-manager does is left to it; run it without the workload controllers (deployment, replicaset, …), as objects there are templates. Members join by causeway cluster add --kubeconfig, or by causeway agent.',
    )
    .requiredOption('--kubeconfig <file>', 'kubeconfig of an administrator of the API server')
    .option('--context <name>', 'context of that kubeconfig; default: its current one')
    .option('--leader-elect', 'of several such processes only one works: Lease causeway-hub in kube-system', false)
    .addOption(outputOption())
    .action(async (flags: ControllersFlags) => {
      const [{ startControllers }, { createLogger }] = await Promise.all([import('../../app/controllers.ts'), import('../../app/log.ts')]);
      const stopping = untilSignal();
      const { transport } = await targetOfKubeconfig(await readKubeconfig(flags.kubeconfig), flags.context);
      const controllers = await startControllers({
        hub: transport,
        elect: flags.leaderElect,
        log: createLogger({ level: flags.logLevel, format: flags.logFormat, write: (line) => process.stderr.write(`${line}\n`) }),
        fleet: fleetSettings(flags),
      });
      const ready = { ready: true, hub: { server: transport.server } };
      process.stdout.write(
        flags.output === 'json' ? `${JSON.stringify(ready)}\n` : `The hub's controllers run over ${transport.server}.\n`,
      );
      await stopping;
      await controllers.stop();
      process.exit(0);
    });
  for (const option of [...fleetOptions(), ...logOptions()]) command.addOption(option);
};
