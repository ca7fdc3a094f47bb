import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clustersRef } from '../../src/features/fleet/api/cluster.ts';
import type { Cluster } from '../../src/features/fleet/api/cluster.ts';
import { deploymentsRef, namespacesRef } from '../../src/api/refs.gen.ts';
import type { Client } from '../../src/client/contract.ts';
import type { UnstructuredObject } from '../../src/apimachinery/meta/object.ts';
import { connect } from './support/connect.ts';
import { eventually } from './support/eventually.ts';
import { garbageMember, hangingMember, kubeconfigOf, silentTlsMember, wrongShapeMember } from './support/fake-members.ts';
import type { FakeMember } from './support/fake-members.ts';
import { createFleet } from './support/fleet.ts';

const policiesRef = {
  group: 'policy.karmada.io',
  version: 'v1alpha1',
  resource: 'propagationpolicies',
  kind: 'PropagationPolicy',
  namespaced: true,
};
const namespace = 'demo';
const deployment = (name: string, replicas: number): UnstructuredObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image: 'example.com/app:1' }] } },
  },
});

describe('members that misbehave hold nobody else up', () => {
  const fleet = createFleet(['--members', 'east,west', '--nodes-per-member', '1']);
  const remote = createFleet(['--members', 'far', '--nodes-per-member', '1']);
  const fakes = new Map<string, FakeMember>();
  let hub: Client;

  beforeAll(async () => {
    await Promise.all([fleet.up(), remote.up()]);
    hub = await connect(fleet.kubeconfig);
    await hub.resource(namespacesRef).create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await hub.resource(policiesRef).create({
      apiVersion: 'policy.karmada.io/v1alpha1',
      kind: 'PropagationPolicy',
      metadata: { name: 'all', namespace },
      spec: { resourceSelectors: [{ apiVersion: 'apps/v1', kind: 'Deployment' }], placement: {} },
    });
    const serving = join(fleet.directory, 'hub', 'pki', 'apiserver');
    const certificate = { cert: readFileSync(`${serving}.crt`, 'utf8'), key: readFileSync(`${serving}.key`, 'utf8') };
    fakes.set('hanging', await hangingMember());
    fakes.set('silent', await silentTlsMember(certificate));
    fakes.set('garbage', await garbageMember(certificate));
    fakes.set('wrong-shape', await wrongShapeMember(certificate));
  });
  afterAll(async () => {
    remote
      .process()
      .stop('SIGCONT')
      .catch(() => {});
    await hub.close();
    for (const fake of fakes.values()) await fake.close();
    await Promise.all([fleet.close(), remote.close()]);
  });

  const ready = async (name: string): Promise<string | undefined> =>
    (await hub.resource<Cluster>(clustersRef).get(name, undefined)).status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  const available = async (name: string): Promise<unknown> =>
    ((await hub.resource(deploymentsRef).get(name, namespace))['status'] as { availableReplicas?: number } | undefined)?.availableReplicas;
  const apply = (name: string, replicas: number) =>
    hub.resource(deploymentsRef).apply(deployment(name, replicas), { fieldManager: 'test', force: true });

  test('they join, and are told to be bad', async () => {
    for (const [name, fake] of fakes) {
      const file = join(fleet.directory, `${name}.kubeconfig`);
      writeFileSync(file, kubeconfigOf(fake));
      expect(await fleet.causeway('cluster', 'add', name, '--kubeconfig', file)).toMatchObject({
        code: 0,
        stdout: `cluster ${name} added\n`,
      });
    }
    await eventually(async () => {
      for (const name of fakes.keys()) expect([name, await ready(name)]).toEqual([name, expect.stringMatching(/False|Unknown/)]);
    }, 60);
    const { stdout } = await fleet.causeway('status');
    for (const name of fakes.keys()) expect(stdout).toMatch(new RegExp(`${name} +(False|Unknown) .*\\S`));
  });

  test('new work is applied on the others, and their failures are seen', async () => {
    await apply('first', 2);
    await eventually(async () => expect(await available('first')).toBe(4), 15);
    await fleet.causeway('cluster', 'stop', 'west');
    await eventually(async () => expect(await ready('west')).not.toBe('True'), 15);
    await fleet.causeway('cluster', 'start', 'west');
    await eventually(async () => {
      expect(await ready('west')).toBe('True');
      expect(await available('first')).toBe(4);
    });
    expect(fleet.process().running()).toBe(true);
  });

  test('a real cluster is joined by its kubeconfig', async () => {
    const added = await fleet.causeway('cluster', 'add', 'far', '--kubeconfig', remote.kubeconfig, '--context', 'far');
    expect(added).toMatchObject({ code: 0, stdout: 'cluster far added\n' });
    await eventually(async () => expect(await available('first')).toBe(6));
  });

  test('a member that stops answering with work on it blocks nobody, and catches up when it is back', async () => {
    process.kill(remote.process().pid, 'SIGSTOP');
    await apply('first', 3);
    await apply('second', 1);
    await eventually(async () => {
      expect((await ready('far')) === 'True').toBe(false);
      for (const member of ['east', 'west']) {
        const client = await connect(fleet.kubeconfig, member);
        const { spec } = (await client.resource(deploymentsRef).get('first', namespace)) as unknown as { spec: { replicas: number } };
        expect(spec.replicas).toBe(3);
        await client.close();
      }
      expect(await available('second')).toBe(2);
    }, 30);
    process.kill(remote.process().pid, 'SIGCONT');
    await eventually(async () => {
      expect(await ready('far')).toBe('True');
      expect(await available('first')).toBe(9);
      expect(await available('second')).toBe(3);
    }, 60);
  });

  test('they leave', async () => {
    for (const name of fakes.keys())
      expect(await fleet.causeway('cluster', 'remove', name)).toMatchObject({ code: 0, stdout: `cluster ${name} removed\n` });
    expect(await fleet.causeway('cluster', 'remove', 'far')).toMatchObject({ code: 0 });
    const far = await connect(remote.kubeconfig, 'far');
    await eventually(async () => expect((await far.resource(deploymentsRef).list({ namespace })).items).toEqual([]));
    await far.close();
    expect((await hub.resource(clustersRef).list()).items.map(({ metadata }) => metadata.name).toSorted()).toEqual(['east', 'west']);
  });

  test('one that hangs with work on it is let go', async () => {
    await fleet.causeway('cluster', 'add', 'far', '--kubeconfig', remote.kubeconfig, '--context', 'far');
    await eventually(async () => expect(await available('first')).toBe(9));
    process.kill(remote.process().pid, 'SIGSTOP');
    await eventually(async () => expect(await ready('far')).not.toBe('True'), 60);
    expect(await fleet.causeway('cluster', 'remove', 'far')).toMatchObject({ code: 0, stdout: 'cluster far removed\n' });
    process.kill(remote.process().pid, 'SIGCONT');
    await eventually(async () => {
      expect(await hub.resource(namespacesRef).find('karmada-es-far', undefined)).toBeUndefined();
      expect(await available('first')).toBe(6);
    }, 60);
  });
});
