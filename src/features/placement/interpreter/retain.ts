import type { JsonObject, UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { labels } from '../api/names.ts';
import { isObject, kindKey, listAt, objectAt } from './fields.ts';

/** Retain: carries over, into `desired` and in place, what belongs to the member: fields its own controllers and admission set. */
export const retain = (desired: UnstructuredObject, observed: UnstructuredObject): void =>
  retainersByKind[kindKey(desired)]?.(desired, observed);

const copyFields = (from: JsonObject, to: JsonObject, fields: readonly string[]): void => {
  for (const field of fields) if (from[field] !== undefined && from[field] !== '') to[field] = from[field];
};

/** What the template leaves open and the member's admission has decided. */
const fillFields = (from: JsonObject, to: JsonObject, fields: readonly string[]): void =>
  copyFields(
    from,
    to,
    fields.filter((field) => to[field] === undefined),
  );

const specs = (desired: UnstructuredObject, observed: UnstructuredObject): [JsonObject, JsonObject] => {
  desired['spec'] ??= {};
  return [objectAt(observed, 'spec'), objectAt(desired, 'spec')];
};

const retainersByKind: Record<string, (desired: UnstructuredObject, observed: UnstructuredObject) => void> = {
  'apps/v1/Deployment': (desired, observed) => {
    if (desired.metadata.labels?.[labels.retainReplicas] === 'true') copyFields(...specs(desired, observed), ['replicas']);
  },
  'v1/Pod': (desired, observed) => {
    const [from, to] = specs(desired, observed);
    copyFields(from, to, ['nodeName', 'serviceAccountName', 'serviceAccount', 'volumes']);
    for (const list of ['containers', 'initContainers']) retainMounts(listAt(from, list), listAt(to, list));
  },
  'v1/Service': (desired, observed) => copyFields(...specs(desired, observed), ['clusterIP', 'clusterIPs', 'healthCheckNodePort']),
  'v1/ServiceAccount': (desired, observed) => copyFields(observed as JsonObject, desired as JsonObject, ['secrets']),
  'v1/PersistentVolumeClaim': (desired, observed) => {
    const [from, to] = specs(desired, observed);
    copyFields(from, to, ['volumeName']);
    fillFields(from, to, ['storageClassName', 'volumeAttributesClassName']);
  },
  'v1/PersistentVolume': (desired, observed) => copyFields(...specs(desired, observed), ['claimRef']),
  'batch/v1/Job': (desired, observed) => {
    const [from, to] = specs(desired, observed);
    copyFields(from, to, ['selector']);
    const template = objectAt(to, 'template');
    if (isObject(to['template']))
      template['metadata'] = { ...objectAt(template, 'metadata'), labels: objectAt(from, 'template', 'metadata', 'labels') };
  },
  'v1/Secret': (desired, observed) => {
    if (desired['type'] === 'kubernetes.io/service-account-token') copyFields(observed as JsonObject, desired as JsonObject, ['data']);
  },
};

const retainMounts = (from: readonly JsonObject[], to: readonly JsonObject[]): void => {
  const byName = new Map(from.map((container) => [container['name'], container]));
  for (const container of to) {
    const live = byName.get(container['name']);
    if (live) copyFields(live, container, ['volumeMounts']);
  }
};
