import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { subjects as applySubjects } from './apply-subjects.ts';
import { readSeeds } from './field-seeds.ts';
import { pick, type Random } from './random.ts';
import { randomEdits } from './vary.ts';

/** One object of a kind, in every version that both servers serve, and how to make up random contents for it. */
export interface LiveSubject {
  readonly kind: string;
  readonly name: string;
  /** The collection's path and a random configuration, by version. */
  readonly versions: readonly { readonly apiVersion: string; readonly collection: string; content(random: Random): JsonObject }[];
  readonly subresources: readonly string[];
  readonly isCustom: boolean;
}

const text: JsonObject = { type: 'string' };

const gadgetSchema = (sizeField: string): JsonObject => ({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        [sizeField]: { type: 'integer', default: 1 },
        replicas: { type: 'integer', format: 'int32' },
        nullable: { type: 'string', nullable: true },
        set: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
        numbers: { type: 'array', items: { type: 'number' }, 'x-kubernetes-list-type': 'set' },
        plain: { type: 'array', items: { type: 'object', properties: { a: text, b: { type: 'string', default: 'b' } } } },
        ports: {
          type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['port', 'protocol'],
          items: { type: 'object', required: ['port'], properties: { port: { type: 'integer' }, protocol: { type: 'string', default: 'TCP' }, name: text, nested: { type: 'object', properties: { x: text, y: text } } } },
        },
        atomic: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { a: text, b: text } },
        open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { known: text, list: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' } } },
        embedded: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
        mixed: { 'x-kubernetes-int-or-string': true },
        map: { type: 'object', additionalProperties: { type: 'object', properties: { x: text, y: { type: 'integer', default: 7 } } } },
        lists: { type: 'object', additionalProperties: { type: 'array', items: { type: 'array', items: text } } },
      },
    },
    status: { type: 'object', properties: { replicas: { type: 'integer' }, selector: text, conditions: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'], items: { type: 'object', required: ['type'], properties: { type: text, status: text } } } } },
  },
}); // prettier-ignore

const gadgetContent = (sizeField: string): JsonObject => ({
  metadata: { labels: { a: '1' }, annotations: { 'x.example/a': '1' } },
  spec: {
    [sizeField]: 2, replicas: 1, nullable: 'n', set: ['a', 'b', 'c'], numbers: [1, 2.5, 3], plain: [{ a: 'x' }, { b: 'y' }],
    ports: [{ port: 80, name: 'p' }, { port: 80, protocol: 'UDP', nested: { x: '1', y: '2' } }, { port: 81, protocol: 'TCP' }],
    atomic: { a: '1', b: '2' }, open: { known: 'k', other: { deep: [1, { x: 2 }] }, list: ['l', 'm'] }, embedded: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'in', labels: { a: '1' } }, spec: { x: 1 } },
    mixed: '50%', map: { one: { x: '1' }, two: { x: '2', y: 3 } }, lists: { l: [['a'], ['b', 'c']] },
  },
  status: { replicas: 1, selector: 'a=b', conditions: [{ type: 'A', status: 'True' }, { type: 'B', status: 'False' }] },
}); // prettier-ignore

const group = 'sequences.differential.example';

/** Two custom kinds of two versions: one whose versions differ in name alone, one that a webhook converts (`size` is `extent` in the old one). */
export const definitions = (webhook: { readonly url: string; readonly caBundle: string }): JsonObject[] =>
  (['gadget', 'widget'] as const).map((singular) => {
    const kind = singular === 'gadget' ? 'Gadget' : 'Widget';
    const converted = singular === 'widget';
    const version = (name: string, sizeField: string): JsonObject => ({
      name, served: true, storage: name === 'v1',
      subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' } },
      schema: { openAPIV3Schema: gadgetSchema(sizeField) },
    }); // prettier-ignore
    return {
      apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: `${singular}s.${group}` },
      spec: {
        group, scope: 'Namespaced', names: { plural: `${singular}s`, singular, kind, listKind: `${kind}List` },
        versions: [version('v1', 'size'), version('v1beta1', converted ? 'extent' : 'size')],
        ...(converted ? { conversion: { strategy: 'Webhook', webhook: { clientConfig: { url: `${webhook.url}/convert`, caBundle: webhook.caBundle }, conversionReviewVersions: ['v1'] } } } : {}),
      },
    }; // prettier-ignore
  });

/** What the conversion webhook answers. */
export const convertReview = (body: string): Json => {
  const { request } = JSON.parse(body) as {
    request: { uid: string; desiredAPIVersion: string; objects: { spec?: Record<string, Json> }[] };
  };
  const [from, to] = request.desiredAPIVersion.endsWith('/v1') ? ['extent', 'size'] : ['size', 'extent'];
  const convertedObjects = request.objects.map(({ spec, ...object }) => {
    if (!spec) return { ...object, apiVersion: request.desiredAPIVersion };
    const { [from ?? '']: size, ...rest } = spec;
    return { ...object, apiVersion: request.desiredAPIVersion, spec: { ...rest, ...(size === undefined ? {} : { [to ?? '']: size }) } };
  });
  return {
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'ConversionReview',
    response: { uid: request.uid, result: { status: 'Success' }, convertedObjects } as unknown as Json,
  }; // prettier-ignore
};

