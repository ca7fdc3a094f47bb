import { Option } from 'commander';
import type { Command } from 'commander';
import type { FleetStatus, PlacementRow } from '../../app/fleet-status.ts';
import { connectHub } from '../connect.ts';
import type { HubFlags } from '../connect.ts';
import { dataDirectoryOption, outputOption } from '../options.ts';
import { formatTable } from '../table.ts';

export const kubeconfigOption = (): Option =>
  new Option('--kubeconfig <file>', 'kubeconfig of the hub, instead of the fleet on the data directory');

export const addStatus = (program: Command): void => {
  program
    .command('status')
    .summary('show clusters, what runs where, and why something does not')
    .description('Shows the clusters and their health, what runs where, and for what is not placed the reason on each cluster.')
    .addOption(dataDirectoryOption())
    .addOption(kubeconfigOption())
    .addOption(outputOption())
    .action(async (flags: HubFlags & { readonly output: 'text' | 'json' }) => {
      const { readFleetStatus } = await import('../../app/fleet-status.ts');
      const hub = await connectHub(flags);
      try {
        const status = await readFleetStatus(hub);
        process.stdout.write(flags.output === 'json' ? `${JSON.stringify(status, null, 2)}\n` : text(status));
      } finally {
        await hub.close();
      }
    });
};

const text = ({ clusters, placements }: FleetStatus): string => {
  const clusterTable = formatTable(
    ['cluster', 'ready', 'mode', 'version', 'nodes', 'region', 'placed', 'reason'],
    clusters.map((row) => [
      row.name,
      row.phase === 'Stopped' ? `${row.ready} (stopped)` : row.ready,
      row.mode,
      row.version,
      row.nodes,
      row.region,
      String(row.placed),
      row.reason,
    ]),
  );
  const placementTable = formatTable(
    ['namespace', 'kind', 'name', 'where', 'problem'],
    placements.map((row) => [row.namespace, row.kind, row.name, where(row), row.problem]),
  );
  return `${clusters.length > 0 ? clusterTable : 'No cluster has joined: causeway cluster add --help'}\n\n${placements.length > 0 ? placementTable : 'Nothing is propagated yet.'}\n`;
};

/** `east 2, west 1 (not applied), north leaving` */
const where = ({ targets, evicting }: PlacementRow): string =>
  [
    ...targets.map(({ cluster, replicas, applied, health }) => {
      const note = !applied ? ' (not applied)' : health === 'Unhealthy' ? ' (unhealthy)' : '';
      return `${cluster}${replicas === undefined ? '' : ` ${replicas}`}${note}`;
    }),
    ...evicting.map((cluster) => `${cluster} leaving`),
  ].join(', ');
