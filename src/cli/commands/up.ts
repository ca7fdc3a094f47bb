import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import type { Fleet, MemberRequest } from '../../app/up.ts';
import type { LogLevel } from '../../app/log.ts';
import { dataDirectoryOption, integerBetween, fleetOptions, fleetSettings, logOptions, outputOption, parseMembers } from '../options.ts';
import type { FleetFlags } from '../options.ts';
import { runDetached } from '../run-detached.ts';
import type { Surroundings } from '../surroundings.ts';
import { untilSignal } from '../until-signal.ts';

interface UpFlags extends FleetFlags {
  readonly members: string[];
  readonly nodesPerMember: number;
  readonly dataDir: string;
  readonly port: number;
  readonly output: 'text' | 'json';
  readonly detach?: boolean;
  readonly logLevel: LogLevel;
  readonly logFormat: 'text' | 'json';
}

/** Regions that new members get in turn, so that spread constraints have something to spread over. */
const regions = ['eu', 'us', 'ap'];

export const addUp = (program: Command, { memberThread, ready }: Surroundings): void => {
  const command = program
    .command('up')
    .summary('start a fleet on this machine')
    .description(
      'Starts a hub and member clusters with simulated nodes in one process, in the foreground until SIGINT or SIGTERM. The same data directory comes up as it was.',
    )
    .option('--members <names>', 'names separated by commas, or how many', parseMembers, ['east', 'west', 'north'])
    .option('--nodes-per-member <n>', 'simulated nodes of each new member', integerBetween(0, 1000), 3)
    .addOption(dataDirectoryOption())
    .option('--port <port>', "the hub's port; 0 takes the one it had, or a free one", integerBetween(0, 65_535), 0)
    .addOption(outputOption())
    .option('-d, --detach', 'run in the background; causeway down stops it')
    .action(async (flags: UpFlags) => {
      if (flags.detach) return runDetached(flags.dataDir);
      const [{ startFleet }, { createLogger }] = await Promise.all([import('../../app/up.ts'), import('../../app/log.ts')]);
      const stopping = untilSignal();
      const fleet = await startFleet({
        dataDirectory: flags.dataDir,
        port: flags.port,
        members: flags.members.map((name, index): MemberRequest => memberRequest(name, index, flags.nodesPerMember)),
        membersByDefault: command.getOptionValueSource('members') === 'default',
        log: createLogger({ level: flags.logLevel, format: flags.logFormat, write: (line) => process.stderr.write(`${line}\n`) }),
        fleet: fleetSettings(flags),
        // A second thread has nothing to gain on one core.
        memberThread: availableParallelism() > 1 ? memberThread : undefined,
      });
      process.stdout.write(flags.output === 'json' ? `${readyJson(fleet)}\n` : readyText(fleet));
      ready?.();
      await stopping;
      await fleet.stop();
      // Timers of libraries must not keep a stopped fleet alive.
      process.exit(0);
    });
  for (const option of [...fleetOptions(), ...logOptions()]) command.addOption(option);
};

const memberRequest = (name: string, index: number, nodes: number): MemberRequest => {
  const region = regions[index % regions.length]!;
  return { name, nodes, region, zone: `${region}-${Math.floor(index / regions.length) + 1}` };
};

const readyJson = ({ hub, kubeconfig, members, notReady }: Fleet): string =>
  JSON.stringify({ ready: true, hub, kubeconfig, members, ...(notReady.length > 0 ? { notReady } : {}) });

const readyText = ({
  hub,
  kubeconfig,
  members,
  notReady,
}: Fleet): string => `The fleet is ready: hub ${hub.server}${members.map(({ name, server }) => `, ${name} ${server}`).join('')}
${notReady.map(({ message }) => `Warning: ${message}\n`).join('')}
Next, in another terminal:
  export KUBECONFIG=${kubeconfig}
  kubectl get clusters
  kubectl apply -f examples/online-shop/
  kubectl get deployments,resourcebindings -A
  npx causeway status

Stop it with Ctrl-C; the same command brings it back as it was.
`;
