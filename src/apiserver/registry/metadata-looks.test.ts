import { expect, test } from 'vitest';
import { builtInKinds } from '../../api/kinds.ts';
import type { KindDefinition } from '../../api/kind-definition.ts';
import { isStatusError } from '../../apimachinery/errors/status-error.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { WriteRequest } from './registry.ts';
import { validateChange } from './validate-object.ts';

/** One letter for each cause: a bad generateName as part of a path or as the kind's, a bad label, a finalizer's form, its missing domain. */
const letterOf = ({ field = '', message = '' }: { readonly field?: string; readonly message?: string }): string => {
  if (field === 'metadata.generateName') return message.includes("'/'") ? 'p' : 'G';
  return { 'metadata.labels': 'L', 'metadata.finalizers': 'F', 'metadata.finalizers[0]': 'K', 'metadata.name': '' }[field] ?? `(${field})`;
};

const lettersOf = ({ strategy, ...kind }: KindDefinition, subresource: string): string => {
  const { validateUpdate: _update, validateStatusUpdate: _status, ...ofMetadata } = strategy;
  const namespace = kind.namespaced ? { namespace: 'default' } : {};
  const old = { metadata: { name: 'a', resourceVersion: '1', ...namespace } } as UnstructuredObject;
  const bad = { generateName: 'a/b', labels: { x: '-' }, finalizers: ['x y'] };
  const object = { ...old, metadata: { ...old.metadata, ...bad } };
  try {
    const request = { definition: { ...kind, strategy: ofMetadata }, subresource, warn: () => {} } as unknown as WriteRequest;
    validateChange(request, { object, old });
  } catch (error) {
    if (isStatusError(error)) return (error.details?.causes ?? []).map(letterOf).join('');
    throw error;
  }
  return '';
};

const definitionOf = (name: string): KindDefinition => {
  const found = builtInKinds.find(({ group, version, kind }) => `${group === '' ? '' : `${group}/`}${version} ${kind}` === name);
  if (!found) throw new Error(`not served: ${name}`);
  return found;
};

// What kube-apiserver 1.35.4 answers to the same change.
const updates: readonly (readonly [string, readonly string[]])[] = [
  [
    'pLFLpLFKLK',
    [
      'rbac.authorization.k8s.io/v1 Role',
      'rbac.authorization.k8s.io/v1 ClusterRole',
      'rbac.authorization.k8s.io/v1 RoleBinding',
      'rbac.authorization.k8s.io/v1 ClusterRoleBinding',
    ],
  ],
  [
    'pLFLGLF',
    [
      'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration',
      'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration',
      'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy',
      'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding',
    ],
  ],
  ['pLFLLpLF', ['apiregistration.k8s.io/v1 APIService']],
  [
    'pLFLGLFK',
    [
      'flowcontrol.apiserver.k8s.io/v1 FlowSchema',
      'flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration',
      'v1 LimitRange',
      'discovery.k8s.io/v1 EndpointSlice',
      'storage.k8s.io/v1 VolumeAttachment',
    ],
  ],
  [
    'pLFLLK',
    [
      'scheduling.k8s.io/v1 PriorityClass',
      'v1 Service',
      'v1 ResourceQuota',
      'v1 ReplicationController',
      'networking.k8s.io/v1 ServiceCIDR',
      'events.k8s.io/v1 Event',
      'v1 PodTemplate',
      'storage.k8s.io/v1 CSIDriver',
      'resource.k8s.io/v1 ResourceSlice',
      'apps/v1 Deployment',
      'apps/v1 ReplicaSet',
      'apps/v1 StatefulSet',
      'apps/v1 DaemonSet',
      'batch/v1 CronJob',
      'autoscaling/v2 HorizontalPodAutoscaler',
      'autoscaling/v1 HorizontalPodAutoscaler',
    ],
  ],
  ['pLFLGLFL', ['node.k8s.io/v1 RuntimeClass']],
  [
    'pLFLLKGLFK',
    [
      'v1 ConfigMap',
      'v1 Secret',
      'v1 ServiceAccount',
      'v1 Endpoints',
      'v1 PersistentVolumeClaim',
      'networking.k8s.io/v1 Ingress',
      'networking.k8s.io/v1 IngressClass',
      'v1 Pod',
      'storage.k8s.io/v1 VolumeAttributesClass',
      'apps/v1 ControllerRevision',
    ],
  ],
  [
    'pLFLGLFKLK',
    [
      'v1 Namespace',
      'v1 Node',
      'networking.k8s.io/v1 NetworkPolicy',
      'networking.k8s.io/v1 IPAddress',
      'storage.k8s.io/v1 StorageClass',
      'storage.k8s.io/v1 CSIStorageCapacity',
      'resource.k8s.io/v1 ResourceClaim',
      'resource.k8s.io/v1 ResourceClaimTemplate',
      'batch/v1 Job',
    ],
  ],
  ['pLFL', ['v1 Event', 'policy/v1 PodDisruptionBudget']],
  ['pLFLGLFKGLFK', ['v1 PersistentVolume', 'storage.k8s.io/v1 CSINode']],
  ['pLFLL', ['coordination.k8s.io/v1 Lease']],
  ['pLFLLFKLK', ['resource.k8s.io/v1 DeviceClass', 'certificates.k8s.io/v1 CertificateSigningRequest']],
];
const statuses: typeof updates = [
  [
    'pLFLLK',
    [
      'v1 Namespace',
      'v1 Node',
      'v1 Service',
      'v1 ResourceQuota',
      'v1 ReplicationController',
      'v1 PersistentVolumeClaim',
      'v1 PersistentVolume',
      'networking.k8s.io/v1 Ingress',
      'v1 Pod',
      'apps/v1 ReplicaSet',
      'apps/v1 StatefulSet',
      'apps/v1 DaemonSet',
      'batch/v1 Job',
      'autoscaling/v2 HorizontalPodAutoscaler',
      'autoscaling/v1 HorizontalPodAutoscaler',
    ],
  ],
  ['pLFLLFKLK', ['certificates.k8s.io/v1 CertificateSigningRequest']],
  ['pLFL', ['batch/v1 CronJob', 'policy/v1 PodDisruptionBudget']],
];

const named = (cases: typeof updates) => cases.flatMap(([letters, names]) => names.map((name) => [name, letters] as const));

test.each(named(updates))('an update of %s tells of bad metadata as kube-apiserver does: %s', (name, letters) => {
  expect(lettersOf(definitionOf(name), '')).toBe(letters);
});

test.each(named(statuses))('so does one of the status of %s: %s', (name, letters) => {
  expect(lettersOf(definitionOf(name), 'status')).toBe(letters);
});
