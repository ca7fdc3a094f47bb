import { hasAllowedType, typeOf, type Constraints } from './constraints.ts';

/** What kube-apiserver says about a value of the wrong type; `found` is what it reports as the bad value. */
export interface TypeMismatch {
  readonly expected: string;
  readonly found: string;
}

/** The mismatch between a value and the allowed types, or undefined. With a string format, the format is what is expected. */
export const typeMismatch = (value: unknown, constraints: Constraints): TypeMismatch | undefined => {
  const found = typeOf(value);
  if (hasAllowedType(constraints, found)) return undefined;
  if (found === 'null' || constraints.format === undefined) return { expected: constraints.types.join(','), found };
  return { expected: constraints.format, found: found === 'integer' ? 'int64' : found === 'number' ? 'float64' : '' };
};
