import type { KindDefinition } from '../../api/kind-definition.ts';
import type { LabelRequirement } from '../../apimachinery/selectors/label-requirement.ts';
import type { LabelSelector } from '../../apimachinery/selectors/label-selector.ts';
import { asBuffer } from '../registry/value-codec.ts';

/** Looked for, at most: what looking through one value costs must not grow with what a client asks. */
const mostRequirements = 4;
const mostValues = 8;

/** Texts of which a stored object that meets the requirement holds at least one; none when nothing can be said. */
const textsOf = ({ key, operator, values }: LabelRequirement): string[] => {
  const name = JSON.stringify(key);
  if (operator === '!' || operator === '!=' || operator === 'notin') return [];
  const tellsValues = operator === '=' || operator === '==' || (operator === 'in' && values.length <= mostValues);
  return tellsValues ? values.map((value) => `${name}:${JSON.stringify(value)}`) : [`${name}:`];
};

/**
 * Rules out most objects that a label selector does not match, or that have another name, by looking for bytes, without parsing: stored
 * values are JSON without spaces. True says nothing. Undefined when the kind's labels may differ from what is stored, or no requirement helps.
 */
export const quickMatch = (
  definition: KindDefinition,
  { requirements }: LabelSelector,
  name: string | undefined,
): ((value: Uint8Array) => boolean) | undefined => {
  if (definition.storage || definition.refresh) return undefined;
  const needles = requirements
    .map((requirement) => textsOf(requirement))
    .filter((texts) => texts.length > 0)
    .slice(0, mostRequirements)
    .map((texts) => texts.map((text) => Buffer.from(text)));
  if (name !== undefined) needles.push([Buffer.from(`"name":${JSON.stringify(name)}`)]);
  if (needles.length === 0) return undefined;
  return (value) => {
    const bytes = asBuffer(value);
    return needles.every((anyOf) => anyOf.some((needle) => bytes.includes(needle)));
  };
};
