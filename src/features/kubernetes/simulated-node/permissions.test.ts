import { afterAll, beforeAll, expect, test } from 'vitest';
import { configMapsRef, nodesRef, podsRef } from '../../../api/refs.gen.ts';
import type { Pod } from '../../../api/core/types.gen.ts';
import { simulatedLabel } from '../common/simulated-label.ts';
import { podTemplate, startTestCluster } from '../testing/cluster.ts';
import type { TestCluster } from '../testing/cluster.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster({ nodes: 2 });
}, 30_000);
afterAll(() => cluster.stop());

test('a simulated node may do what a kubelet may, and no more', async () => {
  const node = cluster.clientAs('system:node:node-1');
  const configMaps = node.resource(configMapsRef);
  await cluster.create(configMapsRef, { metadata: { name: 'mine' } });
  await expect(configMaps.get('mine', 'default')).rejects.toThrow("no relationship found between node 'node-1' and this object");
  await expect(configMaps.get('absent', 'default')).rejects.toThrow('is forbidden');
  const other = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-9' } };
  await expect(node.resource(nodesRef).create(other)).rejects.toThrow('node "node-1" is not allowed to modify node "node-9"');
  await expect(node.resource(nodesRef).delete('node-2', undefined)).rejects.toThrow('is forbidden');
  expect(() => cluster.denials()).toThrow('system:node:node-1 GET /api/v1/namespaces/default/configmaps/mine');

  const { spec } = podTemplate('reader');
  const volumes = [{ name: 'v', configMap: { name: 'mine' } }];
  await cluster.create(podsRef, { metadata: { name: 'reader' }, spec: { ...spec, nodeName: 'node-1', volumes } });
  const running = await cluster.until<Pod>(podsRef, 'reader', (pod) => pod?.status?.phase === 'Running');
  expect(running.metadata.labels).toMatchObject({ [simulatedLabel]: 'true' });
  expect((await configMaps.get('mine', 'default')).metadata.name).toBe('mine');
});
