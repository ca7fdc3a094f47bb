import { existsSync } from 'node:fs';
import { Command as CommanderCommand } from 'commander';
import type { Command } from 'commander';
import { isStatusError } from '../../apimachinery/errors/status-error.ts';
import { flattenKubeconfig } from '../../client/flatten-kubeconfig.ts';
import { readKubeconfig, targetOfKubeconfig } from '../../client/kubeconfig.ts';
import type { Client } from '../../client/contract.ts';
import { CliError } from '../cli-error.ts';
import { connectHub } from '../connect.ts';
import type { HubFlags } from '../connect.ts';
import { dataDirectoryOption, integerBetween, outputOption, parseClusterName } from '../options.ts';
import { formatTable } from '../table.ts';
import { token } from './cluster-token.ts';

const hubKubeconfig = ['--hub-kubeconfig <file>', 'kubeconfig of the hub, instead of the fleet on the data directory'] as const;

interface CommonFlags {
  readonly dataDir: string;
  readonly hubKubeconfig?: string;
}

const remedies = [
  ['NotFound', 'causeway cluster list shows the clusters there are; only embedded members can be stopped and started'],
  ['AlreadyExists', 'choose another name, or take that cluster out first: causeway cluster remove NAME'],
] as const;

/** Does something with the hub; tells what to do about a cluster that is not there, or is there already. */
const withHub = async (flags: CommonFlags, use: (hub: Client) => Promise<void>): Promise<void> => {
  const hubFlags: HubFlags = { dataDir: flags.dataDir, ...(flags.hubKubeconfig === undefined ? {} : { kubeconfig: flags.hubKubeconfig }) };
  const hub = await connectHub(hubFlags);
  try {
    await use(hub);
  } catch (error) {
    const remedy = remedies.find(([reason]) => isStatusError(error, reason))?.[1];
    throw remedy === undefined ? error : new CliError((error as Error).message, { remedy, cause: error });
  } finally {
    await hub.close();
  }
};

export const addCluster = (program: Command): void => {
  const cluster = program
    .command('cluster')
    .summary('list, add, stop, start and remove member clusters; make tokens for agents')
    .description('The clusters of the fleet.');
  for (const add of [list, join, token, stop, start, remove])
    cluster.addCommand(
      add()
        .addOption(dataDirectoryOption())
        .option(...hubKubeconfig),
    );
};

const list = (): Command =>
  new CommanderCommand('list')
    .description('Lists the clusters and their health.')
    .addOption(outputOption())
    .action((flags: CommonFlags & { readonly output: 'text' | 'json' }) =>
      withHub(flags, async (hub) => {
        const { readFleetStatus } = await import('../../app/fleet-status.ts');
        const { clusters } = await readFleetStatus(hub);
        const table = (): string =>
          formatTable(
            ['name', 'ready', 'mode', 'version', 'nodes', 'region', 'phase'],
            clusters.map((row) => [row.name, row.ready, row.mode, row.version, row.nodes, row.region, row.phase]),
          );
        process.stdout.write(flags.output === 'json' ? `${JSON.stringify(clusters, null, 2)}\n` : `${table()}\n`);
      }),
    );

/** How long a new cluster may take until the hub says how it is. */
const firstWordMilliseconds = 15_000;

interface AddFlags extends CommonFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly nodes: number;
  readonly region?: string;
  readonly zone?: string;
  readonly provider?: string;
}

const join = (): Command =>
  new CommanderCommand('add')
    .description('Adds a cluster: with --kubeconfig a real one, joined by push; without, one more embedded member with simulated nodes.')
    .argument('<name>', 'name of the cluster', parseClusterName)
    .option('--kubeconfig <file>', 'kubeconfig of the cluster to join; one context of it is kept, with the content of the files it names')
    .option('--context <name>', 'context of that kubeconfig; default: its current one')
    .option('--nodes <n>', 'simulated nodes of an embedded member', integerBetween(0, 1000), 3)
    .option('--region <region>', 'where it is, for spread constraints')
    .option('--zone <zone>', 'where in the region it is')
    .option('--provider <provider>', 'who runs it')
    .action((name: string, flags: AddFlags) =>
      withHub(flags, async (hub) => {
        const { addByKubeconfig, addEmbedded, firstProblem } = await import('../../app/cluster-admin.ts');
        const { kubeconfig, nodes, region, zone, provider } = flags;
        const options = { name, ...(region ? { region } : {}), ...(zone ? { zone } : {}), ...(provider ? { provider } : {}) };
        if (kubeconfig === undefined) await addEmbedded(hub, { ...options, nodes });
        else {
          if (!existsSync(kubeconfig)) throw new CliError(`${kubeconfig}: no such kubeconfig`);
          const config = await flattenKubeconfig(await readKubeconfig(kubeconfig), flags.context);
          if (config.users?.some(({ user }) => 'exec' in user || 'auth-provider' in user))
            throw new CliError(`${kubeconfig}: its user runs a program to log in, and the hub runs no programs of others`, {
              remedy: 'make a ServiceAccount in the cluster, and a kubeconfig with its token: kubectl create token --help',
            });
          const { transport } = await targetOfKubeconfig(config);
          await addByKubeconfig(hub, { ...options, kubeconfig: JSON.stringify(config), apiEndpoint: transport.server });
        }
        process.stdout.write(`cluster ${name} added\n`);
        const problem = await firstProblem(hub, name, firstWordMilliseconds);
        if (problem !== undefined)
          process.stderr.write(`Warning: cluster ${name} is not ready: ${problem}\n  causeway cluster list shows when it is\n`);
      }),
    );

const toggle = (verb: 'stop' | 'start', description: string): Command =>
  new CommanderCommand(verb)
    .description(description)
    .argument('<name>', 'name of an embedded member', parseClusterName)
    .action((name: string, flags: CommonFlags) =>
      withHub(flags, async (hub) => {
        const { setRunning } = await import('../../app/cluster-admin.ts');
        await setRunning(hub, name, verb === 'start');
        process.stdout.write(`cluster ${name} ${verb === 'start' ? 'started' : 'stopped'}\n`);
      }),
    );

const stop = (): Command =>
  toggle('stop', 'Stops an embedded member, as if it had failed: its API server and nodes go away, its data stays.');

const start = (): Command => toggle('start', 'Starts a stopped embedded member on its data.');

const remove = (): Command =>
  new CommanderCommand('remove')
    .description('Takes a cluster out of the fleet: what the fleet put on it is removed; an embedded member goes with its data.')
    .argument('<name>', 'name of the cluster', parseClusterName)
    .action((name: string, flags: CommonFlags) =>
      withHub(flags, async (hub) => {
        const { removeCluster } = await import('../../app/cluster-admin.ts');
        await removeCluster(hub, name);
        process.stdout.write(`cluster ${name} removed\n`);
      }),
    );
