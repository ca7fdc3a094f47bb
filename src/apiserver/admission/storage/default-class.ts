import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';

/** Among objects marked as default by one of the annotations: the newest, and of those the first by name. */
export const defaultClass = (objects: readonly UnstructuredObject[], annotations: readonly string[]): UnstructuredObject | undefined =>
  objects
    .filter(({ metadata }) => annotations.some((annotation) => metadata.annotations?.[annotation] === 'true'))
    .toSorted(
      (a, b) =>
        (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '') ||
        (a.metadata.name < b.metadata.name ? -1 : 1),
    )[0];
