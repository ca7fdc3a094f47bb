import { afterEach, expect, test } from 'vitest';
import { jane, root, type SecuredServer, startSecuredServer } from '../testing/secured-server.ts';

let server: SecuredServer | undefined;
afterEach(() => server?.close());

const start = async (settings: { readonly enable?: readonly string[]; readonly disable?: readonly string[] }): Promise<SecuredServer> =>
  (server = await startSecuredServer({ admission: { ...settings, disable: ['ServiceAccount', ...(settings.disable ?? [])] } }));

const pod = (spec: Record<string, unknown> = {}) => ({
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'a', image: 'a:1' }], ...spec },
});
const pods = '/api/v1/namespaces/default/pods?dryRun=All';

test('AlwaysPullImages sets every policy', async () => {
  const { call } = await start({ enable: ['AlwaysPullImages'] });
  const containers = [{ name: 'a', image: 'a:1', imagePullPolicy: 'Never' }];
  const { body } = await call('POST', pods, { body: pod({ containers, initContainers: [{ name: 'b', image: 'b:1' }] }) });
  expect(body).toMatchObject({
    spec: { containers: [{ imagePullPolicy: 'Always' }], initContainers: [{ imagePullPolicy: 'Always' }] },
  });
});

test('ExtendedResourceToleration tolerates the device’s taint', async () => {
  const { call } = await start({ enable: ['ExtendedResourceToleration'] });
  const resources = { requests: { 'example.com/gpu': '1', cpu: '1' }, limits: { 'example.com/gpu': '1' } };
  const { body } = await call('POST', pods, { body: pod({ containers: [{ name: 'a', image: 'a', resources }] }) });
  const { tolerations } = body['spec'] as unknown as { tolerations: { key: string }[] };
  expect(tolerations).toContainEqual({ key: 'example.com/gpu', operator: 'Exists', effect: 'NoSchedule' });
  expect(tolerations).toHaveLength(3);
});

test('NamespaceAutoProvision makes the namespace', async () => {
  const { call } = await start({ enable: ['NamespaceAutoProvision'] });
  const { status } = await call('POST', '/api/v1/namespaces/fresh/configmaps', { body: { metadata: { name: 'c' } } });
  expect(status).toBe(201);
  expect((await call('GET', '/api/v1/namespaces/fresh')).status).toBe(200);
});

test('without NamespaceLifecycle a namespace need not exist, unless NamespaceExists asks for it', async () => {
  const open = await start({ disable: ['NamespaceLifecycle'] });
  expect((await open.call('POST', '/api/v1/namespaces/none/configmaps', { body: { metadata: { name: 'c' } } })).status).toBe(201);
  await open.close();
  const { call } = await start({ disable: ['NamespaceLifecycle'], enable: ['NamespaceExists'] });
  const { status, body } = await call('POST', '/api/v1/namespaces/none/configmaps', { body: { metadata: { name: 'c' } } });
  expect([status, body.message]).toEqual([404, 'namespaces "none" not found']);
});

const zone = {
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', labelSelector: { matchLabels: { a: 'b' } } }],
  },
};
test.each<[string, string, unknown, string]>([
  [
    'LimitPodHardAntiAffinityTopology',
    pods,
    pod({ affinity: zone }),
    'pods "p" is forbidden: affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey zone but only key kubernetes.io/hostname is allowed',
  ],
  [
    'DenyServiceExternalIPs',
    '/api/v1/namespaces/default/services?dryRun=All',
    { metadata: { name: 's' }, spec: { ports: [{ port: 80 }], externalIPs: ['192.0.2.1'] } },
    'services "s" is forbidden: Use of external IPs is denied by admission control',
  ],
  [
    'AlwaysDeny',
    '/api/v1/namespaces',
    { metadata: { name: 'c' } },
    'namespaces "c" is forbidden: admission control is denying all modifications',
  ],
])('%s refuses', async (plugin, url, object, message) => {
  const { call } = await start({ enable: [plugin] });
  const { status, body } = await call('POST', url, { body: object });
  expect([status, body.message]).toEqual([403, message]);
});

