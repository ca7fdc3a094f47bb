import type { Strategy } from '../../api/kind-definition.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { CompiledSchema } from '../../apimachinery/schema/compile.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';

/** CEL rules of one schema. Errors carry paths from the root; `old` is the stored object on updates. */
export type RuleValidation = (object: UnstructuredObject, old: UnstructuredObject | undefined) => readonly FieldError[];

export interface ResourceStrategyOptions {
  readonly schema: () => CompiledSchema;
  readonly rules: RuleValidation;
  readonly statusSubresource: boolean;
}

/** Rules see only what has the shape its schema says. */
const both = (errors: readonly FieldError[], rules: () => readonly FieldError[]): readonly FieldError[] =>
  errors.length > 0 ? errors : rules();

/** How the objects of a custom kind are written. */
export const resourceStrategy = ({ schema, rules, statusSubresource }: ResourceStrategyOptions): Strategy => ({
  generation: true,
  allowUnconditionalUpdate: false,
  prepareForCreate: (object) => {
    if (statusSubresource) delete object['status'];
  },
  prepareForUpdate: (object, old) => {
    if (!statusSubresource) return;
    if (old['status'] === undefined) delete object['status'];
    else object['status'] = old['status'];
  },
  validate: (object) => both(schema().validate(object), () => rules(object, undefined)),
  validateUpdate: (object, old) => both(schema().validate(object, { old }), () => rules(object, old)),
  validateStatusUpdate: (object, old) => both(schema().validate(object, { old, only: 'status' }), () => rules(object, old)),
});
