const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const words = (group: string): string[] => (group === '' ? ['core'] : group.replace(/\.k8s\.io$/, '').split(/[.-]/));

/** `rbacAuthorization_v1`: the tag that groups a group version's operations. */
export const operationTag = (group: string, version: string): string => {
  const [first = '', ...rest] = words(group);
  return `${first}${rest.map(capitalized).join('')}_${version}`;
};

export interface OperationName {
  /** list, create, read, replace, patch, delete, watch. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly collection?: boolean;
  readonly subresource?: string;
  /** List, ForAllNamespaces. */
  readonly suffix?: string;
}

/** `replaceAppsV1NamespacedDeploymentScale`: what client generators name methods after. */
export const operationId = (name: OperationName): string =>
  [
    name.verb,
    ...words(name.group).map(capitalized),
    capitalized(name.version),
    name.collection ? 'Collection' : '',
    name.namespaced ? 'Namespaced' : '',
    name.kind,
    name.subresource === undefined ? '' : capitalized(name.subresource),
    name.suffix ?? '',
  ].join('');
