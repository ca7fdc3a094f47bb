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
