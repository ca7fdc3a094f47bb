import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { pick, type Random } from './random.ts';

/** What the built-in admission plugins look at: namespaces with labels, limits and quotas, and the classes that others name. */
export interface Setup {
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
  readonly body: JsonObject;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: Json;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const core = '/api/v1';
const inNamespace = (namespace: string, plural: string, group = core): string => `${group}/namespaces/${namespace}/${plural}`;
const post = (path: string, body: JsonObject): Setup => ({ method: 'POST', path, body });
const named = (name: string, more: JsonObject = {}): JsonObject => ({ metadata: { name }, ...more });

const levels = ['privileged', 'baseline', 'restricted', 'nonsense'];
const versions = ['latest', 'v1.0', 'v1.2', 'v1.7', 'v1.8', 'v1.18', 'v1.19', 'v1.21', 'v1.22', 'v1.24', 'v1.25', 'v1.26', 'v1.28', 'v1.29', 'v1.31', 'v1.32', 'v1.34', 'v1.35', 'v1.36']; // prettier-ignore

/** The names of all namespaces, by what is in them. */
export const namespaces = {
  security: versions.flatMap((_, i) => [`sb${i}`, `sr${i}`]),
  limits: ['lim0', 'lim1', 'lim2', 'lim3'],
  quotas: ['q0', 'q1', 'q2', 'q3', 'q4', 'q5'],
  plain: ['plain', 'strict'],
};

const quotas: readonly JsonObject[] = [
  { hard: { pods: '3', 'requests.cpu': '1', 'limits.memory': '1Gi', 'count/configmaps': '2', services: '2', 'services.nodeports': '1', 'services.loadbalancers': '1', persistentvolumeclaims: '1', 'requests.storage': '5Gi', 'fast.storageclass.storage.k8s.io/requests.storage': '1Gi', 'count/deployments.apps': '1', 'requests.example.com/gpu': '2', replicationcontrollers: '1', secrets: '1', resourcequotas: '2' } },
  { hard: { pods: '1' }, scopes: ['BestEffort'] }, { hard: { pods: '1', cpu: '1' }, scopes: ['NotBestEffort'] }, { hard: { pods: '1', 'limits.cpu': '1' }, scopes: ['Terminating'] },
  { hard: { pods: '1' }, scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] } }, { hard: { pods: '1', memory: '1Gi', 'requests.ephemeral-storage': '1Gi' }, scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'Exists' }, { scopeName: 'NotTerminating', operator: 'Exists' }] } },
]; // prettier-ignore

const limits: readonly JsonObject[] = [
  { limits: [{ type: 'Container', default: { cpu: '1', memory: '1Gi' }, defaultRequest: { cpu: '100m' }, max: { cpu: '2', memory: '2Gi' }, min: { cpu: '50m' }, maxLimitRequestRatio: { cpu: '4' } }] },
  { limits: [{ type: 'Pod', max: { cpu: '2', memory: '1Gi' }, min: { cpu: '200m' }, maxLimitRequestRatio: { memory: '2' } }] },
  { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '5Gi' }, min: { storage: '1Gi' } }, { type: 'Container', max: { 'example.com/gpu': '1', 'ephemeral-storage': '1Gi' } }] },
  { limits: [{ type: 'Container', min: { cpu: '100m' } }, { type: 'Container', default: { cpu: '200m', memory: '64Mi' } }, { type: 'Pod', max: { cpu: '1' } }] },
]; // prettier-ignore

const namespaceOf = (name: string, labels: JsonObject = {}, annotations: JsonObject = {}): Setup =>
  post(`${core}/namespaces`, { metadata: { name, labels, annotations } });

