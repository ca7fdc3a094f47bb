/** A kind and where it is served. `group` is '' for the core group. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A served resource: what a URL names. `resource` is the lower-case plural. */
export interface GroupVersionResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** What a client must know to reach a kind without discovery. */
export interface ResourceRef extends GroupVersionResource {
  readonly kind: string;
  readonly namespaced: boolean;
}

/** `apps/v1`, or `v1` for the core group. */
export const formatGroupVersion = (group: string, version: string): string => (group === '' ? version : `${group}/${version}`);

/** The inverse of formatGroupVersion; a string without a slash is a version of the core group. */
export const parseGroupVersion = (apiVersion: string): { group: string; version: string } => {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
};

/** `deployments.apps`, or `pods` for the core group (schema.GroupResource's string form). */
export const formatGroupResource = (group: string, resource: string): string => (group === '' ? resource : `${resource}.${group}`);
