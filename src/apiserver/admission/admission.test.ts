import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCertificateRequest } from '../../apimachinery/x509/certificate-request.ts';
import { type Answer, jane, type SecuredServer, startSecuredServer } from '../testing/secured-server.ts';

let server: SecuredServer;
beforeAll(async () => {
  server = await startSecuredServer();
});
afterAll(() => server.close());

const container = { name: 'c', image: 'i' };
const namespace = async (name: string, labels: Record<string, string> = {}): Promise<void> => {
  await server.call('POST', '/api/v1/namespaces', { body: { metadata: { name, labels } } });
  await server.call('POST', `/api/v1/namespaces/${name}/serviceaccounts`, { body: { metadata: { name: 'default' } } });
};
const pod = (place: string, name: string, spec: object = {}): Promise<Answer> =>
  server.call('POST', `/api/v1/namespaces/${place}/pods`, { body: { metadata: { name }, spec: { containers: [container], ...spec } } });

describe('namespaces', () => {
  test('what is terminating takes nothing new', async () => {
    await namespace('ending');
    await server.call('DELETE', '/api/v1/namespaces/ending');
    const { status, body } = await server.call('POST', '/api/v1/namespaces/ending/configmaps', { body: { metadata: { name: 'x' } } });
    expect(status).toBe(403);
    expect(body).toMatchObject({
      message: 'configmaps "x" is forbidden: unable to create new content in namespace ending because it is being terminated',
      details: {
        causes: [{ reason: 'NamespaceTerminating', message: 'namespace ending is being terminated', field: 'metadata.namespace' }],
      },
    });
  });

  test('what is not there is not found, and the system’s stay', async () => {
    expect((await pod('nowhere', 'p')).body.message).toBe('namespaces "nowhere" not found');
    expect((await server.call('DELETE', '/api/v1/namespaces/kube-system')).body.message).toBe(
      'namespaces "kube-system" is forbidden: this namespace may not be deleted',
    );
  });
});

