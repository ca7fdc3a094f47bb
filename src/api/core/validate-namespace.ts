import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';
import { isQualifiedName } from '../../apimachinery/validation/names.ts';
import { checked } from '../checks.ts';
import type { Namespace } from './types.gen.ts';

const standard = ['kubernetes', 'orphan', 'foregroundDeletion'];

export const validateNamespace = ({ spec }: Namespace): FieldError[] =>
  (spec?.finalizers ?? []).flatMap((finalizer) => [
    ...checked(isQualifiedName, finalizer, 'spec.finalizers'),
    ...(finalizer.includes('/') || standard.includes(finalizer)
      ? []
      : [invalid('spec.finalizers', finalizer, 'name is neither a standard finalizer name nor is it fully qualified')]),
  ]);

/** The phase says whether the namespace is being deleted, and nothing else does. */
export const validateNamespaceStatus = ({ metadata, status }: Namespace): FieldError[] => {
  const phase = status?.phase ?? '';
  if (metadata.deletionTimestamp === undefined) {
    return phase === 'Active' ? [] : [invalid('status.Phase', phase, "may only be 'Active' if `deletionTimestamp` is empty")];
  }
  return phase === 'Terminating' ? [] : [invalid('status.Phase', phase, "may only be 'Terminating' if `deletionTimestamp` is not empty")];
};
