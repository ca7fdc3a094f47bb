import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deploymentsRef, leasesRef, namespacesRef } from '../../src/api/refs.gen.ts';
import type { UnstructuredObject } from '../../src/apimachinery/meta/object.ts';
import { startClusterServer } from '../../src/app/cluster-server.ts';
import { renderKubeconfig } from '../../src/app/kubeconfig.ts';
import type { Client } from '../../src/client/contract.ts';
import { clustersRef } from '../../src/features/fleet/api/cluster.ts';
import { propagationPoliciesRef } from '../../src/features/placement/api/propagation-policy.ts';
import { resourceBindingsRef } from '../../src/features/placement/api/resource-binding.ts';
import { type CausewayProcess, runCauseway, startCauseway } from './support/causeway-process.ts';
import { connect } from './support/connect.ts';
import { startUpstream, upstreamMissing } from './support/controller-manager.ts';
import { eventually } from './support/eventually.ts';

const ignore = (): void => {};
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** An API server that somebody else runs: nothing of ours runs in it. */
interface Elsewhere {
  readonly kubeconfig: string;
  readonly context: string;
  stop(): Promise<void>;
}

/** One of ours, without any controllers. */
const startBare = async (directory: string): Promise<Elsewhere> => {
  const server = await startClusterServer({ name: 'bare', directory, store: `lmdb:${join(directory, 'store')}`, port: 0, log });
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, renderKubeconfig([server.kubeconfig]));
  return { kubeconfig, context: 'bare', stop: () => server.close() };
};

/** kube-apiserver with those of kube-controller-manager's controllers that do not make pods of templates. */
const startReal = async (directory: string): Promise<Elsewhere> => {
  const controllers = ['namespace-controller', 'garbage-collector-controller', 'serviceaccount-controller'];
  const { kubeconfig, stop } = await startUpstream(directory, { controllers });
  return { kubeconfig, context: 'peers', stop: async () => stop() };
};

const template = (name: string, replicas: number): UnstructuredObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'demo', labels: { app: name } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image: 'example.com/app:1' }] } },
  },
});
const policy = {
  apiVersion: 'policy.karmada.io/v1alpha1',
  kind: 'PropagationPolicy',
  metadata: { name: 'everything', namespace: 'demo' },
  spec: { resourceSelectors: [{ apiVersion: 'apps/v1', kind: 'Deployment' }], placement: { clusterAffinity: { clusterNames: ['east'] } } },
};

const missing = upstreamMissing();
describe.each([
  { what: 'an API server of ours that has none', begin: startBare, skip: undefined },
  { what: 'a real kube-apiserver', begin: startReal, skip: missing },
])('the controllers over $what', ({ begin, skip }) => {
  describe.skipIf(skip !== undefined)(skip ?? 'two processes of them', () => {
    const directory = mkdtempSync(join(tmpdir(), 'causeway-controllers-'));
    const processes: CausewayProcess[] = [];
    let hub: Elsewhere;
    let east: Elsewhere;
    let onHub: Client;
    let onEast: Client;

    const run = async (): Promise<void> => {
      const quick = ['--status-interval', '1', '--log-level', 'warn'];
      const process = startCauseway(['controllers', '--kubeconfig', hub.kubeconfig, '--leader-elect', '--output', 'json', ...quick]);
      processes.push(process);
      await process.ready;
    };
    const holder = async (): Promise<string | undefined> => {
      const lease = await onHub.resource<UnstructuredObject>(leasesRef).find('causeway-hub', 'kube-system');
      return (lease?.['spec'] as { holderIdentity?: string } | undefined)?.holderIdentity;
    };
    const replicasOnEast = async (name: string): Promise<unknown> =>
      ((await onEast.resource<UnstructuredObject>(deploymentsRef).find(name, 'demo'))?.['spec'] as { replicas?: number } | undefined)
        ?.replicas;

    beforeAll(async () => {
      [hub, east] = await Promise.all([begin(join(directory, 'hub')), startBare(join(directory, 'east'))]);
      [onHub, onEast] = await Promise.all([connect(hub.kubeconfig, hub.context), connect(east.kubeconfig, east.context)]);
      await Promise.all([run(), run()]);
    }, 120_000);
    afterAll(async () => {
      for (const process of processes) await process.stop('SIGKILL');
      await Promise.all([onHub?.close(), onEast?.close()]);
      await hub?.stop();
      await east?.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    test('install the kinds; a cluster joins and becomes ready', { timeout: 60_000 }, async () => {
      await eventually(async () => expect((await onHub.resource(clustersRef).list()).items).toEqual([]));
      const added = await runCauseway(['cluster', 'add', 'east', '--kubeconfig', east.kubeconfig, '--hub-kubeconfig', hub.kubeconfig]);
      expect(added).toMatchObject({ code: 0 });
      await eventually(async () => {
        const { status } = await onHub.resource<UnstructuredObject>(clustersRef).get('east', undefined);
        const { conditions = [] } = status as { conditions?: { type: string; status: string }[] };
        expect(conditions.find(({ type }) => type === 'Ready')?.status).toBe('True');
      });
    });

    test('place a Deployment on it, and follow its changes', { timeout: 60_000 }, async () => {
      await onHub.resource(namespacesRef).create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
      await onHub.resource<UnstructuredObject>(propagationPoliciesRef).create(policy);
      const deployments = onHub.resource<UnstructuredObject>(deploymentsRef);
      await deployments.create(template('web', 2));
      await eventually(async () => expect(await replicasOnEast('web')).toBe(2));
      const current = await deployments.get('web', 'demo');
      await deployments.update({ ...current, spec: { ...(current['spec'] as object), replicas: 5 } });
      await eventually(async () => expect(await replicasOnEast('web')).toBe(5));
    });

    test('the one that works is killed: the other takes over', { timeout: 90_000 }, async () => {
      const before = await holder();
      const dead = processes.find(({ pid }) => before?.includes(`_${pid}_`));
      await dead?.stop('SIGKILL');
      await onHub.resource<UnstructuredObject>(deploymentsRef).create(template('later', 3));
      await eventually(async () => expect(await replicasOnEast('later')).toBe(3), 60);
      expect(dead).toBeDefined();
      expect(await holder()).not.toBe(before);
    });

    test('what is deleted goes from the cluster too', { timeout: 60_000 }, async () => {
      await onHub.resource(deploymentsRef).delete('web', 'demo');
      await eventually(async () => expect(await replicasOnEast('web')).toBeUndefined());
      if (hub.context === 'bare') return;
      // Who owns it is gone: the garbage collector there takes the binding, and the namespace controller what is left.
      await eventually(async () => {
        const { items } = await onHub.resource(resourceBindingsRef).list({ namespace: 'demo' });
        expect(items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith('web'))).toEqual([]);
      });
      await onHub.resource(namespacesRef).delete('demo', undefined);
      await eventually(async () => expect(await onHub.resource(namespacesRef).find('demo', undefined)).toBeUndefined(), 50);
      expect(await replicasOnEast('later')).toBeUndefined();
    });
  });
});