describe('pods', () => {
  beforeAll(() => namespace('pods'));

  test('get an account, its token, its pull secrets, tolerations and a priority', async () => {
    await server.call('POST', '/api/v1/namespaces/pods/serviceaccounts', {
      body: { metadata: { name: 'puller' }, imagePullSecrets: [{ name: 'pull' }] },
    });
    const { body } = await pod('pods', 'full', { serviceAccountName: 'puller', initContainers: [{ name: 'init', image: 'i' }] });
    const spec = body['spec'] as Record<string, unknown> & { volumes: { name: string }[] };
    const volume = spec.volumes[0]?.name ?? '';
    expect(volume).toMatch(/^kube-api-access-[a-z0-9]{5}$/);
    const mount = { name: volume, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' };
    expect(spec).toMatchObject({
      serviceAccountName: 'puller',
      serviceAccount: 'puller',
      imagePullSecrets: [{ name: 'pull' }],
      containers: [{ volumeMounts: [mount] }],
      initContainers: [{ volumeMounts: [mount] }],
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
      tolerations: [
        { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
        { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      ],
    });
  });

  test.each([
    [
      'an unknown account',
      { serviceAccountName: 'ghost' },
      'error looking up service account pods/ghost: serviceaccount "ghost" not found',
    ],
    ['an unknown class', { priorityClassName: 'ghost' }, 'no PriorityClass with name ghost was found'],
    [
      'a priority of its own',
      { priority: 5 },
      'the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    ],
    ['an unknown runtime', { runtimeClassName: 'ghost' }, 'pod rejected: RuntimeClass "ghost" not found'],
  ])('with %s are refused', async (_, spec, reason) => {
    const { status, body } = await pod('pods', 'bad', spec);
    expect([status, body.message]).toEqual([403, `pods "bad" is forbidden: ${reason}`]);
  });

  test('a runtime class that no path could name is an error without a reason', async () => {
    const { status, body } = await pod('pods', 'bad', { runtimeClassName: 'a/b' });
    expect([status, body.message]).toEqual([500, `invalid resource name "a/b": [may not contain '/']`]);
  });
});

describe('limits', () => {
  beforeAll(async () => {
    await namespace('limits');
    const limits = [
      {
        type: 'Container',
        default: { cpu: '1' },
        defaultRequest: { cpu: '500m' },
        max: { cpu: '2' },
        min: { cpu: '100m' },
        maxLimitRequestRatio: { cpu: '4' },
      },
    ];
    await server.call('POST', '/api/v1/namespaces/limits/limitranges', { body: { metadata: { name: 'lr' }, spec: { limits } } });
  });

  test('are filled in and noted', async () => {
    const { body } = await pod('limits', 'plain');
    expect(body.metadata.annotations).toEqual({
      'kubernetes.io/limit-ranger': 'LimitRanger plugin set: cpu request for container c; cpu limit for container c',
    });
    expect(body['spec']).toMatchObject({ containers: [{ resources: { limits: { cpu: '1' }, requests: { cpu: '500m' } } }] });
  });

  test.each([
    [{ requests: { cpu: '50m' }, limits: { cpu: '100m' } }, 'minimum cpu usage per Container is 100m, but request is 50m'],
    [{ requests: { cpu: '2' }, limits: { cpu: '3' } }, 'maximum cpu usage per Container is 2, but limit is 3'],
    [
      { requests: { cpu: '200m' }, limits: { cpu: '1' } },
      'cpu max limit to request ratio per Container is 4, but provided ratio is 5.000000',
    ],
  ])('%j is out of bounds', async (resources, reason) => {
    const { body } = await pod('limits', 'bad', { containers: [{ ...container, resources }] });
    expect(body.message).toBe(`pods "bad" is forbidden: ${reason}`);
  });
});

describe('quotas', () => {
  beforeAll(async () => {
    await namespace('quotas');
    const spec = { hard: { pods: '2', 'requests.cpu': '1', 'count/configmaps': '2' } };
    await server.call('POST', '/api/v1/namespaces/quotas/resourcequotas', { body: { metadata: { name: 'q' }, spec } });
  });
  const sized = (cpu: string) => ({ containers: [{ ...container, resources: { requests: { cpu } } }] });
  const used = (check: (used: Record<string, string>) => boolean) =>
    server.eventually('/api/v1/namespaces/quotas/resourcequotas/q', ({ body }) =>
      check((body.status?.['used'] ?? {}) as Record<string, string>),
    );

  test('are charged, refuse what exceeds them, and are given back', async () => {
    expect((await pod('quotas', 'none')).body.message).toBe('pods "none" is forbidden: failed quota: q: must specify requests.cpu for: c');
    expect((await pod('quotas', 'first', sized('600m'))).status).toBe(201);
    expect((await pod('quotas', 'second', sized('500m'))).body.message).toBe(
      'pods "second" is forbidden: exceeded quota: q, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1',
    );
    await used((now) => now['pods'] === '1' && now['requests.cpu'] === '600m');
    await server.call('DELETE', '/api/v1/namespaces/quotas/pods/first?gracePeriodSeconds=0');
    await used((now) => now['pods'] === '0' && now['requests.cpu'] === '0');
  });

  test('count claims by the volume attributes classes they name, and devices by their class', async () => {
    await namespace('classes');
    const quota = (name: string, hard: Record<string, string>, more: object = {}) =>
      server.call('POST', '/api/v1/namespaces/classes/resourcequotas', { body: { metadata: { name }, spec: { hard, ...more } } });
    const ofClass = (value: string) => ({
      scopeSelector: { matchExpressions: [{ scopeName: 'VolumeAttributesClass', operator: 'In', values: [value] }] },
    });
    const devices = 'gpu.deviceclass.resource.k8s.io/devices';
    for (const name of ['gold', 'silver']) await quota(name, { persistentvolumeclaims: '1', 'requests.storage': '5Gi' }, ofClass(name));
    await quota('devices', { [devices]: '40', 'count/resourceclaims.resource.k8s.io': '2' });
    const uses = (name: string, wanted: Record<string, string>) =>
      server.eventually(`/api/v1/namespaces/classes/resourcequotas/${name}`, ({ body }) => {
        const counted = (body.status?.['used'] ?? {}) as Record<string, string>;
        return Object.entries(wanted).every(([resource, amount]) => counted[resource] === amount);
      });
    const claims = '/api/v1/namespaces/classes/persistentvolumeclaims';
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeAttributesClassName: 'gold' };
    expect((await server.call('POST', claims, { body: { metadata: { name: 'c' }, spec } })).status).toBe(201);
    await uses('gold', { persistentvolumeclaims: '1', 'requests.storage': '1Gi' });
    await uses('silver', { persistentvolumeclaims: '0' });
    const status = { phase: 'Bound', currentVolumeAttributesClassName: 'silver' };
    const patched = await server.call('PATCH', `${claims}/c/status`, {
      body: { status },
      as: { headers: { authorization: 'Bearer root', 'content-type': 'application/merge-patch+json' } },
    });
    expect(patched.status).toBe(200);
    await uses('silver', { persistentvolumeclaims: '1', 'requests.storage': '1Gi' });

    const exactly = { deviceClassName: 'gpu' };
    const requests = [{ name: 'one', exactly }, { name: 'all', firstAvailable: [{ name: 'a', ...exactly, allocationMode: 'All' }, { name: 'b', ...exactly, count: 3 }] }]; // prettier-ignore
    const created = await server.call('POST', '/apis/resource.k8s.io/v1/namespaces/classes/resourceclaims', {
      body: { metadata: { name: 'r' }, spec: { devices: { requests } } },
    });
    expect(created.status).toBe(201);
    await uses('devices', { [devices]: '33', 'count/resourceclaims.resource.k8s.io': '1' });
  });

  test('hold against a crowd', async () => {
    const create = (i: number) => server.call('POST', '/api/v1/namespaces/quotas/configmaps', { body: { metadata: { name: `m${i}` } } });
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => create(i)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2);
    await used((now) => now['count/configmaps'] === '2');
  });
});

describe('pod security', () => {
  beforeAll(() => namespace('strict', { 'pod-security.kubernetes.io/enforce': 'restricted' }));
  const good = {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [{ ...container, securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }],
  };

  test('restricted lets only the restricted in', async () => {
    expect((await pod('strict', 'good', good)).status).toBe(201);
    expect((await pod('strict', 'bad', { hostNetwork: true })).body.message).toBe(
      'pods "bad" is forbidden: violates PodSecurity "restricted:latest": host namespaces (hostNetwork=true), allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    );
  });

  test('a template only warns, and a tightened namespace names its pods', async () => {
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [container] } };
    const spec = { selector: { matchLabels: { a: 'b' } }, template };
    const { status, headers } = await server.call('POST', '/apis/apps/v1/namespaces/strict/deployments', {
      body: { metadata: { name: 'd' }, spec },
    });
    expect(status).toBe(201);
    expect(String(headers['warning'])).toContain('would violate PodSecurity');
    await namespace('loose');
    await pod('loose', 'p');
    const change = { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } };
    const as = { headers: { authorization: 'Bearer root', 'content-type': 'application/merge-patch+json' } };
    const answer = await server.call('PATCH', '/api/v1/namespaces/loose', { body: change, as });
    expect(answer.headers['warning']).toEqual([
      '299 - "existing pods in namespace \\"loose\\" violate the new PodSecurity enforce level \\"restricted:latest\\""',
      '299 - "p: allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile"',
    ]);
  });

  test('who is refused is warned all the same', async () => {
    const { status, headers } = await pod('strict', 'bad.name', {});
    expect(status).toBe(403);
    expect(String(headers['warning'])).toContain("metadata.name: this is used in the Pod's hostname");
  });

  test('a wrong level is invalid', async () => {
    const { body } = await server.call('POST', '/api/v1/namespaces', {
      body: { metadata: { name: 'x', labels: { 'pod-security.kubernetes.io/enforce': 'tight' } } },
    });
    expect(body.message).toBe(
      'Namespace "x" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "tight": must be one of privileged, baseline, restricted',
    );
  });
});

