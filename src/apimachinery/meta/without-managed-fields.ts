import type { KubeObject } from './object.ts';

/**
 * The object without metadata.managedFields; it shares everything else with the given one, which stays as it is. They are not deleted: V8
 * would make a slow dictionary of the metadata.
 */
export const withoutManagedFields = <T extends KubeObject>(object: T): T => {
  if (object.metadata.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
};