const varied = (base: JsonObject, random: Random): JsonObject => randomEdits(base, random, pick(random, [0, 1, 2, 4, 8, 12]))(base);

const custom = (namespace: string): LiveSubject[] =>
  ['Gadget', 'Widget'].map((kind) => ({
    kind,
    name: 'seq',
    versions: ['v1', 'v1', 'v1beta1'].map((version) => ({
      apiVersion: `${group}/${version}`,
      collection: `/apis/${group}/${version}/namespaces/${namespace}/${kind.toLowerCase()}s`,
      content: (random) => varied(gadgetContent(version !== 'v1' && kind === 'Widget' ? 'extent' : 'size'), random),
    })),
    subresources: ['status', 'scale'],
    isCustom: true,
  }));

const written = (namespace: string): LiveSubject[] =>
  applySubjects
    .filter(({ definitionBody }) => !definitionBody)
    .map(({ apiVersion, kind, path, name, hasStatus, config }) => ({
      kind,
      name,
      versions: [{ apiVersion, collection: path.replace('/default/', `/${namespace}/`), content: config }],
      subresources: [...(hasStatus ? ['status'] : []), ...(kind === 'Deployment' ? ['scale'] : [])],
      isCustom: false,
    }));

/** Kinds in several groups or versions, whose contents are given in each. */
const paired = (namespace: string): LiveSubject[] => [
  {
    kind: 'HorizontalPodAutoscaler',
    name: 'seq',
    versions: [
      { apiVersion: 'autoscaling/v1', collection: `/apis/autoscaling/v1/namespaces/${namespace}/horizontalpodautoscalers`, content: (random) => varied({ metadata: { labels: { a: '1' } }, spec: { minReplicas: 1, maxReplicas: 3, targetCPUUtilizationPercentage: 60, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } } }, random) },
      { apiVersion: 'autoscaling/v2', collection: `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`, content: (random) => varied({ metadata: { labels: { a: '1' } }, spec: { minReplicas: 1, maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }, { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } }], behavior: { scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } } } }, random) },
    ],
    subresources: ['status'],
    isCustom: false,
  },
  {
    kind: 'Event',
    name: 'seq',
    versions: [
      { apiVersion: 'v1', collection: `/api/v1/namespaces/${namespace}/events`, content: (random) => varied({ involvedObject: { kind: 'Pod', namespace, name: 'p' }, reason: 'R', message: 'm', type: 'Normal', source: { component: 'c' }, count: 1, firstTimestamp: '2020-01-01T00:00:00Z', lastTimestamp: '2020-01-01T00:00:00Z' }, random) },
      { apiVersion: 'events.k8s.io/v1', collection: `/apis/events.k8s.io/v1/namespaces/${namespace}/events`, content: (random) => varied({ regarding: { kind: 'Pod', namespace, name: 'p' }, reason: 'R', note: 'm', type: 'Normal', action: 'a', reportingController: 'x.example/c', reportingInstance: 'i', eventTime: '2020-01-01T00:00:00.000000Z', series: { count: 2, lastObservedTime: '2020-01-01T00:00:00.000000Z' } }, random) },
    ],
    subresources: [],
    isCustom: false,
  },
]; // prettier-ignore

/** Kinds whose objects admission or life cycles of their own change between two requests. */
const unsteady = new Set(['Namespace', 'Node', 'TokenReview', 'SubjectAccessReview', 'SelfSubjectAccessReview', 'LocalSubjectAccessReview', 'SelfSubjectRulesReview', 'SelfSubjectReview', 'Binding', 'Eviction', 'APIService', 'CustomResourceDefinition', 'Scale', 'TokenRequest', 'ValidatingAdmissionPolicy', 'ResourceQuota', 'LimitRange', 'ServiceCIDR', 'ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'ValidatingAdmissionPolicyBinding', 'MutatingAdmissionPolicyBinding']); // prettier-ignore

const seeded = (namespace: string): LiveSubject[] =>
  readSeeds(namespace)
    .filter(({ object }) => !unsteady.has(String(object.kind)))
    .map(({ object, definition, collection }) => {
      const { apiVersion, kind, metadata, ...rest } = object as unknown as JsonObject & { metadata: JsonObject };
      const { name, ...more } = metadata;
      const base: JsonObject = { metadata: { ...more, labels: { a: '1', b: '2' } }, ...rest };
      return {
        kind: String(kind),
        name: `seq-${String(name)}`,
        versions: [{ apiVersion: String(apiVersion), collection, content: (random: Random) => varied(base, random) }],
        subresources: definition.subresources.map((each) => each.name).filter((each) => each === 'status' || each === 'scale'),
        isCustom: false,
      };
    });

/** Everything that sequences run on. */
export const liveSubjects = (namespace: string): LiveSubject[] => [
  ...custom(namespace),
  ...written(namespace),
  ...paired(namespace),
  ...seeded(namespace),
];
