import type { ScalePaths, Strategy } from '../../api/kind-definition.ts';
import type { CompiledSchema, ValidateOptions } from '../../apimachinery/schema/compile.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { finalizerWarnings } from './finalizer-warnings.ts';
import { validateScalePaths } from './scale-validation.ts';

export interface ResourceStrategyOptions {
  readonly schema: () => CompiledSchema;
  readonly statusSubresource: boolean;
  /** Where the scale subresource finds its numbers, if there is one. */
  readonly scale?: ScalePaths;
  readonly time?: NonNullable<ValidateOptions['time']>;
}

const scaleErrors = (
  scale: ScalePaths | undefined,
  object: unknown,
  options: { readonly only?: 'status' } = {},
): { readonly besides?: readonly FieldError[] } => (scale ? { besides: validateScalePaths(object, scale, options) } : {});

/** What is wrong with a change, the rules that it broke already among it. */
const changeErrors = (schema: CompiledSchema, object: unknown, options: ValidateOptions): FieldError[] => {
  const forgiven: FieldError[] = [];
  const errors = schema.validateResource(object, { ...options, onForgiven: (error) => forgiven.push({ ...error, forgiven: true }) });
  return [...errors, ...forgiven];
};

/** How the objects of a custom kind are written. */
export const resourceStrategy = ({ schema, statusSubresource, scale, time }: ResourceStrategyOptions): Strategy => {
  const timed = time ? { time } : {};
  return {
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
    warnings: (object, old) => (object.metadata.finalizers ? finalizerWarnings(object, old) : []),
    validate: (object, before = []) => schema().validateResource(object, { before, ...timed, ...scaleErrors(scale, object) }),
    validateUpdate: (object, old, before = []) => changeErrors(schema(), object, { old, before, ...timed, ...scaleErrors(scale, object) }),
    validateStatusUpdate: (object, old) =>
      changeErrors(schema(), object, { old, only: 'status', ...timed, ...scaleErrors(scale, object, { only: 'status' }) }),
  };
};
