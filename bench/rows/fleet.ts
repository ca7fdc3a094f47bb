import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connector, type Connection } from '../lib/connection.ts';
import type { Measurement } from '../lib/measure.ts';
import { cpuSeconds, memoryMegabytes, untilQuiet } from '../lib/processes.ts';
import { startCauseway, type Started } from '../lib/start-hub.ts';

const up = (directory: string, members: number, nodes: number): Promise<Started> =>
  startCauseway(['up', '--data-dir', directory, '--members', String(members), '--nodes-per-member', String(nodes), '--log-level', 'error']);

const measureUp = async (directory: string): Promise<Readonly<Record<string, Measurement>>> => {
  const fleet = await up(directory, 3, 3);
  await untilQuiet([fleet.pid]);
  const rows = {
    'up, three members of three nodes: ready': { milliseconds: fleet.readyMilliseconds },
    'up, three members: VmRSS': { megabytes: memoryMegabytes([fleet.pid], 'VmRSS') },
    'up, three members: RssAnon': { megabytes: memoryMegabytes([fleet.pid], 'RssAnon') },
  };
  await fleet.stop();
  return rows;
};

const deploymentCount = 1000;
const members = 10;
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const policies = '/apis/policy.karmada.io/v1alpha1/namespaces/default/propagationpolicies';

const deployment = (name: string): string =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'registry.example/app:1' }] } },
    },
  });

/** Each goes to one member, in turn. */
const policy = (name: string, member: string): string =>
  JSON.stringify({
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'PropagationPolicy',
    metadata: { name },
    spec: {
      resourceSelectors: [{ apiVersion: 'apps/v1', kind: 'Deployment', name }],
      placement: { clusterAffinity: { clusterNames: [member] } },
    },
  });

interface WorkList {
  readonly items: readonly { readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] } }[];
}

const appliedWorks = async (connection: Connection): Promise<number> => {
  const { items } = JSON.parse((await connection.request('GET', '/apis/work.karmada.io/v1alpha1/works')).toString()) as WorkList;
  return items.filter(({ status }) => status?.conditions?.some(({ type, status: value }) => type === 'Applied' && value === 'True')).length;
};

const measurePlacement = async (directory: string): Promise<Readonly<Record<string, Measurement>>> => {
  const fleet = await up(directory, members, 1);
  await untilQuiet([fleet.pid]);
  const connection = await (await connector(fleet.ready.kubeconfig))();
  const cpu = cpuSeconds([fleet.pid]);
  const started = performance.now();
  let next = 0;
  const writer = async (): Promise<void> => {
    while (next < deploymentCount) {
      const index = next++;
      const name = `app-${index}`;
      const member = fleet.ready.members[index % members]?.name as string;
      await connection.request('POST', policies, { body: policy(name, member) });
      await connection.request('POST', deployments, { body: deployment(name) });
    }
  };
  await Promise.all(Array.from({ length: 32 }, writer));
  while ((await appliedWorks(connection)) < deploymentCount) await new Promise((resolve) => setTimeout(resolve, 500));
  const milliseconds = performance.now() - started;
  const cpuMicroseconds = ((cpuSeconds([fleet.pid]) - cpu) / deploymentCount) * 1e6;
  connection.close();
  await fleet.stop();
  return { '1,000 Deployments and policies to ten members: all Works applied': { milliseconds, cpuMicroseconds } };
};

/** Ours alone: the laptop fleet, and a thousand Deployments onto ten members. */
export const measureFleet = async (): Promise<Readonly<Record<string, Measurement>>> => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-bench-fleet-'));
  try {
    return { ...(await measureUp(join(directory, 'up'))), ...(await measurePlacement(join(directory, 'placement'))) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};
