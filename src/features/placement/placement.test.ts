import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  configMapsRef,
  customResourceDefinitionsRef,
  deploymentsRef,
  jobsRef,
  roleBindingsRef,
  namespacesRef,
  persistentVolumeClaimsRef,
} from '../../api/refs.gen.ts';
import type { ResourceRef } from '../../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { clustersRef } from '../fleet/api/cluster.ts';
import type { Cluster } from '../fleet/api/cluster.ts';
import type { Placement } from './api/placement.ts';
import { overridePoliciesRef } from './api/override-policy.ts';
import { propagationPoliciesRef } from './api/propagation-policy.ts';
import { resourceBindingsRef } from './api/resource-binding.ts';
import type { ResourceBinding } from './api/resource-binding.ts';
import { startTestFleet } from './testing/fleet.ts';
import type { TestFleet } from './testing/fleet.ts';

let fleet: TestFleet;

beforeAll(async () => {
  fleet = await startTestFleet({ east: { region: 'eu' }, west: { region: 'us' }, north: { region: 'eu' } });
}, 60_000);

afterAll(() => fleet.stop(), 30_000);

interface Workload extends UnstructuredObject {
  spec: { replicas?: number; template: { spec: { containers: { image: string }[] } } };
  status?: { availableReplicas?: number; observedGeneration?: number; conditions?: { type: string; status: string }[] };
}

const deployment = (name: string, replicas: number, more: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default', labels: { app: name } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'app', image: 'registry.example.com/app:1' }], ...more },
    },
  },
});

const policy = (name: string, placement: Placement, more: object = {}): object => ({
  apiVersion: 'policy.karmada.io/v1alpha1',
  kind: 'PropagationPolicy',
  metadata: { name, namespace: 'default' },
  spec: { resourceSelectors: [{ apiVersion: 'apps/v1', kind: 'Deployment', name }], placement, ...more },
});

const at = (name: string) => ({ name, namespace: 'default' });
const divided: Placement['replicaScheduling'] = {
  replicaSchedulingType: 'Divided',
  replicaDivisionPreference: 'Weighted',
  weightPreference: { dynamicWeight: 'AvailableReplicas' },
};

const binding = (name: string, wanted: (found: ResourceBinding | undefined) => boolean): Promise<ResourceBinding> =>
  fleet.until<ResourceBinding>(fleet.hub, resourceBindingsRef, at(`${name}-deployment`), wanted);

const placed = (found: ResourceBinding | undefined): Record<string, number | undefined> =>
  Object.fromEntries((found?.spec.clusters ?? []).map(({ name, replicas }) => [name, replicas]));

test('a Deployment is divided, runs on the members, and its status comes back', async () => {
  await fleet.apply(propagationPoliciesRef, policy('shop', { replicaScheduling: divided }));
  await fleet.apply(deploymentsRef, deployment('shop', 6));
  const hubView = await fleet.until<Workload>(
    fleet.hub,
    deploymentsRef,
    at('shop'),
    (found) => found?.status?.availableReplicas === 6 && found.status.observedGeneration === found.metadata.generation,
  );
  expect(hubView.status?.conditions).toContainEqual(expect.objectContaining({ type: 'Available', status: 'True' }));
  expect(placed(await binding('shop', () => true))).toEqual({ east: 2, west: 2, north: 2 });
  const onEast = await fleet.member('east').resource<Workload>(deploymentsRef).get('shop', 'default');
  expect(onEast.spec.replicas).toBe(2);
});

test('scaling up divides only what is new; an image update reaches every member', async () => {
  await fleet.apply(propagationPoliciesRef, policy('grow', { replicaScheduling: divided }));
  await fleet.apply(deploymentsRef, deployment('grow', 3));
  const before = placed(
    await binding(
      'grow',
      (found) => found?.status?.conditions?.every(({ status }) => status === 'True') === true && placed(found)['east'] !== undefined,
    ),
  );
  await fleet.apply(deploymentsRef, deployment('grow', 5));
  const after = placed(
    await binding('grow', (found) => Object.values(placed(found)).reduce<number>((sum, value) => sum + (value ?? 0), 0) === 5),
  );
  for (const [cluster, replicas] of Object.entries(before)) expect(after[cluster]).toBeGreaterThanOrEqual(replicas ?? 0);
  const changed = deployment('grow', 5) as Workload;
  changed.spec.template.spec.containers[0]!.image = 'registry.example.com/app:2';
  await fleet.apply(deploymentsRef, changed);
  for (const name of Object.keys(after)) {
    await fleet.until<Workload>(
      fleet.member(name),
      deploymentsRef,
      at('grow'),
      (found) => found?.spec.template.spec.containers[0]?.image === 'registry.example.com/app:2',
    );
  }
});

