import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DaemonSet } from '../../../api/apps/types.gen.ts';
import { daemonSetsRef } from '../../../api/refs.gen.ts';
import { startByHand } from '../testing/by-hand.ts';
import type { ByHand } from '../testing/by-hand.ts';
import { syncRevision } from './revision-history.ts';

let cluster: ByHand;
beforeAll(async () => {
  cluster = await startByHand();
}, 30_000);
afterAll(() => cluster.stop());

test('the data of a revision has sorted keys: clients compare its bytes with their own', async () => {
  const owner = await cluster.create<DaemonSet>(daemonSetsRef, {
    metadata: { name: 'agent' },
    spec: {
      selector: { matchLabels: { app: 'agent' } },
      template: { metadata: { labels: { app: 'agent' } }, spec: { containers: [{ name: 'main', image: 'x', args: ['z', 'a'] }] } },
    },
  });
  const { data } = await syncRevision(cluster.client, { owner, ownerRef: daemonSetsRef, revisions: [] });
  const unsorted: string[] = [];
  JSON.stringify(data, (key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    if (Object.keys(value).join() !== Object.keys(value).toSorted().join()) unsorted.push(key);
    return value;
  });
  expect(unsorted).toEqual([]);
  expect(JSON.stringify(data)).toMatch(/^\{"spec":\{"template":\{"\$patch":"replace","metadata"/);
  expect(data).toMatchObject({ spec: { template: { spec: { containers: [{ args: ['z', 'a'] }] } } } });
});
