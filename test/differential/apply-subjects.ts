import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import type { JsonSchema, SchemaSource } from '../../src/apimachinery/schema/json-schema.ts';

type Random = () => number;

/** A kind that sequences run on, with random configurations of it. */
export interface Subject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly path: string;
  readonly name: string;
  /** Of a built-in kind. */
  readonly definition?: string;
  /** Of a custom kind, with its CustomResourceDefinition. */
  readonly schema?: SchemaSource;
  readonly definitionBody?: JsonObject;
  readonly hasStatus: boolean;
  /** Fields of spec that the server fills in after ownership is recorded. */
  readonly allocated?: readonly string[];
  /** Fields beyond apiVersion, kind and the name. */
  config(random: Random): JsonObject;
  status?(random: Random): JsonObject;
  /** The configuration with directives of strategic merge patches in it. */
  directives?(random: Random, config: JsonObject): JsonObject;
}

const maybe = (random: Random, fields: JsonObject, probability = 0.6): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(() => random() < probability));

const subset = <T>(random: Random, items: readonly T[]): T[] => {
  const chosen = items.filter(() => random() < 0.6);
  return random() < 0.3 ? chosen.toReversed() : chosen;
};

const number = (random: Random, below: number): number => Math.floor(random() * below);

const meta = (random: Random): JsonObject => ({
  metadata: {
    ...maybe(random, {
      labels: maybe(random, { a: `${number(random, 2)}`, b: `${number(random, 2)}`, c: 'x' }),
      annotations: maybe(random, { 'x.example/a': `${number(random, 2)}`, 'x.example/b': 'y' }),
      finalizers: [],
    }),
  },
});

const configMap: Subject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  path: '/api/v1/namespaces/default/configmaps',
  name: 'diff',
  definition: 'io.k8s.api.core.v1.ConfigMap',
  hasStatus: false,
  config: (random) => ({
    ...meta(random),
    ...maybe(random, {
      data: maybe(random, { a: `${number(random, 3)}`, b: `${number(random, 3)}`, c: 'z' }),
      binaryData: maybe(random, { d: 'aGk=' }),
    }),
  }),
};

const container = (random: Random, name: string): JsonObject => ({
  name,
  image: `img:${number(random, 2)}`,
  ...maybe(random, {
    env: subset(random, [
      { name: 'A', value: `${number(random, 2)}` },
      { name: 'B', value: 'b' },
      { name: 'C', valueFrom: { fieldRef: { fieldPath: 'metadata.name', apiVersion: 'v1' } } },
    ]),
    ports: subset(random, [
      { containerPort: 80 },
      { containerPort: 80, protocol: 'UDP' },
      { containerPort: 81 + number(random, 2), name: 'p', protocol: 'TCP' },
    ]),
    args: subset(random, ['x', 'y']),
    resources: maybe(random, { limits: maybe(random, { cpu: '1', memory: `${1 + number(random, 2)}Gi` }) }),
    securityContext: maybe(random, { runAsUser: number(random, 3), capabilities: { drop: ['ALL'] } }),
  }),
});

