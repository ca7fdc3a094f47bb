import { bootstrapObjects } from '../../api/bootstrap.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';

const names = ['exempt', 'catch-all'];

/** The objects, with those two that there must be: somebody may have deleted them, and they come back only after a while. */
export const withMandatory = (
  resource: 'flowschemas' | 'prioritylevelconfigurations',
  objects: readonly UnstructuredObject[],
): readonly UnstructuredObject[] => {
  const missing = names.filter((name) => !objects.some(({ metadata }) => metadata.name === name));
  if (missing.length === 0) return objects;
  return [...objects, ...(bootstrapObjects()[resource] ?? []).filter(({ metadata }) => missing.includes(metadata.name))];
};
