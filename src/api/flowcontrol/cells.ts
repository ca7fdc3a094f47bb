import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { age } from '../cells.ts';
import { cellsOf } from '../typed.ts';
import type { FlowSchema, PriorityLevelConfiguration } from './types.gen.ts';

export const flowSchemaCells = cellsOf<FlowSchema>((schema, now) => [
  schema.metadata.name,
  schema.spec.priorityLevelConfiguration?.name ?? '',
  schema.spec.matchingPrecedence ?? 0,
  schema.spec.distinguisherMethod?.type ?? '<none>',
  age(schema, now),
  schema.status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?',
]);

/** FlowSchemas are told in the order in which requests are held against them. */
export const byPrecedence = (a: UnstructuredObject, b: UnstructuredObject): number => {
  const precedence = (object: UnstructuredObject): number => (object as unknown as FlowSchema).spec.matchingPrecedence ?? 0;
  return precedence(a) - precedence(b) || (a.metadata.name < b.metadata.name ? -1 : 1);
};

export const priorityLevelConfigurationCells = cellsOf<PriorityLevelConfiguration>((level, now) => {
  const { type, limited } = level.spec;
  const queuing = limited?.limitResponse?.queuing;
  return [
    level.metadata.name,
    type,
    limited ? (limited.nominalConcurrencyShares ?? 0) : '<none>',
    queuing?.queues ?? '<none>',
    queuing?.handSize ?? '<none>',
    queuing?.queueLengthLimit ?? '<none>',
    age(level, now),
  ];
});
