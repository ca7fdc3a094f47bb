import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { denialMessage } from '../../src/app/log-denials.ts';
import { kubectlUnsupported } from './kubectl.ts';
import { projectDirectory } from './support/built-cli.ts';
import { startCauseway } from './support/causeway-process.ts';
import { eventually } from './support/eventually.ts';
import { createFleet } from './support/fleet.ts';

interface Binding {
  readonly spec: { readonly clusters?: readonly { readonly name: string; readonly replicas?: number }[] };
}
interface Status {
  readonly clusters: readonly { readonly name: string; readonly ready: string; readonly phase: string; readonly placed: number }[];
  readonly placements: readonly {
    readonly kind: string;
    readonly name: string;
    readonly targets: readonly { readonly cluster: string; readonly replicas?: number; readonly applied: boolean }[];
    readonly evicting: readonly string[];
    readonly problem: string;
  }[];
}

const shop = ['-n', 'online-shop'] as const;
const deployments = ['cart', 'catalog', 'checkout', 'storefront'];

describe.skipIf(kubectlUnsupported() !== undefined)('a fleet in one command', () => {
  const fleet = createFleet();
  const { hub, on } = fleet;
  beforeAll(() => fleet.up());
  afterAll(() => fleet.close());

  /** Cluster → replicas, of a Deployment's binding. */
  const placed = async (name: string): Promise<Record<string, number>> => {
    const { spec } = await hub.json<Binding>(...shop, 'get', 'resourcebinding', `${name}-deployment`);
    return Object.fromEntries((spec.clusters ?? []).map((cluster) => [cluster.name, cluster.replicas ?? 0]));
  };
  const status = async (): Promise<Status> => JSON.parse((await fleet.causeway('status', '-o', 'json')).stdout) as Status;
  const podsOn = async (member: string, app: string): Promise<string[]> =>
    (await on(member).ok([...shop, 'get', 'pods', '-l', `app=${app}`, '--field-selector=status.phase=Running', '-o', 'name']))
      .split('\n')
      .filter(Boolean);
  const replicasOn = async (member: string, app: string): Promise<string> =>
    (await on(member).run([...shop, 'get', 'deployment', app, '-o', 'jsonpath={.spec.replicas}'])).stdout;
  const rolledOut = async (): Promise<void> => {
    for (const name of deployments)
      expect(await hub.ok([...shop, 'rollout', 'status', `deployment/${name}`, '--timeout=60s'])).toContain('successfully rolled out');
  };

  test('the kubeconfig has the hub as its current context, and every member', async () => {
    expect((await hub.ok(['config', 'get-contexts', '-o', 'name'])).trim().split('\n').toSorted()).toEqual([
      'east',
      'hub',
      'north',
      'west',
    ]);
    expect(await hub.ok(['config', 'current-context'])).toBe('hub\n');
    const rows = (await hub.ok(['get', 'clusters', '--no-headers'])).trim().split('\n');
    expect(rows.map((row) => row.split(/\s+/).slice(0, 4).join(' '))).toEqual(
      ['east', 'north', 'west'].map((name) => `${name} v1.35.4+causeway Push True`),
    );
  });

  test('the online shop is applied, and rolls out everywhere', async () => {
    await hub.ok(['apply', '-f', join(projectDirectory, 'examples', 'online-shop')]);
    await rolledOut();
    const { items } = await hub.json<{
      items: { metadata: { name: string }; spec: { replicas: number }; status: Record<string, number> }[];
    }>(...shop, 'get', 'deployments');
    const available = Object.fromEntries(items.map(({ metadata, status: { availableReplicas } }) => [metadata.name, availableReplicas]));
    expect(available).toEqual({ cart: 4, catalog: 6, checkout: 3, storefront: 6 });
    expect(await placed('catalog')).toEqual({ east: 2, north: 2, west: 2 });
    expect(Object.values(await placed('storefront')).reduce((sum, replicas) => sum + replicas, 0)).toBe(6);
    for (const member of ['east', 'north', 'west'])
      expect(await replicasOn(member, 'storefront')).toBe(String((await placed('storefront'))[member]));
    expect(await hub.ok(['get', 'pods', '-A', '-o', 'name'])).toBe('');
  });

  test('overrides arrive on the members that they are for', async () => {
    const seen = async (member: string): Promise<string> =>
      `${await on(member).path('{.metadata.labels.region} {.spec.template.spec.containers[0].image}', ...shop, 'get', 'deployment', 'storefront')} ${await on(member).path('{.data.settings\\.yaml}', ...shop, 'get', 'configmap', 'storefront')}`;
    expect(await seen('east')).toBe('eu mirror.eu.example.com/shop/storefront:1.4.2 currency: EUR\nregion: eu\n');
    expect(await seen('west')).toBe(' registry.example.com/shop/storefront:1.4.2 currency: EUR\nregion: unset\n');
    expect(await on('west').path('{.data.STORE_ADDRESS}', ...shop, 'get', 'secret', 'cart-store')).not.toBe('');
  });

  test('a member is a cluster: its pods run on its nodes, its Services have endpoints', async () => {
    expect(await on('west').ok(['get', 'pods', '-A'])).toMatch(/online-shop +storefront-.* 1\/1 +Running/);
    expect((await podsOn('west', 'catalog')).length).toBe(2);
    await eventually(async () => {
      const slices = await on('west').path(
        '{range .items[*]}{range .endpoints[*]}{.conditions.ready} {end}{end}',
        ...shop,
        'get',
        'endpointslices',
        '-l',
        'kubernetes.io/service-name=catalog',
      );
      expect(slices).toBe('true true ');
    });
  });

  test('causeway status tells what runs where, as text and as JSON', async () => {
    const { clusters, placements } = await status();
    expect(clusters.map(({ name, ready, phase }) => `${name} ${ready} ${phase}`)).toEqual([
      'east True Running',
      'north True Running',
      'west True Running',
    ]);
    expect(placements.find(({ kind, name }) => kind === 'Deployment' && name === 'catalog')).toMatchObject({
      problem: '',
      targets: ['east', 'north', 'west'].map((cluster) => ({ cluster, replicas: 2, applied: true })),
    });
    const { stdout } = await fleet.causeway('status');
    expect(stdout).toMatch(/online-shop +Deployment +catalog +east 2, north 2, west 2/);
    expect((await fleet.causeway('cluster', 'list')).stdout).toMatch(/west +True +Push/);
  });

  test('a second up on the directory says which process holds it', async () => {
    const second = startCauseway(['up', '--data-dir', fleet.directory, '--output', 'json']);
    expect(await second.ended).toBe(1);
    expect(second.stderr()).toContain(String(fleet.process().pid));
    expect(fleet.process().running()).toBe(true);
    expect(await hub.ok(['get', '--raw', '/readyz'])).toBe('ok');
  });

  test("a stopped member's work runs elsewhere", async () => {
    expect((await fleet.causeway('cluster', 'stop', 'west')).stdout).toBe('cluster west stopped\n');
    await eventually(async () => {
      for (const [name, total] of [
        ['storefront', 6],
        ['cart', 4],
        ['checkout', 3],
      ] as const) {
        const where = await placed(name);
        expect(where).not.toHaveProperty('west');
        expect(Object.values(where).reduce((sum, replicas) => sum + replicas, 0)).toBe(total);
        expect((await podsOn('east', name)).length + (await podsOn('north', name)).length).toBe(total);
      }
    }, 60);
    await rolledOut();
    const west = (await status()).clusters.find(({ name }) => name === 'west');
    expect(west).toMatchObject({ phase: 'Stopped', placed: 0 });
    expect(west?.ready).not.toBe('True');
    expect((await fleet.causeway('status')).stdout).toMatch(
      /west +(False|Unknown) \(stopped\).*start it with: causeway cluster start west/,
    );
    const { code, stderr } = await fleet.causeway('cluster', 'stop', 'nowhere');
    expect([code, stderr]).toEqual([1, expect.stringContaining('nowhere')]);
  }, 120_000);

  test('a member that comes back has no duplicates and no orphans', async () => {
    expect((await fleet.causeway('cluster', 'start', 'west')).stdout).toBe('cluster west started\n');
    await eventually(async () => {
      expect((await status()).clusters.every(({ ready }) => ready === 'True')).toBe(true);
      for (const [name, total] of [
        ['storefront', 6],
        ['cart', 4],
        ['checkout', 3],
        ['catalog', 6],
      ] as const) {
        const where = await placed(name);
        const running = await Promise.all(
          ['east', 'north', 'west'].map(async (member) => [member, (await podsOn(member, name)).length] as const),
        );
        expect(Object.fromEntries(running.filter(([, pods]) => pods > 0))).toEqual(where);
        expect(Object.values(where).reduce((sum, replicas) => sum + replicas, 0)).toBe(total);
        for (const member of ['east', 'north', 'west'])
          expect(await replicasOn(member, name)).toBe(where[member] === undefined ? '' : String(where[member]));
      }
      expect((await status()).placements.flatMap(({ evicting }) => evicting)).toEqual([]);
    }, 60);
    await rolledOut();
  }, 120_000);

  test('a member is added, takes work, and leaves without a trace', async () => {
    expect((await fleet.causeway('cluster', 'add', 'south', '--nodes', '2', '--region', 'eu')).stdout).toBe('cluster south added\n');
    await eventually(async () => {
      expect(await placed('catalog')).toEqual({ east: 2, north: 2, south: 2, west: 2 });
      expect((await podsOn('south', 'catalog')).length).toBe(2);
    });
    expect(await on('south').path('{.spec.template.spec.containers[0].image}', ...shop, 'get', 'deployment', 'catalog')).toBe(
      'mirror.eu.example.com/shop/catalog:2.0.1',
    );
    await rolledOut();
    expect((await fleet.causeway('cluster', 'add', 'south')).stderr).toContain('south');
    expect((await fleet.causeway('cluster', 'remove', 'south')).stdout).toBe('cluster south removed\n');
    await eventually(async () => {
      expect(await placed('catalog')).toEqual({ east: 2, north: 2, west: 2 });
      expect(await hub.ok(['get', 'clusters', '-o', 'name'])).not.toContain('south');
      expect(await hub.ok(['config', 'get-contexts', '-o', 'name'])).not.toContain('south');
      expect(await hub.ok(['get', 'namespaces', '-o', 'name'])).not.toContain('karmada-es-south');
    });
    expect(readdirSync(join(fleet.directory, 'members')).toSorted()).toEqual(['east', 'north', 'west']);
  });

  test('the directory comes up as it was: objects, addresses, and what was stopped', async () => {
    await fleet.causeway('cluster', 'stop', 'north');
    await eventually(async () => expect(await placed('storefront')).not.toHaveProperty('north'), 60);
    const before = {
      hub: await hub.ok(['config', 'view', '-o', 'jsonpath={.clusters[?(@.name=="hub")].cluster.server}']),
      uid: await hub.path('{.metadata.uid}', ...shop, 'get', 'deployment', 'cart'),
    };
    expect((await fleet.causeway('down')).stdout).toContain('Stopped');
    expect(await fleet.process().ended).toBe(0);
    expect(fleet.process().stderr()).not.toContain(denialMessage);
    expect((await fleet.causeway('status')).stderr).toContain('no fleet runs on');
    expect((await fleet.causeway('down')).code).toBe(0);

    const ready = await fleet.up();
    expect(ready.hub.server).toBe(before.hub);
    expect(ready.members.map(({ name }) => name).toSorted()).toEqual(['east', 'west']);
    expect(await hub.path('{.metadata.uid}', ...shop, 'get', 'deployment', 'cart')).toBe(before.uid);
    expect((await status()).clusters.find(({ name }) => name === 'north')).toMatchObject({ phase: 'Stopped' });
    await fleet.causeway('cluster', 'start', 'north');
    await eventually(async () => {
      expect((await status()).clusters.every(({ ready: up }) => up === 'True')).toBe(true);
      expect(await placed('catalog')).toEqual({ east: 2, north: 2, west: 2 });
      expect((await podsOn('north', 'catalog')).length).toBe(2);
    }, 60);
    await rolledOut();
  }, 180_000);

  const boutique = join(projectDirectory, '..', 'shared', 'apps', 'online-boutique.yaml');
  test.skipIf(!existsSync(boutique))(
    'a real application, unchanged, runs on three clusters',
    async () => {
      await hub.ok(['create', 'namespace', 'boutique']);
      await hub.ok(['-n', 'boutique', 'apply', '-f', boutique]);
      await hub.apply(`
apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: { name: all, namespace: boutique }
spec:
  resourceSelectors:
  - { apiVersion: apps/v1, kind: Deployment }
  - { apiVersion: v1, kind: Service }
  - { apiVersion: v1, kind: ServiceAccount }
  placement: { clusterAffinity: {} }
`);
      const names = (await hub.ok(['-n', 'boutique', 'get', 'deployments', '-o', 'name'])).trim().split('\n');
      expect(names.length).toBe(12);
      for (const name of names)
        expect(await hub.ok(['-n', 'boutique', 'rollout', 'status', name, '--timeout=90s'])).toContain('successfully rolled out');
      await eventually(async () => {
        const available = await hub.path('{range .items[*]}{.status.availableReplicas} {end}', '-n', 'boutique', 'get', 'deployments');
        expect(available).toBe('3 '.repeat(12));
        expect(
          await hub.path(
            '{range .items[*]}{.status.conditions[?(@.type=="Available")].status} {end}',
            '-n',
            'boutique',
            'get',
            'deployments',
          ),
        ).toBe('True '.repeat(12));
      });
      await hub.ok(['delete', 'namespace', 'boutique']);
      await eventually(async () => {
        for (const member of ['east', 'north', 'west'])
          expect(await on(member).ok(['get', 'pods,deployments,services', '-n', 'boutique', '-o', 'name'])).toBe('');
      });
    },
    180_000,
  );

  test('an interrupt ends it cleanly', async () => {
    expect(await fleet.process().stop('SIGINT')).toBe(0);
    expect(fleet.process().stderr()).not.toMatch(/ERROR|connection failed/);
    expect(fleet.process().stderr()).not.toContain(denialMessage);
  });
});
