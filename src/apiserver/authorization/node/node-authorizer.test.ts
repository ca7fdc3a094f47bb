import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type SecuredServer, startSecuredServer } from '../../testing/secured-server.ts';

const node = (name: string) => ({ user: { username: `system:node:${name}`, groups: ['system:nodes', 'system:authenticated'] } });
const none = (name: string): string => `no relationship found between node '${name}' and this object`;
const home = '/api/v1/namespaces/default';

const pod = {
  metadata: { name: 'p1' },
  spec: {
    nodeName: 'n1',
    serviceAccountName: 'runner',
    imagePullSecrets: [{ name: 's-pull' }],
    containers: [
      {
        name: 'c',
        image: 'i',
        env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's-env', key: 'k' } } }],
        envFrom: [{ configMapRef: { name: 'c-envfrom' } }],
      },
    ],
    volumes: [
      {
        name: 'projected',
        projected: { sources: [{ secret: { name: 's-proj' } }, { serviceAccountToken: { path: 't', audience: 'vault' } }] },
      },
      { name: 'data', persistentVolumeClaim: { claimName: 'claim' } },
      {
        name: 'scratch',
        ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } },
      },
    ],
  },
};
const claim = (name: string) => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});
const volume = {
  metadata: { name: 'volume' },
  spec: {
    accessModes: ['ReadWriteOnce'],
    capacity: { storage: '1Gi' },
    claimRef: { namespace: 'default', name: 'claim' },
    csi: { driver: 'd.io', volumeHandle: 'h', nodeStageSecretRef: { name: 's-stage', namespace: 'default' } },
  },
};

let server: SecuredServer;
let podUid = '';
const create = async (url: string, body: unknown): Promise<Answer> => {
  const answer = await server.call('POST', url, { body });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer;
};
beforeAll(async () => {
  server = await startSecuredServer({ admission: { enable: ['NodeRestriction'] } });
  for (const name of ['n1', 'n2']) await create('/api/v1/nodes', { metadata: { name } });
  await create(`${home}/serviceaccounts`, { metadata: { name: 'runner' } });
  for (const name of ['s-pull', 's-env', 's-proj', 's-stage', 's-other']) await create(`${home}/secrets`, { metadata: { name } });
  for (const name of ['claim', 'p1-scratch', 'other']) await create(`${home}/persistentvolumeclaims`, claim(name));
  await create('/api/v1/persistentvolumes', volume);
  podUid = String(
    (await create(`${home}/pods`, { ...pod, spec: { ...pod.spec, automountServiceAccountToken: false } })).body.metadata['uid'],
  );
  await create(`${home}/pods`, {
    metadata: { name: 'p2' },
    spec: { nodeName: 'n2', serviceAccountName: 'runner', automountServiceAccountToken: false, containers: [{ name: 'c', image: 'i' }] },
  });
});
afterAll(() => server.close());