/** Directives in lists of a pod template: orders, deletions and replacements of containers and their environment. */
const withDirectives = (random: Random, config: JsonObject): JsonObject => {
  const changed = structuredClone(config) as { metadata: JsonObject; spec: { template: { spec: JsonObject }; strategy?: JsonObject } };
  const pod = changed.spec.template.spec;
  const containers = (pod['containers'] ?? []) as JsonObject[];
  const choice = random();
  if (choice < 0.3) {
    const names = subset(random, ['main', 's1', 's2', 'gone']);
    const inPatch = containers.map((item) => String(item['name']));
    const order = [...names.filter((name) => !inPatch.includes(name)), ...inPatch];
    pod['$setElementOrder/containers'] = order.map((name) => ({ name }));
  } else if (choice < 0.5) {
    pod['containers'] = [...containers.filter(({ name }) => name !== 's1'), { name: 's1', $patch: 'delete' }];
  } else if (choice < 0.6) {
    pod['containers'] = [...containers, { $patch: 'replace' }];
  }
  for (const item of containers) {
    const env = item['env'] as JsonObject[] | undefined;
    const envChoice = random();
    if (env && envChoice < 0.3) item['env'] = [...env.filter(({ name }) => name !== 'B'), { name: 'B', $patch: 'delete' }];
    else if (env && envChoice < 0.5)
      item['$setElementOrder/env'] = [{ name: 'C' }, ...env.filter(({ name }) => name !== 'C').map(({ name }) => ({ name: name ?? '' }))];
    if (item['resources'] && random() < 0.3) item['resources'] = { $patch: 'replace', requests: { cpu: '1' } };
    if (item['securityContext'] && random() < 0.2) item['securityContext'] = { $patch: 'delete' };
  }
  const strategyChoice = random();
  if (strategyChoice < 0.2) changed.spec.strategy = { $retainKeys: ['type'], type: 'Recreate' };
  else if (strategyChoice < 0.4)
    changed.spec.strategy = { $retainKeys: ['type', 'rollingUpdate'], type: 'RollingUpdate', rollingUpdate: { maxSurge: 3 } };
  const metaChoice = random();
  if (metaChoice < 0.3)
    changed.metadata = { ...changed.metadata, finalizers: subset(random, ['x.example/a', 'x.example/b', 'x.example/c']) };
  else if (metaChoice < 0.5)
    changed.metadata = { ...changed.metadata, '$deleteFromPrimitiveList/finalizers': subset(random, ['x.example/a', 'x.example/b']) };
  else if (metaChoice < 0.7)
    changed.metadata = { ...changed.metadata, '$setElementOrder/finalizers': ['x.example/c', 'x.example/a'], finalizers: ['x.example/a'] };
  return changed as unknown as JsonObject;
};

const deployment: Subject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  path: '/apis/apps/v1/namespaces/default/deployments',
  name: 'diff',
  definition: 'io.k8s.api.apps.v1.Deployment',
  hasStatus: true,
  directives: withDirectives,
  config: (random) => ({
    ...meta(random),
    spec: {
      ...maybe(random, { replicas: number(random, 3), paused: random() < 0.5, minReadySeconds: number(random, 2) }),
      ...maybe(
        random,
        { strategy: { type: 'RollingUpdate', rollingUpdate: maybe(random, { maxSurge: number(random, 2) + 1, maxUnavailable: '20%' }) } },
        0.3,
      ),
      selector: { matchLabels: { app: 'diff' } },
      template: {
        metadata: { labels: { app: 'diff', ...maybe(random, { extra: `${number(random, 2)}` }) } },
        spec: {
          containers: [container(random, 'main'), ...subset(random, ['s1', 's2']).map((name) => container(random, name))],
          ...maybe(random, {
            nodeSelector: maybe(random, { disk: `${number(random, 2)}`, zone: 'z' }),
            tolerations: subset(random, [
              { key: 'a', operator: 'Exists' },
              { key: 'b', operator: 'Exists' },
            ]),
            volumes: subset(random, [
              { name: 'v1', emptyDir: {} },
              { name: 'v2', configMap: { name: 'c', defaultMode: 420 } },
            ]),
            imagePullSecrets: subset(random, [{ name: 'p1' }, { name: 'p2' }]),
          }),
        },
      },
    },
  }),
  status: (random) => ({
    status: {
      replicas: number(random, 3),
      conditions: subset(random, ['Available', 'Progressing']).map((type) => ({ type, status: random() < 0.5 ? 'True' : 'False' })),
    },
  }),
};

