import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, forbiddenField, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { checked, each } from '../checks.ts';
import type { FlowSchema, LimitResponse, PriorityLevelConfiguration, QueuingConfiguration } from './types.gen.ts';
import { validateRules } from './validate-rules.ts';

const maxPrecedence = 10_000;

export const validateFlowSchema = ({ metadata, spec }: FlowSchema): FieldError[] => {
  const path = 'spec.matchingPrecedence';
  const { matchingPrecedence: precedence = 0 } = spec;
  const errors: FieldError[] = [];
  if (precedence <= 0) errors.push(invalid(path, precedence, 'must be a positive value'));
  if (precedence > maxPrecedence) errors.push(invalid(path, precedence, `must not be greater than ${maxPrecedence}`));
  if (precedence === 1 && metadata.name !== 'exempt') {
    errors.push(invalid(path, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"));
  }
  const type = spec.distinguisherMethod?.type;
  if (spec.distinguisherMethod && !['ByNamespace', 'ByUser'].includes(type ?? '')) {
    errors.push(notSupported('spec.distinguisherMethod.type', { Type: type ?? '' }, ['ByNamespace', 'ByUser']));
  }
  const level = spec.priorityLevelConfiguration?.name;
  const levelPath = 'spec.priorityLevelConfiguration.name';
  errors.push(...(level ? checked(isDns1123Subdomain, level, levelPath) : [required(levelPath, 'must reference a priority level')]));
  return [...errors, ...each(spec.rules, 'spec.rules', validateRules)];
};

const isPercent = (value: number | undefined): boolean => value === undefined || (value >= 0 && value <= 100);

/** What limited and exempt levels have in common. */
const validateShares = (
  { nominalConcurrencyShares: shares, lendablePercent }: { readonly nominalConcurrencyShares?: number; readonly lendablePercent?: number },
  path: string,
): FieldError[] => [
  ...((shares ?? 0) < 0 ? [invalid(`${path}.nominalConcurrencyShares`, shares, 'must be a non-negative integer')] : []),
  ...(isPercent(lendablePercent) ? [] : [invalid(`${path}.lendablePercent`, lendablePercent, 'must be between 0 and 100, inclusive')]),
];

const maxQueues = 10_000_000;
/** Bits of the hash that deals hands of queues. */
const maxEntropyBits = 60;

/** How many bits it takes to deal a hand. */
const entropyBits = (queues: number, handSize: number): number => {
  let product = 1;
  for (let index = 0; index < handSize; index++) product *= queues - index;
  return Math.ceil(Math.log2(product));
};

const validateQueuing = ({ queues = 0, handSize = 0, queueLengthLimit = 0 }: QueuingConfiguration, path: string): FieldError[] => {
  const errors = queueLengthLimit <= 0 ? [invalid(`${path}.queueLengthLimit`, queueLengthLimit, 'must be positive')] : [];
  if (queues <= 0) errors.push(invalid(`${path}.queues`, queues, 'must be positive'));
  else if (queues > maxQueues) errors.push(invalid(`${path}.queues`, queues, `must not be greater than ${maxQueues}`));
  const at = `${path}.handSize`;
  if (handSize <= 0) return [...errors, invalid(at, handSize, 'must be positive')];
  if (handSize > queues) return [...errors, invalid(at, handSize, `should not be greater than queues (${queues})`)];
  const bits = entropyBits(queues, handSize);
  return bits > maxEntropyBits
    ? [
        ...errors,
        invalid(
          at,
          handSize,
          `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${maxEntropyBits}`,
        ),
      ]
    : errors;
};

const validateResponse = ({ type, queuing }: LimitResponse, path: string): FieldError[] => {
  const at = `${path}.queuing`;
  if (type === 'Reject') return queuing ? [forbiddenField(at, 'must be nil if limited.limitResponse.type is not Limited')] : [];
  if (type !== 'Queue') return [notSupported(`${path}.type`, type ?? '', ['Queue', 'Reject'])];
  return queuing ? validateQueuing(queuing, at) : [required(at, 'must not be empty if limited.limitResponse.type is Limited')];
};

export const validatePriorityLevel = ({ metadata, spec }: PriorityLevelConfiguration): FieldError[] => {
  const { type, limited, exempt } = spec;
  const errors: FieldError[] = [];
  if ((metadata.name === 'exempt') !== (type === 'Exempt')) {
    errors.push(invalid('spec.type', type ?? '', "must be 'Exempt' if and only if `name` is 'exempt'"));
  }
  if (type === 'Exempt') {
    if (limited) errors.push(forbiddenField('spec.limited', 'must be nil if the type is not Limited'));
    return exempt ? [...errors, ...validateShares(exempt, 'spec.exempt')] : errors;
  }
  if (type !== 'Limited') return [...errors, notSupported('spec.type', type ?? '', ['Exempt', 'Limited'])];
  if (exempt) errors.push(forbiddenField('spec.exempt', 'must be nil if the type is Limited'));
  if (!limited) return [...errors, required('spec.limited', 'must not be empty when type is Limited')];
  const borrowed = limited.borrowingLimitPercent;
  return [
    ...errors,
    ...validateShares(limited, 'spec.limited'),
    ...validateResponse(limited.limitResponse ?? ({} as LimitResponse), 'spec.limited.limitResponse'),
    ...(borrowed !== undefined && borrowed < 0
      ? [invalid('spec.limited.borrowingLimitPercent', borrowed, 'if specified, must be a non-negative integer')]
      : []),
  ];
};

/** Conditions of a status: each has a type, and each type is there once. */
export const validateConditionTypes = ({ status }: FlowSchema | PriorityLevelConfiguration): FieldError[] => {
  const seen = new Set<string>();
  return each<{ readonly type?: string }>(status?.conditions, 'status.conditions', ({ type = '' }, path) => {
    const isRepeated = seen.has(type);
    seen.add(type);
    return [...(isRepeated ? [duplicate(`${path}.type`, type)] : []), ...(type === '' ? [required(`${path}.type`)] : [])];
  });
};