export const setups: readonly Setup[] = [
  ...versions.flatMap((version, i) => [
    namespaceOf(`sb${i}`, { 'pod-security.kubernetes.io/enforce': 'baseline', 'pod-security.kubernetes.io/enforce-version': version, 'pod-security.kubernetes.io/warn': levels[i % 3] ?? '', 'pod-security.kubernetes.io/warn-version': version }),
    namespaceOf(`sr${i}`, { 'pod-security.kubernetes.io/enforce': i % 3 === 0 ? 'privileged' : 'restricted', 'pod-security.kubernetes.io/enforce-version': version, 'pod-security.kubernetes.io/warn': 'restricted', 'pod-security.kubernetes.io/warn-version': version, 'pod-security.kubernetes.io/audit': 'restricted' }),
  ]),
  ...namespaces.limits.map((name) => namespaceOf(name)), ...namespaces.quotas.map((name) => namespaceOf(name)), namespaceOf('plain'), namespaceOf('strict'),
  ...Object.values(namespaces).flat().map((name) => post(inNamespace(name, 'serviceaccounts'), named('default', name === 'plain' ? { imagePullSecrets: [{ name: 'pull' }] } : {}))),
  post(inNamespace('strict', 'serviceaccounts'), { metadata: { name: 'mount', annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } }, secrets: [{ name: 'known' }], imagePullSecrets: [{ name: 'pull' }] }), post(inNamespace('strict', 'serviceaccounts'), { metadata: { name: 'quiet' }, automountServiceAccountToken: false }),
  ...limits.map((spec, i) => post(inNamespace(`lim${i}`, 'limitranges'), named('l', { spec }))),
  ...quotas.flatMap((spec, i): Setup[] => [post(inNamespace(`q${i}`, 'resourcequotas'), named('q', { spec })), { method: 'PATCH', path: `${inNamespace(`q${i}`, 'resourcequotas')}/q/status`, body: { status: { hard: spec['hard'] ?? {}, used: Object.fromEntries(Object.keys(spec['hard'] as JsonObject).map((key) => [key, key === 'resourcequotas' ? '1' : '0'])) } } }]),
  post('/apis/scheduling.k8s.io/v1/priorityclasses', named('high', { value: 1000, preemptionPolicy: 'Never' })), post('/apis/scheduling.k8s.io/v1/priorityclasses', named('low', { value: -5, globalDefault: true })),
  post('/apis/node.k8s.io/v1/runtimeclasses', named('heavy', { handler: 'h', overhead: { podFixed: { cpu: '100m', memory: '64Mi' } }, scheduling: { nodeSelector: { kind: 'heavy' }, tolerations: [{ key: 'heavy', operator: 'Exists' }] } })), post('/apis/node.k8s.io/v1/runtimeclasses', named('light', { handler: 'l' })),
  post('/apis/storage.k8s.io/v1/storageclasses', { metadata: { name: 'fast', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }, provisioner: 'p.example', allowVolumeExpansion: true }), post('/apis/storage.k8s.io/v1/storageclasses', named('slow', { provisioner: 'p.example' })),
  post('/apis/networking.k8s.io/v1/ingressclasses', { metadata: { name: 'main', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } }, spec: { controller: 'c.example/c' } }),
]; // prettier-ignore

const maybe = (random: Random, chance: number, fields: () => JsonObject): JsonObject => (random() < chance ? fields() : {});

const resources = (random: Random): JsonObject =>
  maybe(random, 0.6, () => {
    const some = (): JsonObject => ({
      ...maybe(random, 0.6, () => ({ cpu: pick(random, ['10m', '50m', '100m', '500m', '1', '2', '3']) })), ...maybe(random, 0.5, () => ({ memory: pick(random, ['32Mi', '512Mi', '1Gi', '3Gi']) })), ...maybe(random, 0.1, () => ({ 'ephemeral-storage': pick(random, ['1Gi', '2Gi']) })), ...maybe(random, 0.1, () => ({ 'example.com/gpu': '1' })),
    }); // prettier-ignore
    const limited = some();
    return {
      resources: {
        ...(random() < 0.8 ? { limits: limited } : {}),
        ...(random() < 0.6 ? { requests: random() < 0.5 ? limited : some() } : {}),
      },
    };
  });

const securityContext = (random: Random, isPod: boolean): JsonObject =>
  maybe(random, 0.7, () => ({
    securityContext: {
      ...maybe(random, 0.5, () => ({ runAsNonRoot: random() < 0.8 })), ...maybe(random, 0.2, () => ({ runAsUser: pick(random, [0, 1000]) })), ...maybe(random, 0.4, () => ({ seccompProfile: pick<JsonObject>(random, [{ type: 'RuntimeDefault' }, { type: 'Unconfined' }, { type: 'Localhost', localhostProfile: 'x' }]) })), ...maybe(random, 0.15, () => ({ appArmorProfile: pick<JsonObject>(random, [{ type: 'RuntimeDefault' }, { type: 'Unconfined' }]) })), ...maybe(random, 0.2, () => ({ seLinuxOptions: pick<JsonObject>(random, [{ type: 'container_t' }, { type: 'bad_t' }, { user: 'u' }, { role: 'r' }, { type: 'container_engine_t' }]) })), ...maybe(random, 0.15, () => ({ windowsOptions: { hostProcess: random() < 0.5 } })),
      ...(isPod ? maybe(random, 0.25, () => ({ sysctls: [{ name: pick(random, ['kernel.shm_rmid_forced', 'net.core.somaxconn', 'net.ipv4.ip_local_reserved_ports', 'net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_rmem', 'kernel.msgmax']), value: '1' }] }))
        : { ...maybe(random, 0.2, () => ({ privileged: random() < 0.5 })), ...maybe(random, 0.5, () => ({ allowPrivilegeEscalation: random() < 0.3 })), ...maybe(random, 0.5, () => ({ capabilities: { ...maybe(random, 0.8, () => ({ drop: [pick(random, ['ALL', 'all', 'NET_RAW'])] })), ...maybe(random, 0.3, () => ({ add: [pick(random, ['NET_BIND_SERVICE', 'SYS_ADMIN', 'CHOWN', 'CAP_NET_BIND_SERVICE'])] })) } })), ...maybe(random, 0.1, () => ({ procMount: pick(random, ['Default', 'Unmasked']) })) }),
    },
  })); // prettier-ignore

