import type { KindDefinition } from '../../api/kind-definition.ts';

/** Kinds whose status is written without their metadata. */
const withoutMetadata = new Set([
  'admissionregistration.k8s.io/validatingadmissionpolicies',
  'apiextensions.k8s.io/customresourcedefinitions',
  'apiregistration.k8s.io/apiservices',
  'flowcontrol.apiserver.k8s.io/flowschemas',
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations',
  'networking.k8s.io/servicecidrs',
  'resource.k8s.io/resourceclaims',
  'storage.k8s.io/volumeattachments',
]);

const none: readonly string[] = [];
const whole = ['metadata'];

/** What of the metadata a write to the status leaves alone: nothing, all of it (`metadata`), or the named fields. */
export const metadataKeptWithStatus = ({ custom, group, plural }: KindDefinition): readonly string[] => {
  if (custom || withoutMetadata.has(`${group}/${plural}`)) return whole;
  if (group === 'apps' && plural === 'deployments') return ['labels'];
  return group === '' && plural === 'pods' ? ['ownerReferences'] : none;
};
