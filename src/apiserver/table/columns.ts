import type { ColumnDefinition } from '../../api/kind-definition.ts';

/** The first column of every custom kind. */
export const nameColumn: ColumnDefinition = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name of the object, unique within its namespace.',
  priority: 0,
  jsonPath: '.metadata.name',
};

/** The only other column of a custom kind that defines none. */
export const ageColumn: ColumnDefinition = {
  name: 'Age',
  type: 'date',
  description: 'Time since the object was created.',
  priority: 0,
  jsonPath: '.metadata.creationTimestamp',
};
