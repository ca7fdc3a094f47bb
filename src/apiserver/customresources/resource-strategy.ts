import type { Strategy } from '../../api/kind-definition.ts';
import { validateRules } from '../../apimachinery/cel/validations.ts';
import type { CompiledSchema } from '../../apimachinery/schema/compile.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';

export interface ResourceStrategyOptions {
  readonly schema: () => CompiledSchema;
  readonly statusSubresource: boolean;
}

/** Rules see only what has the shape its schema says. */
const both = (errors: readonly FieldError[], rules: () => readonly FieldError[]): readonly FieldError[] =>
  errors.length > 0 ? errors : rules();

/** How the objects of a custom kind are written. */
export const resourceStrategy = ({ schema, statusSubresource }: ResourceStrategyOptions): Strategy => ({
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
  validate: (object) => both(schema().validate(object), () => validateRules(object, schema().root)),
  validateUpdate: (object, old) => both(schema().validate(object, { old }), () => validateRules(object, schema().root, { old })),
  validateStatusUpdate: (object, old) =>
    both(schema().validate(object, { old, only: 'status' }), () => validateRules(object, schema().root, { old })),
});
