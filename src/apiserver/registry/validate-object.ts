import type { KindDefinition, Strategy } from '../../api/kind-definition.ts';
import { invalidObject } from '../../apimachinery/errors/api-errors.ts';
import type { ObjectMeta, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { formatFieldError } from '../../apimachinery/validation/format-field-error.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';
import { isPathSegmentName, isPathSegmentPrefix } from '../../apimachinery/validation/names.ts';
import { validateNames, validateObjectMeta, validateObjectMetaUpdate } from '../../apimachinery/validation/object-meta.ts';
import { looksAtNewMetadata, looksAtUpdate } from './metadata-looks.ts';
import { namingOf } from './name-rules.ts';
import type { WriteRequest } from './registry.ts';
import { subresourceRules } from './subresource-rules.ts';

const refuse = (definition: KindDefinition, name: string, errors: readonly FieldError[]): void => {
  // Kinds of several groups are called by the one that they are stored in.
  const group = definition.storage?.group ?? definition.group;
  if (errors.length > 0) throw invalidObject({ group, kind: definition.kind }, name, errors);
};

const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** Groups whose kinds take any qualified name: they are checked by the common rules of metadata only. */
const lenientGroups = new Set([
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'policy',
]);

/** Built-in kinds take only qualified finalizers, or the three that the system itself knows. */
const validateFinalizerNames = ({ custom, group, strategy }: KindDefinition, { finalizers = [] }: ObjectMeta): FieldError[] =>
  custom || strategy.takesAnyFinalizer || lenientGroups.has(group)
    ? []
    : finalizers.flatMap((finalizer, index) =>
        finalizer.includes('/') || standardFinalizers.has(finalizer)
          ? []
          : [invalid(`metadata.finalizers[${index}]`, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')],
      );

/** `found` is wrong already. @throws StatusError Invalid with every field error as a cause */
export const validateNew = (definition: KindDefinition, object: UnstructuredObject, found: readonly FieldError[] = []): void => {
  const name = object.metadata.name || object.metadata.generateName || '';
  const { namespaced } = definition;
  const whole = validateObjectMeta(object.metadata, { namespaced, ...namingOf(definition) });
  const ofMetadata = looksAtNewMetadata(definition) ? [...whole, ...validateFinalizerNames(definition, object.metadata)] : [];
  refuse(definition, name, [...found, ...ofMetadata, ...(definition.strategy.validate?.(object, ofMetadata) ?? [])]);
  refuse(definition, name, whole);
  // Whatever the kind thinks of names, they must fit into a path.
  refuse(definition, name, validateNames(object.metadata, pathSegment));
};

const pathSegment = { nameCheck: isPathSegmentName, generateNameCheck: isPathSegmentPrefix };

const validateSubresource = (
  strategy: Strategy,
  subresource: string,
  { object, old, ofMetadata }: { readonly object: UnstructuredObject; readonly old: UnstructuredObject; readonly ofMetadata: FieldError[] },
): readonly FieldError[] | undefined => {
  if (subresource === '' || subresource === 'scale') return strategy.validateUpdate?.(object, old, ofMetadata);
  if (subresource === 'status') return strategy.validateStatusUpdate?.(object, old);
  return subresourceRules[subresource]?.validate?.(object, old);
};

/** The same for an update of the object or of a subresource. What was wrong before and stayed is told as a warning. */
export const validateChange = (
  { definition, subresource, warn }: WriteRequest,
  { object, old }: { readonly object: UnstructuredObject; readonly old: UnstructuredObject },
  before: readonly FieldError[] = [],
): void => {
  const { namespaced, strategy } = definition;
  const { metadata } = object;
  const whole = validateObjectMeta(metadata, { namespaced, ...pathSegment });
  const changed = validateObjectMetaUpdate(metadata, old.metadata);
  const finalizers = validateFinalizerNames(definition, metadata);
  const look = {
    whole: () => [...validateObjectMeta(metadata, { namespaced, ...namingOf(definition) }), ...finalizers],
    change: () => [...changed, ...finalizers],
  };
  const ofMetadata = [...whole, ...changed];
  const found = validateSubresource(strategy, subresource, { object, old, ofMetadata }) ?? [];
  for (const error of found) if (error.forgiven) warn(formatFieldError(error));
  refuse(definition, metadata.name, [
    ...whole,
    ...changed,
    // The kind's own rules look at it once more, or twice: what they refuse is refused as often.
    ...looksAtUpdate(definition, subresource).flatMap((which) => look[which]()),
    ...before,
    ...found.filter(({ forgiven }) => !forgiven),
  ]);
};