const annotate = async (annotations: Record<string, string>): Promise<void> => {
  await server?.call('PATCH', '/api/v1/namespaces/default', {
    as: { headers: { ...root.headers, 'content-type': 'application/merge-patch+json' } },
    body: { metadata: { annotations } },
  });
};
const prefix = 'scheduler.alpha.kubernetes.io';

test('PodNodeSelector adds what the namespace selects, and refuses what contradicts it', async () => {
  const { call } = await start({ enable: ['PodNodeSelector'] });
  await annotate({ [`${prefix}/node-selector`]: 'env=test, disk=fast' });
  const { body } = await call('POST', pods, { body: pod({ nodeSelector: { disk: 'fast', own: 'yes' } }) });
  expect(body['spec']).toMatchObject({ nodeSelector: { env: 'test', disk: 'fast', own: 'yes' } });
  const refused = await call('POST', pods, { body: pod({ nodeSelector: { env: 'production' } }) });
  expect([refused.status, refused.body.message]).toEqual([
    403,
    'pods "p" is forbidden: pod node label selector conflicts with its namespace node label selector',
  ]);
});

test('PodTolerationRestriction adds the namespace’s tolerations, and refuses those that it does not allow', async () => {
  const { call } = await start({ enable: ['PodTolerationRestriction'], disable: ['DefaultTolerationSeconds'] });
  const own = { key: 'a', operator: 'Exists', effect: 'NoSchedule' };
  await annotate({
    [`${prefix}/defaultTolerations`]: JSON.stringify([own]),
    [`${prefix}/tolerationsWhitelist`]: JSON.stringify([{ operator: 'Exists', effect: 'NoSchedule' }]),
  });
  const resources = { requests: { cpu: '1' } };
  const { body } = await call('POST', pods, { body: pod({ containers: [{ name: 'a', image: 'a', resources }] }) });
  const memory = { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' };
  expect(body['spec']).toMatchObject({ tolerations: [own, memory] });
  const refused = await call('POST', pods, { body: pod({ tolerations: [{ ...own, effect: 'NoExecute' }] }) });
  expect([refused.status, refused.body.message]).toEqual([
    403,
    'pods "p" is forbidden: pod tolerations (possibly merged with namespace default tolerations) conflict with its namespace whitelist',
  ]);
});

test('OwnerReferencesPermissionEnforcement asks who changes owners whether they may delete the object, and who blocks about the owner', async () => {
  const { call } = await start({ enable: ['OwnerReferencesPermissionEnforcement'] });
  const subjects = [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' }];
  await call('POST', '/apis/rbac.authorization.k8s.io/v1/clusterroles', {
    body: { metadata: { name: 'maps' }, rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'patch'] }] },
  });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'maps' };
  await call('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', { body: { metadata: { name: 'maps' }, roleRef, subjects } });
  const maps = '/api/v1/namespaces/default/configmaps';
  await server?.eventually(`${maps}/none`, ({ status }) => status === 404, jane);
  const owned = (blockOwnerDeletion: boolean) => ({
    metadata: { name: 'c', ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u', blockOwnerDeletion }] },
  });
  expect((await call('POST', `${maps}?dryRun=All`, { body: owned(true), as: jane })).body.message).toBe(
    'configmaps "c" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can\'t set finalizers on: , <nil>',
  );
  expect((await call('POST', maps, { body: owned(false), as: jane })).status).toBe(201);
  const headers = { ...jane.headers, 'content-type': 'application/merge-patch+json' };
  const changed = await call('PATCH', `${maps}/c`, { body: { metadata: { ownerReferences: null } }, as: { ...jane, headers } });
  expect(changed.body.message).toBe('configmaps "c" is forbidden: cannot set an ownerRef on a resource you can\'t delete: , <nil>');
});

test('null as the options of a DELETE is none', async () => {
  const { call } = await start({});
  await call('POST', '/api/v1/namespaces/default/configmaps', { body: { metadata: { name: 'gone' } } });
  expect((await call('DELETE', '/api/v1/namespaces/default/configmaps/gone', { body: null })).status).toBe(200);
});
