import { deepClone } from '../../../apimachinery/clone/deep-clone.ts';
import type { ControllerRevision, StatefulSet } from '../../../api/apps/types.gen.ts';
import type { PersistentVolumeClaim, Pod } from '../../../api/core/types.gen.ts';
import { statefulSetsRef } from '../../../api/refs.gen.ts';
import { controllerReference } from '../common/owner.ts';
import { revisionHashLabel, templateOf } from '../common/revision-history.ts';

export const podNameOf = (set: StatefulSet, ordinal: number): string => `${set.metadata.name}-${ordinal}`;

/** The number at the end of a pod's name; -1 when the name is not one of the set's. */
export const ordinalOf = (set: StatefulSet, { metadata }: Pod): number => {
  const digits = metadata.name.startsWith(`${set.metadata.name}-`) ? metadata.name.slice(set.metadata.name.length + 1) : '';
  return /^\d+$/.test(digits) ? Number(digits) : -1;
};

export const claimNameOf = (set: StatefulSet, template: string, ordinal: number): string => `${template}-${podNameOf(set, ordinal)}`;

/** The claims of one pod, not created yet. */
export const claimsOf = (set: StatefulSet, ordinal: number): PersistentVolumeClaim[] =>
  (set.spec.volumeClaimTemplates ?? []).map((template) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: claimNameOf(set, template.metadata.name, ordinal),
      namespace: set.metadata.namespace ?? '',
      labels: { ...template.metadata.labels, ...set.spec.selector.matchLabels },
      ...(template.metadata.annotations ? { annotations: { ...template.metadata.annotations } } : {}),
      ...(set.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted === 'Delete'
        ? { ownerReferences: [controllerReference(set, statefulSetsRef)] }
        : {}),
    },
    spec: deepClone(template.spec ?? {}),
  }));

/** The pod of an ordinal at a revision: stable name, host name, index label and claims. */
export const podOf = (set: StatefulSet, ordinal: number, revision: ControllerRevision): Pod => {
  const template = templateOf(revision);
  const name = podNameOf(set, ordinal);
  const spec = deepClone(template.spec ?? { containers: [] });
  const claimed = (set.spec.volumeClaimTemplates ?? []).map(({ metadata }) => ({
    name: metadata.name,
    persistentVolumeClaim: { claimName: claimNameOf(set, metadata.name, ordinal) },
  }));
  const volumes = [...claimed, ...(spec.volumes ?? []).filter((volume) => !claimed.some((other) => other.name === volume.name))];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: `${set.metadata.name}-`,
      namespace: set.metadata.namespace ?? '',
      ...(template.metadata?.annotations ? { annotations: { ...template.metadata.annotations } } : {}),
      ...(template.metadata?.finalizers ? { finalizers: [...template.metadata.finalizers] } : {}),
      labels: {
        ...template.metadata?.labels,
        'statefulset.kubernetes.io/pod-name': name,
        'apps.kubernetes.io/pod-index': String(ordinal),
        [revisionHashLabel]: revision.metadata.name,
      },
      ownerReferences: [controllerReference(set, statefulSetsRef)],
    },
    spec: {
      ...spec,
      hostname: name,
      ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}),
      ...(volumes.length > 0 ? { volumes } : {}),
    },
  };
};
