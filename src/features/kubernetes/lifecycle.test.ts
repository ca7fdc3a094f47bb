import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReplicaSet, StatefulSet } from '../../api/apps/types.gen.ts';
import type { CertificateSigningRequest } from '../../api/certificates/types.gen.ts';
import type { ConfigMap, Event, Namespace, Node, PersistentVolumeClaim, Pod, Secret } from '../../api/core/types.gen.ts';
import type { ClusterRole } from '../../api/rbac/types.gen.ts';
import * as refs from '../../api/refs.gen.ts';
import { createCertificateRequest } from '../../apimachinery/x509/certificate-request.ts';
import type { ResourceRef } from '../../apimachinery/meta/group-version.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { podTemplate, startTestCluster } from './testing/cluster.ts';
import type { TestCluster } from './testing/cluster.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster();
}, 30_000);
afterAll(() => cluster.stop());

const gone = (object: unknown): boolean => object === undefined;
const replicaSet = (name: string, replicas: number) => ({
  metadata: { name },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: podTemplate(name) },
});
const podsOf = async (app: string): Promise<readonly Pod[]> =>
  (await cluster.client.resource<Pod>(refs.podsRef).list({ namespace: 'default', labelSelector: `app=${app}` })).items;

test('a namespace gets its service account and root CA, and is emptied when it is deleted, custom resources included', async () => {
  const group = 'test.causeway.dev';
  await cluster.create(refs.customResourceDefinitionsRef, {
    metadata: { name: `things.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  });
  await cluster.until<KubeObject & { status?: { conditions?: { type: string; status: string }[] } }>(
    refs.customResourceDefinitionsRef,
    `things.${group}`,
    (crd) => Boolean(crd?.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True')),
  );
  const thingsRef: ResourceRef = { group, version: 'v1', resource: 'things', kind: 'Thing', namespaced: true };
  await cluster.create(refs.namespacesRef, { metadata: { name: 'room' } });
  const configMaps = cluster.client.resource<ConfigMap>(refs.configMapsRef);
  await expect
    .poll(() => configMaps.find('kube-root-ca.crt', 'room').then((found) => found?.data?.['ca.crt']))
    .toContain('BEGIN CERTIFICATE');
  await expect
    .poll(
      () =>
        cluster.client
          .resource(refs.serviceAccountsRef)
          .find('default', 'room')
          .then((found) => found?.metadata.name),
      { timeout: 15_000 },
    )
    .toBe('default');
  await cluster.client
    .resource(thingsRef)
    .create({ apiVersion: `${group}/v1`, kind: 'Thing', metadata: { name: 'one', namespace: 'room' } });
  await cluster.create(refs.deploymentsRef, {
    metadata: { name: 'web', namespace: 'room' },
    spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: podTemplate('web') },
  });
  await expect
    .poll(
      () =>
        cluster.client
          .resource(refs.podsRef)
          .list({ namespace: 'room' })
          .then(({ items }) => items.length),
      { timeout: 15_000 },
    )
    .toBe(2);
  await cluster.client.resource(refs.namespacesRef).delete('room', undefined);
  await cluster.until<Namespace>(refs.namespacesRef, 'room', gone);
  expect((await cluster.client.resource(thingsRef).list()).items).toEqual([]);
});

test('background deletion takes the dependents along', async () => {
  await cluster.create(refs.replicaSetsRef, replicaSet('back', 2));
  await cluster.until<ReplicaSet>(refs.replicaSetsRef, 'back', (set) => set?.status?.readyReplicas === 2);
  await cluster.client.resource(refs.replicaSetsRef).delete('back', 'default', { propagationPolicy: 'Background' });
  await expect.poll(() => podsOf('back').then(({ length }) => length)).toBe(0);
});

test('foreground deletion keeps the owner until its dependents are gone', async () => {
  await cluster.create(refs.replicaSetsRef, replicaSet('front', 2));
  await cluster.until<ReplicaSet>(refs.replicaSetsRef, 'front', (set) => set?.status?.readyReplicas === 2);
  await cluster.client.resource(refs.replicaSetsRef).delete('front', 'default', { propagationPolicy: 'Foreground' });
  await cluster.until<ReplicaSet>(refs.replicaSetsRef, 'front', gone);
  expect(await podsOf('front')).toEqual([]);
});

test('orphaned dependents stay without an owner, and are adopted by who selects them', async () => {
  await cluster.create(refs.replicaSetsRef, replicaSet('lone', 2));
  await cluster.until<ReplicaSet>(refs.replicaSetsRef, 'lone', (set) => set?.status?.readyReplicas === 2);
  await cluster.client.resource(refs.replicaSetsRef).delete('lone', 'default', { propagationPolicy: 'Orphan' });
  await cluster.until<ReplicaSet>(refs.replicaSetsRef, 'lone', gone);
  const orphans = await podsOf('lone');
  expect(orphans.map(({ metadata }) => metadata.ownerReferences ?? [])).toEqual([[], []]);
  await cluster.create(refs.replicaSetsRef, replicaSet('lone', 2));
  await cluster.until<ReplicaSet>(refs.replicaSetsRef, 'lone', (set) => set?.status?.readyReplicas === 2);
  expect((await podsOf('lone')).map(({ metadata }) => metadata.name).toSorted()).toEqual(
    orphans.map(({ metadata }) => metadata.name).toSorted(),
  );
});

test.each(['Background', 'Foreground', 'Orphan'] as const)('owners that nobody else watches, deleted: %s', async (propagationPolicy) => {
  const configMaps = cluster.client.resource<ConfigMap>(refs.configMapsRef);
  const [owner, ward] = [`owner-${propagationPolicy.toLowerCase()}`, `ward-${propagationPolicy.toLowerCase()}`];
  const { uid } = (await cluster.create(refs.configMapsRef, { metadata: { name: owner } })).metadata;
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: owner, uid, blockOwnerDeletion: true };
  await cluster.create(refs.secretsRef, { metadata: { name: ward, ownerReferences: [reference] } });
  await configMaps.delete(owner, 'default', { propagationPolicy });
  await cluster.until(refs.configMapsRef, owner, gone);
  if (propagationPolicy === 'Orphan') {
    await cluster.until<Secret>(refs.secretsRef, ward, (secret) => secret?.metadata.ownerReferences === undefined);
  } else {
    await cluster.until(refs.secretsRef, ward, gone);
  }
});

test('an object whose owner never existed is collected', async () => {
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: '00000000-0000-0000-0000-000000000000' }];
  await cluster.create(refs.configMapsRef, { metadata: { name: 'stray', ownerReferences } });
  await cluster.until<ConfigMap>(refs.configMapsRef, 'stray', gone);
});

test('claims of a StatefulSet are bound to simulated volumes and survive scaling down', async () => {
  const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };
  await cluster.until(refs.storageClassesRef, 'simulated', (found) => found !== undefined);
  await cluster.create(refs.statefulSetsRef, {
    metadata: { name: 'disk' },
    spec: {
      serviceName: 'disk',
      replicas: 2,
      selector: { matchLabels: { app: 'disk' } },
      template: podTemplate('disk'),
      volumeClaimTemplates: [claim],
    },
  });
  await cluster.until<StatefulSet>(refs.statefulSetsRef, 'disk', (set) => set?.status?.readyReplicas === 2);
  await cluster.client.resource(refs.statefulSetsRef).patch('disk', 'default', { spec: { replicas: 1 } }, { type: 'merge' });
  await cluster.until<StatefulSet>(refs.statefulSetsRef, 'disk', (set) => set?.status?.replicas === 1);
  expect(await cluster.client.resource<PersistentVolumeClaim>(refs.persistentVolumeClaimsRef).get('data-disk-1', 'default')).toMatchObject({
    status: { phase: 'Bound' },
  });
  await cluster.client.resource(refs.persistentVolumeClaimsRef).delete('data-disk-1', 'default');
  await cluster.until<PersistentVolumeClaim>(refs.persistentVolumeClaimsRef, 'data-disk-1', gone);
});

test('a claim that waits for its first consumer is provisioned once a pod has a node', async () => {
  await cluster.create(refs.storageClassesRef, {
    metadata: { name: 'later' },
    provisioner: 'simulation.causeway.dev/volumes',
    volumeBindingMode: 'WaitForFirstConsumer',
  });
  await cluster.create(refs.persistentVolumeClaimsRef, {
    metadata: { name: 'patient' },
    spec: { storageClassName: 'later', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  });
  await expect
    .poll(async () =>
      (await cluster.client.resource<Event>(refs.eventsRef).list({ namespace: 'default' })).items.map(({ reason }) => reason),
    )
    .toContain('WaitForFirstConsumer');
  expect(
    (await cluster.client.resource<PersistentVolumeClaim>(refs.persistentVolumeClaimsRef).get('patient', 'default')).spec?.volumeName,
  ).toBeUndefined();
  await cluster.create(refs.podsRef, {
    metadata: { name: 'consumer' },
    spec: { containers: [{ name: 'main', image: 'x' }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'patient' } }] },
  });
  const pod = await cluster.until<Pod>(refs.podsRef, 'consumer', (found) => found?.status?.phase === 'Running');
  const claim = await cluster.client.resource<PersistentVolumeClaim>(refs.persistentVolumeClaimsRef).get('patient', 'default');
  expect(claim.status?.phase).toBe('Bound');
  expect(claim.metadata.annotations?.['volume.kubernetes.io/selected-node']).toBe(pod.spec.nodeName);
});

test('an aggregated role has the rules of those it selects', async () => {
  const rule = { apiGroups: ['example.com'], resources: ['widgets'], verbs: ['get'] };
  await cluster.create(refs.clusterRolesRef, { metadata: { name: 'part', labels: { 'rbac.example.com/whole': 'true' } }, rules: [rule] });
  await cluster.create(refs.clusterRolesRef, {
    metadata: { name: 'whole' },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'rbac.example.com/whole': 'true' } }] },
    rules: [],
  });
  await cluster.until<ClusterRole>(refs.clusterRolesRef, 'whole', (role) => role?.rules?.length === 1);
});

test('an approved certificate request is signed', async () => {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = createCertificateRequest({ subject: { commonName: 'jane' } }, keys);
  const request = Buffer.from(typeof pem === 'string' ? pem : Buffer.from(pem)).toString('base64');
  const created = await cluster.create<CertificateSigningRequest>(refs.certificateSigningRequestsRef, {
    metadata: { name: 'jane' },
    spec: { request, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] },
  });
  const conditions = [{ type: 'Approved', status: 'True', reason: 'Test', message: '' }];
  await cluster.client
    .resource<CertificateSigningRequest>(refs.certificateSigningRequestsRef)
    .updateSubresource('jane', undefined, 'approval', { ...created, status: { conditions } });
  const signed = await cluster.until<CertificateSigningRequest>(refs.certificateSigningRequestsRef, 'jane', (csr) =>
    Boolean(csr?.status?.certificate),
  );
  expect(Buffer.from(signed.status?.certificate ?? '', 'base64').toString()).toContain('BEGIN CERTIFICATE');
});

test('pods leave a node that gets a NoExecute taint they do not tolerate', async () => {
  await cluster.create(refs.replicaSetsRef, replicaSet('flee', 3));
  await cluster.until<ReplicaSet>(refs.replicaSetsRef, 'flee', (set) => set?.status?.readyReplicas === 3);
  const node = (await podsOf('flee'))[0]?.spec.nodeName ?? '';
  await cluster.client
    .resource<Node>(refs.nodesRef)
    .patch(node, undefined, { spec: { taints: [{ key: 'broken', effect: 'NoExecute' }] } }, { type: 'merge' });
  await expect.poll(async () => (await podsOf('flee')).every(({ spec }) => spec.nodeName && spec.nodeName !== node)).toBe(true);
  await cluster.client.resource<Node>(refs.nodesRef).patch(node, undefined, { spec: { taints: null } }, { type: 'merge' });
});

test('a more important pod takes the place of a less important one', async () => {
  await cluster.create(refs.priorityClassesRef, { metadata: { name: 'high' }, value: 1000 });
  const filler = (name: string, priorityClassName?: string) => ({
    metadata: { name, labels: { app: 'fill' } },
    spec: {
      ...(priorityClassName ? { priorityClassName } : {}),
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', image: 'x', resources: { requests: { memory: '20Gi' } } }],
    },
  });
  for (const name of ['fill-1', 'fill-2', 'fill-3']) await cluster.create(refs.podsRef, filler(name));
  for (const name of ['fill-1', 'fill-2', 'fill-3'])
    await cluster.until<Pod>(refs.podsRef, name, (pod) => pod?.status?.phase === 'Running');
  await cluster.create(refs.podsRef, filler('vip', 'high'));
  await cluster.until<Pod>(refs.podsRef, 'vip', (pod) => pod?.status?.phase === 'Running');
  expect((await podsOf('fill')).map(({ metadata }) => metadata.name)).toHaveLength(3);
});

test('objects that own each other in a circle go together', async () => {
  const names = ['ring-a', 'ring-b', 'ring-c'];
  const configMaps = cluster.client.resource(refs.configMapsRef);
  const made = [];
  for (const name of names) made.push(await cluster.create(refs.configMapsRef, { metadata: { name } }));
  for (const [index, name] of names.entries()) {
    const owner = made[(index + 2) % 3]?.metadata;
    const reference = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: owner?.name,
      uid: owner?.uid,
      controller: true,
      blockOwnerDeletion: true,
    };
    await configMaps.patch(name, 'default', { metadata: { ownerReferences: [reference] } }, { type: 'merge' });
  }
  await configMaps.delete('ring-a', 'default', { propagationPolicy: 'Foreground' });
  for (const name of names) await cluster.until(refs.configMapsRef, name, (object) => object === undefined);
});
