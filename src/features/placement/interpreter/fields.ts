import type { JsonObject, UnstructuredObject } from '../../../apimachinery/meta/object.ts';

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object at a path of field names; {} when anything on the way is absent. */
export const objectAt = (root: unknown, ...path: readonly string[]): JsonObject => {
  let current: unknown = root;
  for (const step of path) current = isObject(current) ? current[step] : undefined;
  return isObject(current) ? current : {};
};

/** The list of objects at a path; [] when absent. */
export const listAt = (root: unknown, ...path: readonly string[]): JsonObject[] => {
  const last = path.at(-1);
  const value = last === undefined ? root : objectAt(root, ...path.slice(0, -1))[last];
  return Array.isArray(value) ? value.filter(isObject) : [];
};

export const numberOr = (value: unknown, fallback: number): number => (typeof value === 'number' ? value : fallback);

export const stringOr = (value: unknown, fallback: string): string => (typeof value === 'string' ? value : fallback);

/** `apps/v1/Deployment`: the key of the interpreter's tables. */
export const kindKey = ({ apiVersion, kind }: Pick<UnstructuredObject, 'apiVersion' | 'kind'>): string => `${apiVersion}/${kind}`;