test('static weights divide exactly', async () => {
  const staticWeightList = [
    { targetCluster: { clusterNames: ['east'] }, weight: 3 },
    { targetCluster: { clusterNames: ['west'] }, weight: 1 },
  ];
  await fleet.apply(
    propagationPoliciesRef,
    policy('weighted', { replicaScheduling: { ...divided, weightPreference: { staticWeightList } } }),
  );
  await fleet.apply(deploymentsRef, deployment('weighted', 8));
  expect(placed(await binding('weighted', (found) => (found?.spec.clusters?.length ?? 0) > 0))).toEqual({ east: 6, west: 2 });
});

test('overrides change what a member gets, and a failing one fails that cluster only', async () => {
  await fleet.apply(overridePoliciesRef, {
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'OverridePolicy',
    metadata: { name: 'mirror', namespace: 'default' },
    spec: {
      resourceSelectors: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'mirrored' }],
      overrideRules: [
        {
          targetCluster: { clusterNames: ['east'] },
          overriders: { imageOverrider: [{ component: 'Registry', operator: 'replace', value: 'mirror.local' }] },
        },
        {
          targetCluster: { clusterNames: ['west'] },
          overriders: { plaintext: [{ path: '/spec/absent/field', operator: 'replace', value: 1 }] },
        },
      ],
    },
  });
  await fleet.apply(propagationPoliciesRef, policy('mirrored', { clusterAffinity: { clusterNames: ['east', 'west'] } }));
  await fleet.apply(deploymentsRef, deployment('mirrored', 1));
  await fleet.until<Workload>(
    fleet.member('east'),
    deploymentsRef,
    at('mirrored'),
    (found) => found?.spec.template.spec.containers[0]?.image === 'mirror.local/app:1',
  );
  const failed = await binding(
    'mirrored',
    (found) => found?.status?.aggregatedStatus?.some(({ clusterName, applied }) => clusterName === 'west' && applied === false) === true,
  );
  expect(failed.status?.aggregatedStatus?.find(({ clusterName }) => clusterName === 'west')?.appliedMessage).toMatch(
    /override policy mirror on cluster west: .*absent/,
  );
});

test('what cannot be placed says why, cluster by cluster', async () => {
  await fleet.apply(propagationPoliciesRef, policy('nowhere', { clusterAffinity: { labelSelector: { matchLabels: { tier: 'none' } } } }));
  await fleet.apply(deploymentsRef, deployment('nowhere', 1));
  const found = await binding('nowhere', (object) => object?.status?.conditions?.some(({ type }) => type === 'Scheduled') === true);
  expect(found.status?.conditions?.find(({ type }) => type === 'Scheduled')).toMatchObject({
    status: 'False',
    reason: 'NoClusterFit',
    message: expect.stringMatching(/^0\/3 clusters are available: 3 cluster\(s\) did not match .* east: .*; north: .*; west: /) as string,
  });
});

test('dependencies follow the workload and leave with it', async () => {
  await fleet.apply(configMapsRef, { apiVersion: 'v1', kind: 'ConfigMap', metadata: at('needs-settings'), data: { a: '1' } });
  await fleet.apply(propagationPoliciesRef, policy('needs', { clusterAffinity: { clusterNames: ['north'] } }, { propagateDeps: true }));
  await fleet.apply(deploymentsRef, deployment('needs', 1, { volumes: [{ name: 'v', configMap: { name: 'needs-settings' } }] }));
  await fleet.until(fleet.member('north'), configMapsRef, at('needs-settings'), (found) => found !== undefined);
  expect(await fleet.member('east').resource(configMapsRef).find('needs-settings', 'default')).toBeUndefined();
  await fleet.hub.resource(deploymentsRef).delete('needs', 'default');
  await fleet.until(fleet.member('north'), deploymentsRef, at('needs'), (found) => found === undefined);
  await fleet.until(fleet.member('north'), configMapsRef, at('needs-settings'), (found) => found === undefined);
});

