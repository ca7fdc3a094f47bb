import type { KindDefinition } from './kind-definition.ts';

/** What a built-in kind does beyond its generated metadata; each group's `kinds.ts` gives it by resource, or by `version/resource`. */
export type KindBehaviour = Partial<
  Pick<
    KindDefinition,
    | 'strategy'
    | 'cells'
    | 'rowConditions'
    | 'rowOrder'
    | 'selectableFields'
    | 'storage'
    | 'ttlSeconds'
    | 'virtual'
    | 'scale'
    | 'deprecationWarning'
  >
> & {
  /** A status sent at creation is taken (nodes). */
  readonly keepsInitialStatus?: boolean;
};

export type GroupBehaviour = Readonly<Record<string, KindBehaviour>>;
