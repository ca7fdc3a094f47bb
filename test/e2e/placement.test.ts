import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubectlUnsupported } from './kubectl.ts';
import { eventually } from './support/eventually.ts';
import { createFleet } from './support/fleet.ts';

const members = ['east', 'north', 'west'] as const;

const deployment = (name: string, replicas: number, image = 'example.com/app:1', extra = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: demo, labels: { app: ${name} } }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers: [{ name: app, image: "${image}" }]
${extra}`;

const policy = (name: string, placement: string, extra = ''): string => `
apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: { name: ${name}, namespace: demo }
spec:
  resourceSelectors: [{ apiVersion: apps/v1, kind: Deployment, name: ${name} }]
  placement: ${placement}
${extra}`;

const staticWeights = (weights: Record<string, number>): string => {
  const list = Object.entries(weights).map(([name, weight]) => ({ targetCluster: { clusterNames: [name] }, weight }));
  const scheduling = {
    replicaSchedulingType: 'Divided',
    replicaDivisionPreference: 'Weighted',
    weightPreference: { staticWeightList: list },
  };
  return JSON.stringify({ replicaScheduling: scheduling });
};

const everywhere = (value: string): Record<string, string> => Object.fromEntries(members.map((member) => [member, value]));

describe.skipIf(kubectlUnsupported() !== undefined)('placement, by kubectl', () => {
  const fleet = createFleet();
  const { hub, on } = fleet;
  const demo = ['-n', 'demo'] as const;
  beforeAll(async () => {
    await fleet.up();
    await hub.ok(['create', 'namespace', 'demo']);
  });
  afterAll(() => fleet.close());

  /** What jsonpath finds in the object on each member; '' where it is not. */
  const perMember = async (kind: string, name: string, template: string): Promise<Record<string, string>> =>
    Object.fromEntries(
      await Promise.all(
        members.map(
          async (member) => [member, (await on(member).run([...demo, 'get', kind, name, '-o', `jsonpath=${template}`])).stdout] as const,
        ),
      ),
    );
  const replicas = (name: string) => perMember('deployment', name, '{.spec.replicas}/{.status.readyReplicas}');

  test('Duplicated, scaled and given a new image', async () => {
    await hub.apply(deployment('web', 2));
    await hub.apply(policy('web', '{ clusterAffinity: {} }'));
    await eventually(async () => expect(await replicas('web')).toEqual(everywhere('2/2')));
    await hub.ok([...demo, 'scale', 'deployment/web', '--replicas=3']);
    await eventually(async () => expect(await replicas('web')).toEqual(everywhere('3/3')));
    await hub.ok([...demo, 'set', 'image', 'deployment/web', 'app=example.com/app:2']);
    expect(await hub.ok([...demo, 'rollout', 'status', 'deployment/web', '--timeout=60s'])).toContain('successfully rolled out');
    expect(await perMember('deployment', 'web', '{.spec.template.spec.containers[0].image}')).toEqual(everywhere('example.com/app:2'));
    await eventually(async () => {
      const { metadata, status } = await hub.json<{ metadata: { generation: number }; status: Record<string, number> }>(
        ...demo,
        'get',
        'deployment',
        'web',
      );
      expect(status).toMatchObject({ replicas: 9, availableReplicas: 9, observedGeneration: metadata.generation });
    });
  });

  test('a policy that becomes Divided moves replicas; static weights are exact', async () => {
    await hub.apply(policy('web', staticWeights({ east: 1, west: 2 })));
    await eventually(async () => expect(await replicas('web')).toEqual({ east: '1/1', north: '', west: '2/2' }));
    await hub.ok([...demo, 'scale', 'deployment/web', '--replicas=7']);
    await eventually(async () => expect(await replicas('web')).toEqual({ east: '2/2', north: '', west: '5/5' }));
    await hub.apply(policy('web', staticWeights({ east: 3, north: 2, west: 2 })));
    await eventually(async () => expect(await replicas('web')).toEqual({ east: '3/3', north: '2/2', west: '2/2' }));
    expect(await hub.ok([...demo, 'rollout', 'status', 'deployment/web', '--timeout=60s'])).toContain('successfully rolled out');
  });

  test('a deleted policy leaves what runs on the members; a deleted template takes it away', async () => {
    await hub.ok([...demo, 'delete', 'propagationpolicy', 'web']);
    await eventually(async () =>
      expect(await hub.path('{.metadata.labels}', ...demo, 'get', 'deployment', 'web')).not.toContain('propagationpolicy'),
    );
    expect(await replicas('web')).toEqual({ east: '3/3', north: '2/2', west: '2/2' });
    await hub.ok([...demo, 'delete', 'deployment', 'web']);
    await eventually(async () => {
      expect(await replicas('web')).toEqual(everywhere(''));
      for (const member of members) expect(await on(member).ok([...demo, 'get', 'replicasets,pods', '-o', 'name'])).toBe('');
    });
    expect(await hub.ok([...demo, 'get', 'resourcebindings', '-o', 'name'])).toBe('');
    expect(await hub.ok(['get', 'works', '-A', '-o', 'name'])).not.toContain('web');
  });

  test('what is changed or deleted on a member is put right', async () => {
    await hub.apply(deployment('drift', 1));
    await hub.apply(policy('drift', '{ clusterAffinity: {} }'));
    await eventually(async () => expect(await replicas('drift')).toEqual(everywhere('1/1')));
    await on('east').ok([...demo, 'set', 'image', 'deployment/drift', 'app=example.com/other:9']);
    await on('west').ok([...demo, 'scale', 'deployment/drift', '--replicas=5']);
    await on('north').ok([...demo, 'delete', 'deployment', 'drift']);
    await on('east').ok([...demo, 'annotate', 'deployment/drift', 'member.example.com/note=mine']);
    await eventually(async () => {
      expect(await perMember('deployment', 'drift', '{.spec.template.spec.containers[0].image}')).toEqual(everywhere('example.com/app:1'));
      expect(await replicas('drift')).toEqual(everywhere('1/1'));
    });
    expect(await on('east').path('{.metadata.annotations.member\\.example\\.com/note}', ...demo, 'get', 'deployment', 'drift')).toBe(
      'mine',
    );
  });

  test('an object that is not ours is left alone, until Overwrite is said', async () => {
    await on('west').apply(deployment('taken', 1, 'example.com/theirs:1'));
    await hub.apply(deployment('taken', 1));
    await hub.apply(policy('taken', '{ clusterAffinity: {} }'));
    await eventually(async () => {
      expect(await perMember('deployment', 'taken', '{.spec.template.spec.containers[0].image}')).toEqual({
        east: 'example.com/app:1',
        north: 'example.com/app:1',
        west: 'example.com/theirs:1',
      });
      const { stdout } = await fleet.causeway('status');
      expect(stdout).toMatch(/taken +east 1, north 1, west 1 \(not applied\) +west: .*(conflict|already exists|not managed)/i);
    });
    await hub.apply(policy('taken', '{ clusterAffinity: {} }', '  conflictResolution: Overwrite\n'));
    await eventually(async () =>
      expect(await perMember('deployment', 'taken', '{.spec.template.spec.containers[0].image}')).toEqual(everywhere('example.com/app:1')),
    );
  });

  test('what a workload refers to follows it with propagateDeps', async () => {
    const uses =
      '      volumes: [{ name: c, configMap: { name: settings } }]\n      imagePullSecrets: [{ name: pull }]\n      serviceAccountName: runner\n';
    await hub.ok([...demo, 'create', 'configmap', 'settings', '--from-literal=color=red']);
    await hub.ok([...demo, 'create', 'secret', 'generic', 'pull', '--from-literal=a=b']);
    await hub.ok([...demo, 'create', 'serviceaccount', 'runner']);
    await hub.apply(deployment('needy', 1, 'example.com/app:1', uses));
    await hub.apply(policy('needy', '{ clusterAffinity: { clusterNames: [east, west] } }', '  propagateDeps: true\n'));
    await eventually(async () => {
      expect(await perMember('configmap', 'settings', '{.data.color}')).toEqual({ east: 'red', north: '', west: 'red' });
      expect(await replicas('needy')).toEqual({ east: '1/1', north: '', west: '1/1' });
    });
    await hub.ok([...demo, 'patch', 'configmap', 'settings', '-p', '{"data":{"color":"blue"}}']);
    await eventually(async () =>
      expect(await perMember('configmap', 'settings', '{.data.color}')).toEqual({ east: 'blue', north: '', west: 'blue' }),
    );
    await hub.ok([...demo, 'delete', 'deployment', 'needy']);
    await eventually(async () => {
      expect(await perMember('configmap', 'settings', '{.data.color}')).toEqual(everywhere(''));
      expect(await perMember('secret', 'pull', '{.type}')).toEqual(everywhere(''));
    });
    expect(await hub.path('{.data.color}', ...demo, 'get', 'configmap', 'settings')).toBe('blue');
  });

  test("a definition and its kind's objects go to the members", async () => {
    await hub.apply(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: gadgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: gadgets, kind: Gadget }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }]
---
apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: { name: gadgets }
spec:
  resourceSelectors:
  - { apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, name: gadgets.example.com }
  placement: { clusterAffinity: { clusterNames: [east, north] } }
`);
    await hub.ok(['wait', '--for=condition=Established', 'crd/gadgets.example.com']);
    await hub.apply(`
{apiVersion: example.com/v1, kind: Gadget, metadata: {name: one, namespace: demo}, spec: {size: 3}}
---
apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: { name: gadgets, namespace: demo }
spec:
  resourceSelectors: [{ apiVersion: example.com/v1, kind: Gadget }]
  placement: { clusterAffinity: {} }
`);
    await eventually(async () =>
      expect(await perMember('gadget.example.com', 'one', '{.spec.size}')).toEqual({ east: '3', north: '3', west: '' }),
    );
    await hub.ok([...demo, 'patch', 'gadget', 'one', '--type=merge', '-p', '{"spec":{"size":4}}']);
    await eventually(async () =>
      expect(await perMember('gadget.example.com', 'one', '{.spec.size}')).toEqual({ east: '4', north: '4', west: '' }),
    );
  });

  test('namespaces come and go with the hub', async () => {
    await hub.ok(['create', 'namespace', 'shortlived']);
    await hub.ok(['label', 'namespace', 'shortlived', 'team=blue']);
    await eventually(async () => {
      for (const member of members) expect(await on(member).path('{.metadata.labels.team}', 'get', 'namespace', 'shortlived')).toBe('blue');
    });
    await hub.ok(['delete', 'namespace', 'shortlived']);
    await eventually(async () => {
      for (const member of members) expect(await on(member).ok(['get', 'namespaces', '-o', 'name'])).not.toContain('shortlived');
    });
  });

  test('status says why something is not placed, per cluster', async () => {
    await hub.apply(deployment('nowhere', 1));
    await hub.apply(policy('nowhere', '{ clusterAffinity: { clusterNames: [atlantis] } }'));
    await hub.apply(deployment('huge', 1).replace('containers: [{ ', 'containers: [{ resources: { requests: { cpu: "4000" } }, '));
    await hub.apply(policy('huge', '{ replicaScheduling: { replicaSchedulingType: Divided, replicaDivisionPreference: Aggregated } }'));
    await eventually(async () => {
      const { stdout } = await fleet.causeway('status');
      expect(stdout).toMatch(/nowhere +\S* +.*(east|0\/3 clusters)/);
      expect(stdout).toMatch(/huge +\S* +.*\S/);
      expect(
        await hub.path('{.status.conditions[?(@.type=="Scheduled")].status}', ...demo, 'get', 'resourcebinding', 'huge-deployment'),
      ).toBe('False');
    });
  });
});