const ask = async (as: string, method: string, url: string, body?: unknown): Promise<[number, string | undefined]> => {
  const answer = await server.call(method, url, { as: node(as), ...(body === undefined ? {} : { body }) });
  const { message } = answer.body as { message?: string };
  return [answer.status, message?.replace(/^.*?(?:at the cluster scope|in the namespace "[^"]*"|is forbidden(?!: User)): /, '')];
};

test.each([
  ['secrets/s-pull'],
  ['secrets/s-env'],
  ['secrets/s-proj'],
  ['secrets/s-stage'],
  ['secrets?fieldSelector=metadata.name%3Ds-env'],
  ['persistentvolumeclaims/claim'],
  ['persistentvolumeclaims/p1-scratch'],
  ['serviceaccounts/runner'],
  ['pods/p1'],
  ['pods?fieldSelector=spec.nodeName%3Dn1'],
])('a node reads %s, which its pod needs', async (path) => {
  expect((await ask('n1', 'GET', `${home}/${path}`))[0]).toBe(200);
});

test.each<[string, string, string, string]>([
  ['n1', 'GET', `${home}/secrets/s-other`, none('n1')],
  ['n2', 'GET', `${home}/secrets/s-env`, none('n2')],
  ['n2', 'GET', `${home}/secrets/s-stage`, none('n2')],
  ['n1', 'GET', `${home}/secrets`, 'No Object name found'],
  ['n1', 'DELETE', `${home}/secrets/s-env`, 'can only read resources of this type'],
  ['n1', 'GET', `${home}/persistentvolumeclaims/other`, none('n1')],
  ['n2', 'GET', '/api/v1/persistentvolumes/volume', none('n2')],
  ['n1', 'GET', `${home}/pods/p2`, none('n1')],
  ['n1', 'GET', `${home}/pods`, 'can only list/watch pods with spec.nodeName field selector'],
  ['n1', 'GET', '/api/v1/nodes', "node 'n1' cannot read all nodes, only its own Node object"],
  ['n1', 'GET', '/api/v1/nodes/n2', "node 'n1' cannot read 'n2', only its own Node object"],
  [
    'n1',
    'GET',
    '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n2',
    'can only access node lease with the same name as the requesting node',
  ],
  ['n1', 'GET', '/apis/storage.k8s.io/v1/csinodes/n2', 'can only access CSINode with the same name as the requesting node'],
])('node %s may not %s %s', async (as, method, url, reason) => {
  expect(await ask(as, method, url)).toEqual([403, reason]);
});

const labels = { 'kubernetes.io/hostname': 'x', 'node-restriction.kubernetes.io/tier': 'a', 'kubernetes.io/other': 'b', plain: 'c' };
const mirror = {
  metadata: { name: 'm', annotations: { 'kubernetes.io/config.mirror': 'x' } },
  spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i' }] },
};

test.each<[string, string, unknown, string]>([
  ['POST', '/api/v1/nodes', { metadata: { name: 'n4' } }, 'node "n3" is not allowed to modify node "n4"'],
  [
    'POST',
    '/api/v1/nodes',
    { metadata: { name: 'n3', labels } },
    'node "n3" is not allowed to set the following labels: kubernetes.io/other, node-restriction.kubernetes.io/tier',
  ],
  [
    'POST',
    '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases',
    { metadata: { name: 'n1' } },
    'can only access node lease with the same name as the requesting node',
  ],
  ['DELETE', `${home}/pods/p1`, undefined, 'node "n3" can only delete pods with spec.nodeName set to itself'],
  ['POST', `${home}/pods/p1/eviction`, { metadata: { name: 'p1' } }, 'node n3 can only evict pods with spec.nodeName set to itself'],
  ['POST', `${home}/pods`, mirror, 'node "n3" can only create pods with spec.nodeName set to itself'],
  [
    'POST',
    `${home}/pods`,
    { ...mirror, spec: { ...mirror.spec, nodeName: 'n3' } },
    'node "n3" can only create pods with an owner reference set to itself',
  ],
])('NodeRestriction: %s %s', async (method, url, body, reason) => {
  expect(await ask('n3', method, url, body)).toEqual([403, reason]);
});

test('a node gets tokens for the pods on it, for the audiences they ask for', async () => {
  const token = (as: string, ref: object | undefined, audiences: string[]) =>
    ask(as, 'POST', `${home}/serviceaccounts/runner/token`, { spec: { audiences, ...(ref ? { boundObjectRef: ref } : {}) } });
  const p1 = { apiVersion: 'v1', kind: 'Pod', name: 'p1', uid: podUid };
  expect(await token('n1', p1, ['vault'])).toEqual([201, undefined]);
  expect(await token('n1', undefined, ['vault'])).toEqual([403, 'node requested token not bound to a pod']);
  expect(await token('n2', p1, ['vault'])).toEqual([403, 'node requested token bound to a pod scheduled on a different node']);
  const bound = async (name: string, volumes: object[]): Promise<object> => {
    const spec = { nodeName: 'n1', serviceAccountName: 'runner', containers: [{ name: 'c', image: 'i' }], volumes };
    const { body } = await server.call('POST', `${home}/pods`, { body: { metadata: { name }, spec } });
    return { apiVersion: 'v1', kind: 'Pod', name, uid: body.metadata.uid };
  };
  expect((await token('n1', await bound('plain', []), ['other']))[1]).toContain('audience "other" not found in pod spec volume');
  const mounting = await bound('mounting', [
    { name: 'a', csi: { driver: 'gone.example' } },
    { name: 'b', persistentVolumeClaim: { claimName: 'lost' } },
  ]);
  expect(await token('n1', mounting, ['other'])).toEqual([
    403,
    'error validating audience "other": [csidriver.storage.k8s.io "gone.example" not found, persistentvolumeclaim "lost" not found]',
  ]);
});

test('a review tells what a selector makes of the answer', async () => {
  const review = async (more: object) =>
    (
      await server.call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        body: {
          spec: { user: 'system:node:n1', groups: ['system:nodes'], resourceAttributes: { verb: 'list', resource: 'pods', ...more } },
        },
      })
    ).body['status'];
  expect(await review({ fieldSelector: { rawSelector: 'spec.nodeName=n1' } })).toEqual({ allowed: true });
  expect(await review({ fieldSelector: { requirements: [{ key: 'spec.nodeName', operator: 'In', values: ['n1'] }] } })).toEqual({
    allowed: true,
  });
  expect(await review({})).toEqual({ allowed: false, reason: 'can only list/watch pods with spec.nodeName field selector' });
});
