import type { Strategy } from '../../api/kind-definition.ts';
import type { CompiledSchema } from '../../apimachinery/schema/compile.ts';

export interface ResourceStrategyOptions {
  readonly schema: () => CompiledSchema;
  readonly statusSubresource: boolean;
}

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
  validate: (object) => schema().validateResource(object),
  validateUpdate: (object, old) => schema().validateResource(object, { old }),
  validateStatusUpdate: (object, old) => schema().validateResource(object, { old, only: 'status' }),
});
