import { afterAll, beforeAll, test } from 'vitest';
import { customResourceDefinitionsRef } from '../../../api/refs.gen.ts';
import { silentLogger } from '../../../controller-runtime/logger.ts';
import { createManager } from '../../../controller-runtime/manager.ts';
import { startTestCluster } from '../../kubernetes/testing/cluster.ts';
import type { TestCluster } from '../../kubernetes/testing/cluster.ts';
import { watchMember } from './member-watch.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startTestCluster({ nodes: 0 });
}, 60_000);

afterAll(() => cluster.stop(), 30_000);

test('a member that is to serve another kind is asked again soon', async () => {
  const hub = createManager({ client: cluster.client, log: silentLogger });
  let changed = (): void => {};
  const watching = watchMember(hub, cluster.client, () => changed());
  await watching.summary();
  const told = new Promise<void>((resolve) => (changed = resolve));
  await cluster.client.resource(customResourceDefinitionsRef).create({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'workers.example.dev' },
    spec: {
      group: 'example.dev',
      scope: 'Namespaced',
      names: { kind: 'Worker', plural: 'workers' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  } as never);
  await told;
  await watching.stop();
}, 30_000);