const container = (random: Random, name: string): JsonObject => ({
  name, image: 'i', ...resources(random), ...securityContext(random, false),
  ...maybe(random, 0.15, () => ({ ports: [{ containerPort: 80, ...(random() < 0.5 ? { hostPort: 80 } : {}) }] })), ...maybe(random, 0.1, () => ({ env: [{ name: 'E', valueFrom: { secretKeyRef: { name: pick(random, ['known', 'other']), key: 'k' } } }] })), ...maybe(random, 0.1, () => ({ envFrom: [{ secretRef: { name: pick(random, ['known', 'other']) } }] })), ...maybe(random, 0.1, () => ({ livenessProbe: { httpGet: { port: 80, ...(random() < 0.6 ? { host: pick(random, ['1.2.3.4', '127.0.0.1']) } : {}) } } })), ...maybe(random, 0.05, () => ({ lifecycle: { preStop: { httpGet: { port: 80, host: 'evil' } } } })),
  ...maybe(random, 0.1, () => ({ volumeMounts: [{ name: 'v0', mountPath: pick(random, ['/m', '/var/run/secrets/kubernetes.io/serviceaccount']) }] })),
}); // prettier-ignore

const volumes = (random: Random): JsonObject[] =>
  [0, 1].map((i) => ({ name: `v${i}`, ...pick<JsonObject>(random, [{ emptyDir: {} }, { emptyDir: {} }, { hostPath: { path: '/x' } }, { secret: { secretName: pick(random, ['known', 'other']) } }, { configMap: { name: 'c' } }, { projected: { sources: [{ serviceAccountToken: { path: 't' } }, { secret: { name: 'other' } }] } }, { nfs: { server: 's', path: '/p' } }, { csi: { driver: 'd.example' } }, { image: { reference: 'r' } }, { ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } } }, { gitRepo: { repository: 'r' } }, { persistentVolumeClaim: { claimName: 'p' } }, { downwardAPI: { items: [] } }]) })); // prettier-ignore

const podSpec = (random: Random): JsonObject => ({
  containers: [container(random, 'c'), ...(random() < 0.3 ? [container(random, 'd')] : [])], ...maybe(random, 0.2, () => ({ initContainers: [{ ...container(random, 'i'), ...maybe(random, 0.4, () => ({ restartPolicy: 'Always' })) }] })), volumes: volumes(random), ...securityContext(random, true),
  ...maybe(random, 0.15, () => ({ [pick(random, ['hostNetwork', 'hostPID', 'hostIPC'])]: true })), ...maybe(random, 0.1, () => ({ hostUsers: random() < 0.5 })), ...maybe(random, 0.2, () => ({ priorityClassName: pick(random, ['high', 'low', 'ghost', 'system-node-critical', 'system-cluster-critical']) })), ...maybe(random, 0.05, () => ({ priority: pick(random, [0, 1000, -5]) })), ...maybe(random, 0.05, () => ({ preemptionPolicy: pick(random, ['Never', 'PreemptLowerPriority']) })),
  ...maybe(random, 0.15, () => ({ runtimeClassName: pick(random, ['heavy', 'light', 'ghost']) })), ...maybe(random, 0.05, () => ({ overhead: { cpu: '100m' } })), ...maybe(random, 0.1, () => ({ nodeSelector: { kind: pick(random, ['heavy', 'other']) } })), ...maybe(random, 0.2, () => ({ serviceAccountName: pick(random, ['default', 'mount', 'quiet', 'ghost']) })), ...maybe(random, 0.1, () => ({ automountServiceAccountToken: random() < 0.5 })), ...maybe(random, 0.1, () => ({ imagePullSecrets: [{ name: pick(random, ['pull', 'other']) }] })),
  ...maybe(random, 0.2, () => ({ tolerations: [pick<JsonObject>(random, [{ operator: 'Exists' }, { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' }, { key: 'node.kubernetes.io/unreachable', operator: 'Exists' }, { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' }, { key: 'heavy', operator: 'Exists' }])] })), ...maybe(random, 0.15, () => ({ activeDeadlineSeconds: 10 })), ...maybe(random, 0.1, () => ({ os: { name: pick(random, ['linux', 'windows']) } })), ...maybe(random, 0.1, () => ({ resources: { limits: { cpu: pick(random, ['1', '3']), memory: '1Gi' } } })), ...maybe(random, 0.05, () => ({ nodeName: 'n' })), ...maybe(random, 0.08, () => ({ topologySpreadConstraints: [], schedulingGates: [{ name: 'g' }] })),
}); // prettier-ignore

