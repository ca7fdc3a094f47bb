import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { Strategy } from '../kind-definition.ts';
import { podTemplateWarnings } from '../core/warnings/pod-warnings.ts';
import { defaultDaemonSet } from './defaults.ts';
import { validateDaemonSet, validateDaemonSetUpdate } from './validation.ts';
import { validateDaemonSetStatus } from './validate-status.ts';
import type { DaemonSet } from './types.gen.ts';

/** What spec.templateGeneration became in apps/v1. */
const templateGeneration = 'deprecated.daemonset.template.generation';

const setTemplateGeneration = ({ metadata }: DaemonSet, value: number): void => {
  metadata.annotations = { ...metadata.annotations, [templateGeneration]: String(value) };
};

const generationOf = ({ metadata }: DaemonSet): number => Number(metadata.annotations?.[templateGeneration] ?? 0);

export const daemonSetStrategy: Strategy<DaemonSet> = {
  generation: true,
  checksNameOnUpdate: false,
  applyDefaults: defaultDaemonSet,
  validate: validateDaemonSet,
  validateUpdate: validateDaemonSetUpdate,
  validateStatusUpdate: validateDaemonSetStatus,
  warnings: ({ spec }, old) => podTemplateWarnings(spec.template, old?.spec.template),
  prepareForCreate: (set) => setTemplateGeneration(set, Math.max(generationOf(set), 1)),
  prepareForUpdate: (set, old) => {
    const changed = !jsonEqual(set.spec.template, old.spec.template);
    setTemplateGeneration(set, generationOf(old) + (changed ? 1 : 0));
  },
};
