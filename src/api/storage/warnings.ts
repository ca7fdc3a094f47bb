import { deprecatedLabel } from '../core/warnings/deprecated-labels.ts';
import type { StorageClass } from './types.gen.ts';

/** Deprecated labels among a class's topologies. */
export const storageClassWarnings = ({ allowedTopologies = [] }: StorageClass): readonly string[] =>
  allowedTopologies.flatMap(({ matchLabelExpressions = [] }, index) =>
    matchLabelExpressions.flatMap(({ key }, at) => {
      const text = deprecatedLabel(key);
      return text === undefined ? [] : [`allowedTopologies[${index}].matchLabelExpressions[${at}].key: ${text}`];
    }),
  );