const podMetadata = (random: Random, name: string): JsonObject => ({
  name, labels: { a: 'b' },
  ...maybe(random, 0.15, () => ({ annotations: pick<JsonObject>(random, [{ 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' }, { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' }, { 'container.seccomp.security.alpha.kubernetes.io/c': 'unconfined' }, { 'kubernetes.io/config.mirror': 'x' }]) })),
}); // prettier-ignore

const template = (random: Random): JsonObject => ({ metadata: { labels: { a: 'b' } }, spec: podSpec(random) });
const selector: JsonObject = { matchLabels: { a: 'b' } };

const workloads: readonly ((random: Random, namespace: string, name: string) => Request)[] = [
  (random, namespace, name) => ({ method: 'POST', path: inNamespace(namespace, 'deployments', '/apis/apps/v1'), body: named(name, { spec: { selector, template: template(random) } }) }),
  (random, namespace, name) => ({ method: 'POST', path: inNamespace(namespace, 'statefulsets', '/apis/apps/v1'), body: named(name, { spec: { selector, serviceName: 's', template: template(random) } }) }),
  (random, namespace, name) => ({ method: 'POST', path: inNamespace(namespace, 'jobs', '/apis/batch/v1'), body: named(name, { spec: { template: { spec: { ...podSpec(random), restartPolicy: 'Never' } } } }) }),
  (random, namespace, name) => ({ method: 'POST', path: inNamespace(namespace, 'cronjobs', '/apis/batch/v1'), body: named(name, { spec: { schedule: '* * * * *', jobTemplate: { spec: { template: { spec: { ...podSpec(random), restartPolicy: 'Never' } } } } } }) }),
  (random, namespace, name) => ({ method: 'POST', path: inNamespace(namespace, 'replicationcontrollers'), body: named(name, { spec: { selector: { a: 'b' }, template: template(random) } }) }),
  (random, namespace, name) => ({ method: 'POST', path: inNamespace(namespace, 'podtemplates'), body: named(name, { template: template(random) }) }),
  (random, namespace, name) => ({ method: 'POST', path: inNamespace(namespace, 'services'), body: named(name, { spec: { ports: [{ port: 80 }, { port: 81, name: 'b' }].slice(random() < 0.5 ? 1 : 0).map((port, i) => ({ ...port, name: `p${i}` })), ...maybe(random, 0.8, () => ({ type: pick(random, ['NodePort', 'LoadBalancer', 'ClusterIP']) })), ...maybe(random, 0.2, () => ({ allocateLoadBalancerNodePorts: false })) } }) }),
  (random, namespace, name) => ({ method: 'POST', path: inNamespace(namespace, 'persistentvolumeclaims'), body: named(name, { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: pick(random, ['100Mi', '1Gi', '3Gi', '6Gi']) } }, ...maybe(random, 0.6, () => ({ storageClassName: pick(random, ['fast', 'slow', 'ghost', '']) })) } }) }),
  (random, namespace, name) => ({ method: 'POST', path: inNamespace(namespace, 'ingresses', '/apis/networking.k8s.io/v1'), body: { metadata: { name, ...maybe(random, 0.3, () => ({ annotations: { 'kubernetes.io/ingress.class': 'x' } })) }, spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } }, ...maybe(random, 0.3, () => ({ ingressClassName: pick(random, ['main', 'ghost']) })) } } }),
  (_random, namespace, name) => ({ method: 'POST', path: inNamespace(namespace, 'configmaps'), body: named(name) }), (_random, namespace, name) => ({ method: 'POST', path: inNamespace(namespace, 'secrets'), body: named(name) }),
  (random, namespace, name) => ({ method: 'PATCH', path: inNamespace(namespace, '').replace(/\/$/, ''), type: 'application/merge-patch+json', body: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': pick(random, levels), 'pod-security.kubernetes.io/enforce-version': pick(random, [...versions, 'v2.0', 'x']) }, annotations: { n: name } } } }),
]; // prettier-ignore

/** A request that some of the plugins judge. */
export const nextRequest = (random: Random, name: string): Request => {
  const namespace = pick(random, pick(random, [namespaces.security, namespaces.security, namespaces.limits, namespaces.quotas, namespaces.quotas, namespaces.plain])); // prettier-ignore
  const isPod = random() < 0.6;
  const request = isPod
    ? {
        method: 'POST',
        path: inNamespace(namespace, 'pods'),
        body: { metadata: podMetadata(random, name), spec: podSpec(random) } as JsonObject,
      }
    : pick(random, workloads)(random, namespace, name);
  const isDry = !namespace.startsWith('q') || random() < 0.3;
  return isDry ? { ...request, path: `${request.path}?dryRun=All` } : request;
};
