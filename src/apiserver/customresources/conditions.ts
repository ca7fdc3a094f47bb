import type { DefinitionCondition, DefinitionStatus } from './definition-object.ts';

export const findCondition = (status: DefinitionStatus | undefined, type: string): DefinitionCondition | undefined =>
  status?.conditions?.find((condition) => condition.type === type);

export const isConditionTrue = (status: DefinitionStatus | undefined, type: string): boolean =>
  findCondition(status, type)?.status === 'True';

/** Sets a condition in place; its transition time changes with its status only. `now` is RFC 3339. */
export const setCondition = (status: DefinitionStatus, condition: Omit<DefinitionCondition, 'lastTransitionTime'>, now: string): void => {
  const conditions = (status.conditions ??= []);
  const index = conditions.findIndex(({ type }) => type === condition.type);
  const before = conditions[index];
  const lastTransitionTime = before?.status === condition.status ? (before.lastTransitionTime ?? now) : now;
  const { type, status: value, ...rest } = condition;
  const next = { type, status: value, lastTransitionTime, ...rest };
  if (before) conditions[index] = next;
  else conditions.push(next);
};
