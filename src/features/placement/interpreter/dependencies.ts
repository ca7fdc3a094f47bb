import type { JsonObject, UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { podSpecOf } from '../override/pod-spec.ts';
import { kindKey, listAt, objectAt } from './fields.ts';

/** An object that a workload needs beside it. */
export interface Dependency {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** InterpretDependency: ConfigMaps, Secrets, the ServiceAccount (unless `default`) and PersistentVolumeClaims of a pod spec; an Ingress' TLS Secrets. Sorted, without repeats. */
export const dependenciesOf = (object: UnstructuredObject): Dependency[] => {
  const namespace = object.metadata.namespace ?? '';
  const found = new Map<string, Dependency>();
  const add = (kind: string, name: unknown): void => {
    if (typeof name === 'string' && name !== '') found.set(`${kind}/${name}`, { apiVersion: 'v1', kind, namespace, name });
  };
  if (kindKey(object) === 'networking.k8s.io/v1/Ingress') for (const tls of listAt(object, 'spec', 'tls')) add('Secret', tls['secretName']);
  const pod = podSpecOf(object)?.spec;
  if (pod) addFromPod(pod, add);
  for (const template of listAt(object, 'spec', 'volumeClaimTemplates'))
    found.delete(`PersistentVolumeClaim/${String(objectAt(template, 'metadata')['name'])}`);
  return [...found.values()].toSorted((a, b) => (`${a.kind}/${a.name}` < `${b.kind}/${b.name}` ? -1 : 1));
};

const addFromPod = (pod: JsonObject, add: (kind: string, name: unknown) => void): void => {
  if (pod['serviceAccountName'] !== 'default') add('ServiceAccount', pod['serviceAccountName']);
  for (const secret of listAt(pod, 'imagePullSecrets')) add('Secret', secret['name']);
  for (const volume of listAt(pod, 'volumes')) {
    add('ConfigMap', objectAt(volume, 'configMap')['name']);
    add('Secret', objectAt(volume, 'secret')['secretName']);
    add('PersistentVolumeClaim', objectAt(volume, 'persistentVolumeClaim')['claimName']);
    for (const source of listAt(volume, 'projected', 'sources')) {
      add('ConfigMap', objectAt(source, 'configMap')['name']);
      add('Secret', objectAt(source, 'secret')['name']);
    }
  }
  for (const container of [...listAt(pod, 'containers'), ...listAt(pod, 'initContainers'), ...listAt(pod, 'ephemeralContainers')]) {
    for (const source of listAt(container, 'envFrom')) {
      add('ConfigMap', objectAt(source, 'configMapRef')['name']);
      add('Secret', objectAt(source, 'secretRef')['name']);
    }
    for (const variable of listAt(container, 'env')) {
      add('ConfigMap', objectAt(variable, 'valueFrom', 'configMapKeyRef')['name']);
      add('Secret', objectAt(variable, 'valueFrom', 'secretKeyRef')['name']);
    }
  }
};
