import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Endpoints, PersistentVolumeClaim, Pod, Secret } from '../../../api/core/types.gen.ts';
import type { EndpointSlice } from '../../../api/discovery/types.gen.ts';
import * as refs from '../../../api/refs.gen.ts';
import { addServiceAccountTokenController } from '../service-account-token/controller.ts';
import { addEphemeralVolumeController } from '../ephemeral-volume/controller.ts';
import { startByHand } from '../testing/by-hand.ts';
import type { ByHand } from '../testing/by-hand.ts';
import { addEndpointSliceMirroringController } from './controller.ts';

let cluster: ByHand;
beforeAll(async () => {
  cluster = await startByHand(addEndpointSliceMirroringController, addServiceAccountTokenController, addEphemeralVolumeController);
}, 30_000);
afterAll(() => cluster.stop());

const slicesOf = async (service: string): Promise<readonly EndpointSlice[]> =>
  (
    await cluster.client
      .resource<EndpointSlice>(refs.endpointSlicesRef)
      .list({ namespace: 'default', labelSelector: `kubernetes.io/service-name=${service}` })
  ).items;
const advance = <T>(read: () => Promise<T>) => expect.poll(() => cluster.clock.advance(10).then(read));

test('Endpoints that people write are mirrored, followed, and gone with them', async () => {
  await cluster.create(refs.servicesRef, { metadata: { name: 'ext' }, spec: { ports: [{ name: 'p', port: 80 }] } });
  const subsets = [
    {
      addresses: [{ ip: '10.9.9.9', hostname: 'h' }],
      notReadyAddresses: [{ ip: '10.9.9.8' }],
      ports: [{ name: 'p', port: 8080, protocol: 'TCP' }],
    },
  ];
  await cluster.create<Endpoints>(refs.endpointsRef, { metadata: { name: 'ext', labels: { mine: 'yes' } }, subsets });
  await advance(async () => (await slicesOf('ext')).length).toBe(1);
  const [slice] = await slicesOf('ext');
  expect(slice).toMatchObject({
    metadata: { labels: { mine: 'yes', 'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io' } },
    addressType: 'IPv4',
    ports: [{ name: 'p', port: 8080 }],
  });
  expect(slice?.endpoints?.map(({ addresses, conditions, hostname }) => [addresses[0], conditions?.ready, hostname])).toEqual([
    ['10.9.9.8', false, undefined],
    ['10.9.9.9', true, 'h'],
  ]);
  await cluster.client
    .resource(refs.endpointsRef)
    .patch('ext', 'default', { metadata: { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } } }, { type: 'merge' });
  await advance(async () => (await slicesOf('ext')).length).toBe(0);
});

test('token Secrets go with their account', async () => {
  await cluster.create(refs.serviceAccountsRef, { metadata: { name: 'bob' } });
  await cluster.create<Secret>(refs.secretsRef, {
    type: 'kubernetes.io/service-account-token',
    metadata: { name: 'bob-token', annotations: { 'kubernetes.io/service-account.name': 'bob' } },
  });
  await cluster.clock.advance(1000);
  expect(await cluster.client.resource(refs.secretsRef).find('bob-token', 'default')).toBeDefined();
  await cluster.client.resource(refs.serviceAccountsRef).delete('bob', 'default');
  await cluster.until<Secret>(refs.secretsRef, 'bob-token', (secret) => secret === undefined);
});

test('an ephemeral volume gets a claim that belongs to its pod', async () => {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  const pod = await cluster.create<Pod>(refs.podsRef, {
    metadata: { name: 'scratch' },
    spec: { containers: [{ name: 'main', image: 'x' }], volumes: [{ name: 'tmp', ephemeral: { volumeClaimTemplate: { spec } } }] },
  });
  const claim = await cluster.until<PersistentVolumeClaim>(refs.persistentVolumeClaimsRef, 'scratch-tmp', (found) => found !== undefined);
  expect(claim.metadata.ownerReferences).toMatchObject([{ kind: 'Pod', name: 'scratch', uid: pod.metadata.uid, controller: true }]);
});
