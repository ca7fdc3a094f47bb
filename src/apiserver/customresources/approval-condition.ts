import type { DefinitionCondition, StoredDefinition } from './definition-object.ts';

const annotation = 'api-approved.kubernetes.io';
const type = 'KubernetesAPIApprovalPolicyConformant';

/** Whether a group of the Kubernetes community was approved (KEP-1111); undefined for other groups. */
export const approvalCondition = ({ spec, metadata }: StoredDefinition): Omit<DefinitionCondition, 'lastTransitionTime'> | undefined => {
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test(spec.group)) return undefined;
  const text = metadata.annotations?.[annotation];
  if (!text) {
    const message = `protected groups must have approval annotation "${annotation}", see https://github.com/kubernetes/enhancements/pull/1111`;
    return { type, status: 'False', reason: 'MissingAnnotation', message };
  }
  if (text.startsWith('unapproved'))
    return { type, status: 'False', reason: 'UnapprovedAnnotation', message: `not approved: ${JSON.stringify(text)}` };
  if (URL.canParse(text) && new URL(text).host !== '')
    return { type, status: 'True', reason: 'ApprovedAnnotation', message: `approved in ${text}` };
  const message = `protected groups must have approval annotation "${annotation}" with either a URL or a reason starting with "unapproved", see https://github.com/kubernetes/enhancements/pull/1111`;
  return { type, status: 'False', reason: 'InvalidAnnotation', message };
};