test('a dependency is overwritten on the member when the policy of the workload says so', async () => {
  const settings = (value: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: at('brought'), data: { value } });
  await fleet.member('north').resource(configMapsRef).create(settings('the member’s'));
  await fleet.apply(configMapsRef, settings('the hub’s'));
  const more = { propagateDeps: true, conflictResolution: 'Overwrite' };
  await fleet.apply(propagationPoliciesRef, policy('brings', { clusterAffinity: { clusterNames: ['north'] } }, more));
  await fleet.apply(deploymentsRef, deployment('brings', 1, { volumes: [{ name: 'v', configMap: { name: 'brought' } }] }));
  await fleet.until<UnstructuredObject & { data: { value: string } }>(
    fleet.member('north'),
    configMapsRef,
    at('brought'),
    (found) => found?.data.value === 'the hub’s',
  );
});

test('a suspended policy sends nothing, and all of it once it is not suspended any more', async () => {
  const placement: Placement = { clusterAffinity: { clusterNames: ['east'] } };
  await fleet.hub.resource(propagationPoliciesRef).create(policy('halted', placement, { suspension: { dispatching: true } }) as never);
  await fleet.apply(deploymentsRef, deployment('halted', 1));
  await binding('halted', (found) => found?.status?.conditions?.some(({ type }) => type === 'FullyApplied') === true);
  expect(await fleet.member('east').resource(deploymentsRef).find('halted', 'default')).toBeUndefined();
  await fleet.hub.resource(propagationPoliciesRef).patch('halted', 'default', { spec: { suspension: null } }, { type: 'merge' });
  await fleet.until(fleet.member('east'), deploymentsRef, at('halted'), (found) => found !== undefined);
});

test('a claim that the member has bound stays applied', async () => {
  const ref = persistentVolumeClaimsRef;
  await fleet.apply(propagationPoliciesRef, {
    ...policy('claims', {}),
    spec: {
      resourceSelectors: [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim' }],
      placement: { clusterAffinity: { clusterNames: ['east'] } },
    },
  });
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: at('data') };
  await fleet.apply(ref, { ...claim, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } });
  const bound = (found: (UnstructuredObject & { status?: { phase?: string } }) | undefined): boolean => found?.status?.phase === 'Bound';
  await fleet.until(fleet.member('east'), ref, at('data'), bound);
  await fleet.until(fleet.hub, ref, at('data'), bound);
  const key = { name: 'data-persistentvolumeclaim', namespace: 'default' };
  const applied = (found: ResourceBinding | undefined): boolean => found?.status?.aggregatedStatus?.[0]?.applied === true;
  await fleet.until<ResourceBinding>(fleet.hub, resourceBindingsRef, key, applied);
});

test('a finished Job is removed everywhere when its time is over, and not run again', async () => {
  await fleet.apply(propagationPoliciesRef, {
    ...policy('jobs', {}),
    spec: { resourceSelectors: [{ apiVersion: 'batch/v1', kind: 'Job' }], placement: { clusterAffinity: { clusterNames: ['east'] } } },
  });
  await fleet.apply(jobsRef, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: at('once'),
    spec: {
      ttlSecondsAfterFinished: 1,
      template: {
        metadata: { annotations: { 'simulation.causeway.dev/run-seconds': '0' } },
        spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'app:1' }] },
      },
    },
  });
  const onMember = await fleet.until(fleet.member('east'), jobsRef, at('once'), (found) => found !== undefined);
  expect((onMember as UnstructuredObject)['spec']).not.toHaveProperty('ttlSecondsAfterFinished');
  await fleet.until(fleet.hub, jobsRef, at('once'), (found) => found === undefined);
  await fleet.until(fleet.member('east'), jobsRef, at('once'), (found) => found === undefined);
});

test('a claim template of the hub can be deleted', async () => {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  await fleet.apply(persistentVolumeClaimsRef, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: at('unused'), spec });
  await fleet.hub.resource(persistentVolumeClaimsRef).delete('unused', 'default');
  await fleet.until(fleet.hub, persistentVolumeClaimsRef, at('unused'), (found) => found === undefined);
});

test('a role binding is propagated, whatever it grants', async () => {
  await fleet.apply(propagationPoliciesRef, {
    ...policy('grants', {}),
    spec: {
      resourceSelectors: [{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' }],
      placement: { clusterAffinity: { clusterNames: ['east'] } },
    },
  });
  await fleet.apply(roleBindingsRef, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: at('viewers'),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'viewers' }],
  });
  await fleet.until(fleet.member('east'), roleBindingsRef, at('viewers'), (found) => found !== undefined);
});

