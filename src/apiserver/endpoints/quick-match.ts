import type { KindDefinition } from '../../api/kind-definition.ts';
import type { LabelRequirement } from '../../apimachinery/selectors/label-requirement.ts';
import type { LabelSelector } from '../../apimachinery/selectors/label-selector.ts';
import { asBuffer } from '../registry/value-codec.ts';

/** Texts of which a stored object that meets the requirement holds at least one; undefined when nothing can be said. */
const textsOf = ({ key, operator, values }: LabelRequirement): string[] | undefined => {
  const name = JSON.stringify(key);
  if (operator === '=' || operator === '==' || operator === 'in') return values.map((value) => `${name}:${JSON.stringify(value)}`);
  return operator === 'exists' || operator === 'gt' || operator === 'lt' ? [`${name}:`] : undefined;
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
  const needles = requirements.flatMap((requirement) => {
    const texts = textsOf(requirement);
    return texts ? [texts.map((text) => Buffer.from(text))] : [];
  });
  if (name !== undefined) needles.push([Buffer.from(`"name":${JSON.stringify(name)}`)]);
  if (needles.length === 0) return undefined;
  return (value) => {
    const bytes = asBuffer(value);
    return needles.every((anyOf) => anyOf.some((needle) => bytes.includes(needle)));
  };
};
