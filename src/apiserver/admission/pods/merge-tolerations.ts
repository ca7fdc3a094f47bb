import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import type { Json } from '../../../apimachinery/meta/object.ts';
import type { Toleration } from './pod-types.ts';

const equal = (a: Toleration, b: Toleration): boolean => jsonEqual(a as unknown as Json, b as unknown as Json);

/** Whether one toleration tolerates all that another does. */
export const covers = (wide: Toleration, narrow: Toleration): boolean => {
  if (equal(wide, narrow)) return true;
  if (narrow.key !== wide.key && (wide.key || wide.operator !== 'Exists')) return false;
  if (narrow.effect !== wide.effect && wide.effect) return false;
  if (wide.effect === 'NoExecute' && wide.tolerationSeconds !== undefined)
    if (narrow.tolerationSeconds === undefined || narrow.tolerationSeconds > wide.tolerationSeconds) return false;
  if (wide.operator === 'Exists') return true;
  return (wide.operator || 'Equal') === 'Equal' && narrow.operator === 'Equal' && (narrow.value ?? '') === (wide.value ?? '');
};

/** Both lists in one, without what another toleration covers; of equal ones the first stays. */
export const mergeTolerations = (first: readonly Toleration[], second: readonly Toleration[]): Toleration[] => {
  const all = [...first, ...second];
  const merged: Toleration[] = [];
  for (const [index, toleration] of all.entries()) {
    const isCovered =
      merged.some((other) => covers(other, toleration)) ||
      all.slice(index + 1).some((other) => !equal(other, toleration) && covers(other, toleration));
    if (!isCovered) merged.push(toleration);
  }
  return merged;
};
