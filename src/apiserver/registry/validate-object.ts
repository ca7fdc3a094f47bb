import type { KindDefinition, Strategy } from '../../api/kind-definition.ts';
import { invalidObject } from '../../apimachinery/errors/api-errors.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../../apimachinery/validation/object-meta.ts';
import { nameCheckOf } from './name-rules.ts';
import { subresourceRules } from './subresource-rules.ts';

const refuse = (definition: KindDefinition, name: string, errors: readonly FieldError[]): void => {
  if (errors.length > 0) throw invalidObject({ group: definition.group, kind: definition.kind }, name, errors);
};

/** @throws StatusError Invalid with every field error as a cause */
export const validateNew = (definition: KindDefinition, object: UnstructuredObject): void => {
  const nameCheck = nameCheckOf(definition);
  refuse(definition, object.metadata.name || object.metadata.generateName || '', [
    ...validateObjectMeta(object.metadata, { namespaced: definition.namespaced, nameCheck }),
    ...(definition.strategy.validate?.(object) ?? []),
  ]);
};

const validateSubresource = (
  strategy: Strategy,
  subresource: string,
  { object, old }: { readonly object: UnstructuredObject; readonly old: UnstructuredObject },
): readonly FieldError[] | undefined => {
  if (subresource === '' || subresource === 'scale') return strategy.validateUpdate?.(object, old);
  if (subresource === 'status') return strategy.validateStatusUpdate?.(object, old);
  return subresourceRules[subresource]?.validate?.(object, old);
};

/** The same for an update of the object (`subresource` '') or its status. */
export const validateChange = (
  definition: KindDefinition,
  subresource: string,
  { object, old }: { readonly object: UnstructuredObject; readonly old: UnstructuredObject },
): void => {
  const { strategy } = definition;
  refuse(definition, object.metadata.name, [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...(validateSubresource(strategy, subresource, { object, old }) ?? []),
  ]);
};
