import type { KubeObject, UnstructuredObject } from '../apimachinery/meta/object.ts';
import type { KindDefinition, Strategy } from './kind-definition.ts';

/** A strategy written for a kind's own type. The registry calls it with objects whose types are checked and canonical. */
export const strategyOf = <T extends KubeObject>(strategy: Strategy<T>): Strategy => strategy as unknown as Strategy;

/** Table cells written for a kind's own type. */
export const cellsOf = <T extends KubeObject>(cells: (object: T, now: Date) => readonly unknown[]): NonNullable<KindDefinition['cells']> =>
  cells as unknown as (object: UnstructuredObject, now: Date) => readonly unknown[];

/** Field selectors written for a kind's own type. */
export const fieldsOf = <T extends KubeObject>(
  fields: Readonly<Record<string, (object: T) => string>>,
): NonNullable<KindDefinition['selectableFields']> => fields as unknown as NonNullable<KindDefinition['selectableFields']>;
