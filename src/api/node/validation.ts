import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label } from '../../apimachinery/validation/names.ts';
import { validateLabels } from '../../apimachinery/validation/object-meta.ts';
import { checked, each } from '../checks.ts';
import { validateResources } from '../core/validate-resources.ts';
import { validateTolerations } from '../core/validate-scheduling.ts';
import type { RuntimeClass } from './types.gen.ts';

/** As the original shows it: the internal struct. */
const shown = ({ key = '', operator = '', value = '', effect = '', tolerationSeconds = null }: Partial<Shown>): object => ({
  Key: key,
  Operator: operator,
  Value: value,
  Effect: effect,
  TolerationSeconds: tolerationSeconds,
});

interface Shown {
  readonly key: string;
  readonly operator: string;
  readonly value: string;
  readonly effect: string;
  readonly tolerationSeconds: number | null;
}

/** A container runtime: its handler, what it costs a pod, and where it runs. */
export const validateRuntimeClass = ({ handler, overhead, scheduling }: RuntimeClass): FieldError[] => {
  const tolerations = scheduling?.tolerations ?? [];
  return [
    ...checked(isDns1123Label, handler ?? '', 'handler'),
    ...(overhead ? validateResources({ limits: overhead.podFixed ?? {} }, 'overhead') : []),
    ...validateLabels(scheduling?.nodeSelector, 'scheduling.nodeSelector'),
    ...validateTolerations(tolerations, 'scheduling.tolerations'),
    ...each(tolerations, 'scheduling.tolerations', (toleration, path, index) =>
      tolerations.slice(0, index).some((other) => jsonEqual(other as never, toleration as never))
        ? [duplicate(path, shown(toleration))]
        : [],
    ),
  ];
};