describe('certificate requests', () => {
  const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const request = (name: string, organizations: string[]) => ({
    metadata: { name },
    spec: {
      request: Buffer.from(createCertificateRequest({ subject: { commonName: 'x', organizations } }, keys)).toString('base64'),
      signerName: 'kubernetes.io/kube-apiserver-client',
      usages: ['client auth'],
    },
  });

  test('nobody asks for system:masters, and approving needs the signer', async () => {
    expect((await server.call('POST', requests, { body: request('greedy', ['system:masters']) })).body.message).toContain(
      'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    );
    const created = await server.call('POST', requests, { body: request('fine', ['devs']) });
    expect(created.status).toBe(201);
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    const rules = [
      {
        verbs: ['update', 'get'],
        apiGroups: ['certificates.k8s.io'],
        resources: ['certificatesigningrequests', 'certificatesigningrequests/approval'],
      },
    ];
    await server.call('POST', `${rbac}/clusterroles`, { body: { metadata: { name: 'approver' }, rules } });
    await server.call('POST', `${rbac}/clusterrolebindings`, {
      body: {
        metadata: { name: 'approver' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'approver' },
        subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' }],
      },
    });
    await server.eventually(`${requests}/fine`, ({ status }) => status === 200, jane);
    const approved = { ...created.body, status: { conditions: [{ type: 'Approved', status: 'True', reason: 'r', message: 'm' }] } };
    const { status, body } = await server.call('PUT', `${requests}/fine/approval`, { body: approved, as: jane });
    expect([status, body.message]).toEqual([
      403,
      'certificatesigningrequests.certificates.k8s.io "fine" is forbidden: user not permitted to approve requests with signerName "kubernetes.io/kube-apiserver-client"',
    ]);
    expect((await server.call('PUT', `${requests}/fine/approval`, { body: approved })).status).toBe(200);
  });
});

test('storage: protection, default class, and no growth before binding', async () => {
  await namespace('storage');
  const metadata = { name: 'std', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } };
  await server.call('POST', '/apis/storage.k8s.io/v1/storageclasses', { body: { metadata, provisioner: 'x' } });
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  const { body } = await server.call('POST', '/api/v1/namespaces/storage/persistentvolumeclaims', {
    body: { metadata: { name: 'c' }, spec },
  });
  expect(body.metadata.finalizers).toEqual(['kubernetes.io/pvc-protection']);
  expect(body['spec']).toMatchObject({ storageClassName: 'std' });
});