test('drift on a member is put right, labels of others stay, and labels that the template drops go', async () => {
  await fleet.apply(propagationPoliciesRef, policy('drift', { clusterAffinity: { clusterNames: ['east'] } }));
  const labelled = deployment('drift', 1) as Workload;
  labelled.metadata.labels = { app: 'drift', extra: 'yes' };
  await fleet.apply(deploymentsRef, labelled);
  const member = fleet.member('east');
  await fleet.until(member, deploymentsRef, at('drift'), (found) => found?.metadata.labels?.['extra'] === 'yes');
  await member
    .resource(deploymentsRef)
    .patch('drift', 'default', { metadata: { labels: { local: 'mine' } }, spec: { replicas: 5 } }, { type: 'merge' });
  await fleet.until<Workload>(member, deploymentsRef, at('drift'), (found) => found?.spec.replicas === 1);
  await fleet.apply(deploymentsRef, deployment('drift', 1));
  const after = await fleet.until(member, deploymentsRef, at('drift'), (found) => found?.metadata.labels?.['extra'] === undefined);
  expect(after.metadata.labels?.['local']).toBe('mine');
});

test('an object that is there and not managed is refused, until the policy overwrites', async () => {
  const own = deployment('taken', 1) as Workload;
  await fleet.member('east').resource(deploymentsRef).create(own);
  await fleet.apply(propagationPoliciesRef, policy('taken', { clusterAffinity: { clusterNames: ['east'] } }));
  await fleet.apply(deploymentsRef, deployment('taken', 3));
  const refused = await binding(
    'taken',
    (found) => found?.status?.aggregatedStatus?.some(({ appliedMessage }) => appliedMessage !== undefined) === true,
  );
  expect(refused.status?.aggregatedStatus?.[0]?.appliedMessage).toContain('is not managed: set conflictResolution to Overwrite');
  await fleet.apply(
    propagationPoliciesRef,
    policy('taken', { clusterAffinity: { clusterNames: ['east'] } }, { conflictResolution: 'Overwrite' }),
  );
  await fleet.until<Workload>(fleet.member('east'), deploymentsRef, at('taken'), (found) => found?.spec.replicas === 3);
});

test('deleting a policy takes its claim away and leaves what runs', async () => {
  await fleet.apply(propagationPoliciesRef, policy('kept', { clusterAffinity: { clusterNames: ['west'] } }));
  await fleet.apply(deploymentsRef, deployment('kept', 1));
  await fleet.until(fleet.member('west'), deploymentsRef, at('kept'), (found) => found !== undefined);
  await fleet.hub.resource(propagationPoliciesRef).delete('kept', 'default');
  await fleet.until(
    fleet.hub,
    deploymentsRef,
    at('kept'),
    (found) => found?.metadata.annotations?.['propagationpolicy.karmada.io/name'] === undefined,
  );
  expect(await fleet.member('west').resource(deploymentsRef).find('kept', 'default')).toBeDefined();
});

test('a kind of a CustomResourceDefinition is propagated and divided like a workload', async () => {
  const ref: ResourceRef = { group: 'example.dev', version: 'v1', resource: 'workers', kind: 'Worker', namespaced: true };
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'workers.example.dev' },
    spec: {
      group: 'example.dev',
      scope: 'Namespaced',
      names: { kind: 'Worker', plural: 'workers' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, subresources: { status: {} } }],
    },
  };
  for (const client of [fleet.hub, fleet.member('east'), fleet.member('west')]) {
    await client.resource(customResourceDefinitionsRef).create(definition);
    await fleet.until<UnstructuredObject & { status?: { conditions?: { type: string; status: string }[] } }>(
      client,
      customResourceDefinitionsRef,
      { name: 'workers.example.dev' },
      (found) => found?.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') === true,
    );
  }
  const servesWorkers = (found: Cluster | undefined): boolean =>
    found?.status?.apiEnablements?.some(({ groupVersion }) => groupVersion === 'example.dev/v1') === true;
  for (const name of ['east', 'west']) await fleet.until<Cluster>(fleet.hub, clustersRef, { name }, servesWorkers);
  const replicaScheduling: Placement['replicaScheduling'] = { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Weighted' };
  await fleet.apply(propagationPoliciesRef, {
    ...policy('workers', {}),
    spec: {
      resourceSelectors: [{ apiVersion: 'example.dev/v1', kind: 'Worker' }],
      placement: { clusterAffinity: { clusterNames: ['east', 'west'] }, replicaScheduling },
    },
  });
  await fleet.apply(ref, { apiVersion: 'example.dev/v1', kind: 'Worker', metadata: at('dig'), spec: { replicas: 4 } });
  for (const name of ['east', 'west']) {
    await fleet.until<UnstructuredObject & { spec: { replicas: number } }>(
      fleet.member(name),
      ref,
      at('dig'),
      (found) => found?.spec.replicas === 2,
    );
  }
});

