import type { KindDefinition } from '../../api/kind-definition.ts';
import { valuePrefix } from './value-codec.ts';

const prefixes = new WeakMap<KindDefinition, Buffer>();

/** What the stored bytes begin with when they can be served as they are. */
export const prefixOf = (definition: KindDefinition): Buffer => {
  let prefix = prefixes.get(definition);
  if (!prefix) prefixes.set(definition, (prefix = valuePrefix(definition)));
  return prefix;
};

/** Whether the stored version is the one asked for, so that bytes need no conversion. */
export const isServable = (definition: KindDefinition, value: Uint8Array): boolean => {
  if (definition.refresh) return false;
  const prefix = prefixOf(definition);
  return prefix.compare(value, 0, Math.min(prefix.length, value.length)) === 0;
};
