import { deprecatedLabel } from '../core/warnings/deprecated-labels.ts';
import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { CSIDriver, StorageClass } from './types.gen.ts';

/** Deprecated labels among a class's topologies. */
export const storageClassWarnings = ({ allowedTopologies = [] }: StorageClass): readonly string[] =>
  allowedTopologies.flatMap(({ matchLabelExpressions = [] }, index) =>
    matchLabelExpressions.flatMap(({ key }, at) => {
      const text = deprecatedLabel(key);
      return text === undefined ? [] : [`allowedTopologies[${index}].matchLabelExpressions[${at}].key: ${text}`];
    }),
  );

/** A driver that gets tokens gets them where they may be logged, unless it says otherwise. */
export const csiDriverWarnings = ({ spec }: CSIDriver, old: CSIDriver | undefined): readonly string[] =>
  spec.tokenRequests?.length &&
  spec.serviceAccountTokenInSecrets === undefined &&
  !(old && jsonEqual(spec.tokenRequests as never, (old.spec.tokenRequests ?? null) as never))
    ? [
        'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes',
      ]
    : [];
