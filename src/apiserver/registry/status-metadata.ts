import type { KindDefinition } from '../../api/kind-definition.ts';

/** Kinds whose status is written without their metadata. */
const withoutMetadata = new Set([
  'admissionregistration.k8s.io/validatingadmissionpolicies',
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
  // What is common to all built-in kinds whose metadata is kept leaves generateName out.
  if (custom) return [...whole, 'generateName'];
  if (withoutMetadata.has(`${group}/${plural}`)) return whole;
  if (group === 'apps' && plural === 'deployments') return ['labels'];
  return group === '' && plural === 'pods' ? ['ownerReferences'] : none;
};

/**
 * What of the metadata who writes the status cannot own, in the same words. Two kinds differ from what they keep: the labels of a
 * CustomResourceDefinition are written and nobody's, those of a ServiceCIDR are owned by whoever failed to write them.
 */
export const metadataUnownedWithStatus = (definition: KindDefinition): readonly string[] => {
  const { custom, group, plural } = definition;
  // The rest of metadata is reset after who wrote it was recorded.
  if (custom || (group === 'networking.k8s.io' && plural === 'servicecidrs')) return none;
  return group === 'apiextensions.k8s.io' ? whole : metadataKeptWithStatus(definition);
};
