import type { Json } from '../../../apimachinery/meta/object.ts';
import { type MergeType, shapeOf } from '../../../apimachinery/apply/merge-type.ts';

/** Where an apply configuration sets a list, map or struct that is only ever replaced as a whole: fields left out would be lost. */
export const atomicPaths = (value: Json, type: MergeType | undefined, path = ''): string[] => {
  if (!type || typeof value !== 'object' || value === null) return [];
  const shape = shapeOf(type, value);
  if (shape === 'list' && type.list && Array.isArray(value)) {
    const { item, kind } = type.list;
    return [...(kind === 'atomic' ? [path] : []), ...value.flatMap((entry, index) => atomicPaths(entry, item, `${path}[${index}]`))];
  }
  if (shape !== 'map' || !type.map || Array.isArray(value)) return [];
  const { map } = type;
  return [
    ...(map.atomic ? [path] : []),
    ...Object.keys(value).flatMap((key) => atomicPaths(value[key] ?? null, map.field(key), `${path}.${key}`)),
  ];
};