const text: JsonSchema = { type: 'string' };
const widgetSchema: JsonSchema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        size: { type: 'integer' },
        set: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
        plain: { type: 'array', items: text },
        items: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['host', 'port'],
          items: {
            type: 'object',
            required: ['host'],
            properties: {
              host: text,
              port: { type: 'integer', default: 80 },
              weight: { type: 'integer' },
              tags: { type: 'object', additionalProperties: text },
            },
          },
        },
        atomic: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { a: text, b: text } },
        open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { known: text } },
        amount: { 'x-kubernetes-int-or-string': true },
        free: { type: 'object', additionalProperties: { type: 'object', properties: { x: text, y: text } } },
      },
    },
    status: { type: 'object', properties: { phase: text, notes: { type: 'array', items: text } } },
  },
};

const widget: Subject = {
  apiVersion: 'differential.example/v1',
  kind: 'Widget',
  path: '/apis/differential.example/v1/namespaces/default/widgets',
  name: 'diff',
  schema: {
    root: widgetSchema,
    resolve: (ref) => {
      throw new Error(`no schema ${ref}`);
    },
  },
  definitionBody: {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.differential.example' },
    spec: {
      group: 'differential.example',
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: widgetSchema as unknown as Json },
        },
      ],
    },
  },
  hasStatus: true,
  config: (random) => ({
    ...meta(random),
    ...maybe(
      random,
      {
        spec: maybe(random, {
          size: number(random, 3),
          set: subset(random, ['a', 'b', 'c']),
          plain: subset(random, ['a', 'b']),
          items: subset(random, [
            { host: 'h1', ...maybe(random, { weight: number(random, 2), tags: maybe(random, { t: '1', u: '2' }) }) },
            { host: 'h1', port: 81, weight: number(random, 2) },
            { host: 'h2', port: 80 },
          ]),
          atomic: maybe(random, { a: `${number(random, 2)}`, b: 'b' }),
          open: {
            ...maybe(random, {
              known: 'k',
              deep: maybe(random, { a: { b: number(random, 2) }, c: [1, { d: 2 }] }),
              other: number(random, 2),
            }),
          },
          amount: random() < 0.5 ? 1 : '50%',
          free: maybe(random, { one: maybe(random, { x: `${number(random, 2)}`, y: 'y' }), two: {} }),
        }),
      },
      0.9,
    ),
  }),
  status: (random) => ({ status: maybe(random, { phase: `p${number(random, 2)}`, notes: subset(random, ['n', 'm']) }) }),
};

const service: Subject = {
  apiVersion: 'v1',
  kind: 'Service',
  path: '/api/v1/namespaces/default/services',
  name: 'diff',
  definition: 'io.k8s.api.core.v1.Service',
  allocated: ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'],
  hasStatus: true,
  config: (random) => ({
    ...meta(random),
    spec: {
      ...maybe(random, {
        selector: maybe(random, { app: 'x', tier: `${number(random, 2)}` }),
        sessionAffinity: 'None',
        publishNotReadyAddresses: random() < 0.5,
      }),
      ports: [
        { name: 'http', port: 80, targetPort: random() < 0.5 ? 8080 : 'web', ...maybe(random, { protocol: 'TCP' }) },
        ...subset(random, [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, appProtocol: 'dns' },
        ]),
      ],
    },
  }),
  status: (random) => ({
    status: {
      conditions: subset(random, ['A', 'B']).map((type) => ({
        type,
        status: 'True',
        reason: `R${number(random, 2)}`,
        message: '',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      })),
    },
  }),
};

const serviceAccount: Subject = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  path: '/api/v1/namespaces/default/serviceaccounts',
  name: 'diff',
  definition: 'io.k8s.api.core.v1.ServiceAccount',
  hasStatus: false,
  config: (random) => ({
    ...meta(random),
    ...maybe(random, {
      secrets: subset(random, [{ name: 's1' }, { name: 's2' }]),
      imagePullSecrets: subset(random, [{ name: 'a' }, { name: 'b' }]),
      automountServiceAccountToken: random() < 0.5,
    }),
  }),
};

export const subjects: readonly Subject[] = [configMap, deployment, service, serviceAccount, widget];