test('namespaces of the hub exist on every member, and go with it', async () => {
  await fleet.apply(namespacesRef, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', labels: { team: 'a' } } });
  for (const name of ['east', 'west', 'north'])
    await fleet.until(fleet.member(name), namespacesRef, { name: 'team' }, (found) => found?.metadata.labels?.['team'] === 'a');
  await fleet.hub.resource(namespacesRef).delete('team', undefined);
  for (const name of ['east', 'west', 'north'])
    await fleet.until(fleet.member(name), namespacesRef, { name: 'team' }, (found) => found === undefined);
});

describe('failover', () => {
  test('moves a workload off a cluster where it stays unhealthy, when its policy says so', async () => {
    await fleet.apply(overridePoliciesRef, {
      apiVersion: 'policy.karmada.io/v1alpha1',
      kind: 'OverridePolicy',
      metadata: { name: 'ailing', namespace: 'default' },
      spec: {
        resourceSelectors: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'ailing' }],
        overrideRules: [
          {
            targetCluster: { clusterNames: ['east'] },
            overriders: { imageOverrider: [{ component: 'Tag', operator: 'replace', value: 'non-existent' }] },
          },
        ],
      },
    });
    const clusterAffinities = ['east', 'west'].map((name) => ({ affinityName: name, clusterNames: [name] }));
    const application = { decisionConditions: { tolerationSeconds: 1 }, purgeMode: 'Directly' };
    await fleet.apply(propagationPoliciesRef, policy('ailing', { clusterAffinities }, { failover: { application } }));
    await fleet.apply(deploymentsRef, deployment('ailing', 1));
    await fleet.until<Workload>(fleet.member('west'), deploymentsRef, at('ailing'), (found) => found?.status?.availableReplicas === 1);
    await fleet.until(fleet.member('east'), deploymentsRef, at('ailing'), (found) => found === undefined);
    await binding('ailing', (found) => placed(found)['west'] === 1 && (found?.spec.gracefulEvictionTasks ?? []).length === 0);
  });

  test('moves replicas off a member that fails; when it comes back there are no duplicates', async () => {
    await fleet.apply(propagationPoliciesRef, policy('survivor', { replicaScheduling: divided }));
    await fleet.apply(deploymentsRef, deployment('survivor', 6));
    await fleet.until<Workload>(fleet.hub, deploymentsRef, at('survivor'), (found) => found?.status?.availableReplicas === 6);
    expect(placed(await binding('survivor', () => true))['west']).toBe(2);
    fleet.cutOff('west');
    // Evicted first, then divided anew.
    const moved = await binding(
      'survivor',
      (found) =>
        placed(found)['west'] === undefined && Object.values(placed(found)).reduce<number>((sum, value) => sum + (value ?? 0), 0) === 6,
    );
    expect(Object.keys(placed(moved))).toHaveLength(2);
    await binding('survivor', (found) => (found?.spec.gracefulEvictionTasks ?? []).length === 0);
    fleet.reconnect('west');
    await fleet.until(fleet.member('west'), deploymentsRef, at('survivor'), (found) => found === undefined);
    const total = await fleet.until<Workload>(fleet.hub, deploymentsRef, at('survivor'), (found) => found?.status?.availableReplicas === 6);
    expect(total.status?.availableReplicas).toBe(6);
  });

  test('the only possible member keeps its work when it comes back', async () => {
    await fleet.apply(propagationPoliciesRef, policy('loyal', { clusterAffinity: { clusterNames: ['west'] } }));
    await fleet.apply(deploymentsRef, deployment('loyal', 1));
    const before = await fleet.until(fleet.member('west'), deploymentsRef, at('loyal'), (found) => found !== undefined);
    fleet.cutOff('west');
    await binding(
      'loyal',
      (found) => found?.status?.conditions?.some(({ type, status }) => type === 'Scheduled' && status === 'False') === true,
    );
    fleet.reconnect('west');
    await binding('loyal', (found) => placed(found)['west'] === 1 && (found?.spec.gracefulEvictionTasks ?? []).length === 0);
    const after = await fleet.member('west').resource(deploymentsRef).get('loyal', 'default');
    expect(after.metadata.uid).toBe(before.metadata.uid);
  });
});
