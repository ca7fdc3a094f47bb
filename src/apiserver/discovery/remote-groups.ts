import type { ServedGroup } from './served-group.ts';

/** Group versions that aggregated API servers serve: aggregation writes them, discovery shows them. */
export interface RemoteGroups {
  /** Grows with every change. */
  readonly generation: number;
  all(): readonly ServedGroup[];
  set(groups: readonly ServedGroup[]): void;
}

export const createRemoteGroups = (): RemoteGroups => {
  let generation = 0;
  let groups: readonly ServedGroup[] = [];
  return {
    get generation() {
      return generation;
    },
    all: () => groups,
    set: (next) => {
      groups = next;
      generation++;
    },
  };
};
