import type { Parameter } from './document.ts';

const types: Readonly<Record<string, string>> = {
  allowWatchBookmarks: 'boolean',
  force: 'boolean',
  gracePeriodSeconds: 'integer',
  ignoreStoreReadErrorWithClusterBreakingPotential: 'boolean',
  limit: 'integer',
  orphanDependents: 'boolean',
  sendInitialEvents: 'boolean',
  timeoutSeconds: 'integer',
  watch: 'boolean',
};

const query = (names: readonly string[]): readonly Parameter[] =>
  names.map((name) => ({ name, in: 'query', schema: { type: types[name] ?? 'string', uniqueItems: true } }));

export const namespaceParameter: Parameter = {
  name: 'namespace',
  in: 'path',
  description: 'object name and auth scope, such as for teams and projects',
  required: true,
  schema: { type: 'string', uniqueItems: true },
};

export const nameParameter = (kind: string): Parameter => ({
  name: 'name',
  in: 'path',
  description: `name of the ${kind}`,
  required: true,
  schema: { type: 'string', uniqueItems: true },
});

const selecting = ['continue', 'fieldSelector', 'labelSelector', 'limit', 'resourceVersion', 'resourceVersionMatch', 'sendInitialEvents'];

/** What each kind of operation takes in its query (meta/v1 ListOptions, CreateOptions, PatchOptions, DeleteOptions …). */
export const queryParameters = {
  pretty: query(['pretty']),
  list: query(['allowWatchBookmarks', ...selecting, 'timeoutSeconds', 'watch']),
  write: query(['dryRun', 'fieldManager', 'fieldValidation']),
  patch: query(['dryRun', 'fieldManager', 'fieldValidation', 'force']),
  delete: query([
    'dryRun',
    'gracePeriodSeconds',
    'ignoreStoreReadErrorWithClusterBreakingPotential',
    'orphanDependents',
    'propagationPolicy',
  ]),
  deleteCollection: query(
    [
      ...selecting,
      'dryRun',
      'gracePeriodSeconds',
      'ignoreStoreReadErrorWithClusterBreakingPotential',
      'orphanDependents',
      'propagationPolicy',
      'timeoutSeconds',
    ].toSorted(),
  ),
} as const;

const common = (lists: readonly (readonly Parameter[])[]): ReadonlySet<string> => {
  const [first = [], ...rest] = lists;
  return new Set(first.map(({ name }) => name).filter((name) => rest.every((list) => list.some((parameter) => parameter.name === name))));
};

/** Splits what every operation of a path takes from what each takes on its own. */
export const hoistParameters = (
  lists: readonly (readonly Parameter[])[],
): { shared: readonly Parameter[]; own: readonly Parameter[][] } => {
  const names = common(lists);
  return {
    shared: (lists[0] ?? []).filter(({ name }) => names.has(name)),
    own: lists.map((list) => list.filter(({ name }) => !names.has(name))),
  };
};
