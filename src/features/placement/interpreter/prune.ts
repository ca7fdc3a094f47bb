import { deepClone } from '../../../apimachinery/clone/deep-clone.ts';
import type { JsonObject, UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { isObject, kindKey, objectAt, stringOr } from './fields.ts';

/** Prune: a template as a member is to get it, without what the hub's server filled in. Returns a private copy. */
export const pruneTemplate = (template: UnstructuredObject): UnstructuredObject => {
  const object = deepClone(template);
  const { name, namespace, labels, annotations } = object.metadata;
  object.metadata = {
    name,
    ...(namespace ? { namespace } : {}),
    ...(labels ? { labels } : {}),
    ...(annotations ? { annotations } : {}),
  };
  delete object['status'];
  delete annotations?.['kubectl.kubernetes.io/last-applied-configuration'];
  prunersByKind[kindKey(object)]?.(object);
  return object;
};

const prunersByKind: Record<string, (object: UnstructuredObject) => void> = {
  'v1/Service': (object) => {
    const spec = objectAt(object, 'spec');
    if (spec['clusterIP'] === 'None') return;
    delete spec['clusterIP'];
    delete spec['clusterIPs'];
    delete spec['healthCheckNodePort'];
  },
  'batch/v1/Job': (object) => {
    const spec = objectAt(object, 'spec');
    // The hub removes a finished Job everywhere; one that its member removed would be put back, and run again.
    delete spec['ttlSecondsAfterFinished'];
    if (spec['manualSelector'] === true) return;
    delete spec['selector'];
    const labels = objectAt(spec, 'template', 'metadata', 'labels');
    for (const key of ['controller-uid', 'job-name', 'batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name'])
      delete labels[key];
  },
  'v1/ServiceAccount': (object) => {
    delete object['secrets'];
  },
  'v1/PersistentVolumeClaim': (object) => {
    for (const key of Object.keys(object.metadata.annotations ?? {})) {
      if (key.startsWith('pv.kubernetes.io/') || key.startsWith('volume.kubernetes.io/')) delete object.metadata.annotations![key];
    }
    delete objectAt(object, 'spec')['volumeName'];
  },
  'v1/Pod': (object) => {
    const spec = objectAt(object, 'spec');
    delete spec['nodeName'];
    stripTokenVolumes(spec);
  },
};

const stripTokenVolumes = (spec: JsonObject): void => {
  const isToken = (entry: unknown): boolean => isObject(entry) && stringOr(entry['name'], '').startsWith('kube-api-access-');
  for (const [holder, list] of [
    [spec, 'volumes'] as const,
    ...containersIn(spec).map((container) => [container, 'volumeMounts'] as const),
  ]) {
    if (Array.isArray(holder[list])) holder[list] = holder[list].filter((entry) => !isToken(entry));
  }
};

const containersIn = (spec: JsonObject): JsonObject[] =>
  ['containers', 'initContainers'].flatMap((list) => (Array.isArray(spec[list]) ? spec[list].filter(isObject) : []));
