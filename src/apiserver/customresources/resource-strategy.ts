import type { ScalePaths, Strategy } from '../../api/kind-definition.ts';
import type { CompiledSchema } from '../../apimachinery/schema/compile.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { validateScalePaths } from './scale-validation.ts';

export interface ResourceStrategyOptions {
  readonly schema: () => CompiledSchema;
  readonly statusSubresource: boolean;
  /** Where the scale subresource finds its numbers, if there is one. */
  readonly scale?: ScalePaths;
}

const scaleErrors = (
  scale: ScalePaths | undefined,
  object: unknown,
  options: { readonly only?: 'status' } = {},
): { readonly besides?: readonly FieldError[] } => (scale ? { besides: validateScalePaths(object, scale, options) } : {});

/** How the objects of a custom kind are written. */
export const resourceStrategy = ({ schema, statusSubresource, scale }: ResourceStrategyOptions): Strategy => ({
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
  validate: (object, before = []) => schema().validateResource(object, { before, ...scaleErrors(scale, object) }),
  validateUpdate: (object, old, before = []) => schema().validateResource(object, { old, before, ...scaleErrors(scale, object) }),
  validateStatusUpdate: (object, old) =>
    schema().validateResource(object, { old, only: 'status', ...scaleErrors(scale, object, { only: 'status' }) }),
});
