import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { CSIDriver } from './types.gen.ts';

/** A CSIDriver has no generation when it is made, and then one for each change of its spec. In place. */
export const countDriverChanges = ({ metadata, spec }: CSIDriver, old: CSIDriver): void => {
  if (!jsonEqual(spec as never, old.spec as never)) metadata.generation = (old.metadata.generation ?? 0) + 1;
};
