import type { ObjectMeta } from '../../apimachinery/meta/object.ts';

/** Labels that tie pods to their Job; the unprefixed ones are for old clients. */
export const jobLabels = ({ uid = '', name = '' }: Partial<ObjectMeta>): Record<string, string> => ({
  'controller-uid': uid,
  'job-name': name,
  'batch.kubernetes.io/controller-uid': uid,
  'batch.kubernetes.io/job-name': name,
});
