import { badRequest } from '../../apimachinery/errors/api-errors.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
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

/** The original reads the number when it decodes. */
const readTemplateGeneration = ({ metadata }: DaemonSet): void => {
  const text = metadata.annotations?.[templateGeneration];
  if (text === undefined || /^[+-]?[0-9]+$/.test(text)) return;
  const problem = `strconv.ParseInt: parsing ${goQuote(text)}: invalid syntax`;
  throw badRequest(`DaemonSet in version "v1" cannot be handled as a DaemonSet: ${problem}`);
};

export const daemonSetStrategy: Strategy<DaemonSet> = {
  generation: true,
  applyDefaults: (set) => {
    readTemplateGeneration(set);
    // There from the beginning, so that whoever creates the object owns it.
    setTemplateGeneration(set, generationOf(set));
    defaultDaemonSet(set);
  },
  validate: validateDaemonSet,
  validateUpdate: validateDaemonSetUpdate,
  validateStatusUpdate: validateDaemonSetStatus,
  warnings: ({ spec }, old) => (old && jsonEqual(spec.template, old.spec.template) ? [] : podTemplateWarnings(spec.template)),
  prepareForCreate: (set) => setTemplateGeneration(set, Math.max(generationOf(set), 1)),
  prepareForUpdate: (set, old) => {
    const changed = !jsonEqual(set.spec.template, old.spec.template);
    setTemplateGeneration(set, generationOf(old) + (changed ? 1 : 0));
  },
  prepareForStatusUpdate: (set, old) => setTemplateGeneration(set, generationOf(old)),
};
