import type { KindDefinition } from '../../api/kind-definition.ts';

/** Every API object lives below this prefix; one watch of it feeds all hubs. */
export const registryPrefix = '/registry/';

/** The resource that holds the objects: versions (and sometimes groups) of a kind share one. */
export const storedResource = (definition: KindDefinition): { readonly group: string; readonly plural: string } =>
  definition.storage ?? definition;

/** `/registry/GROUP/RESOURCE/`, with `core` for the core group. */
export const resourcePrefix = (definition: KindDefinition): string => {
  const { group, plural } = storedResource(definition);
  return `${registryPrefix}${group === '' ? 'core' : group}/${plural}/`;
};

/** The prefix of a namespace's objects; of all objects without a namespace. */
export const namespacePrefix = (definition: KindDefinition, namespace: string | undefined): string =>
  namespace && definition.namespaced ? `${resourcePrefix(definition)}${namespace}/` : resourcePrefix(definition);

export const objectKey = (definition: KindDefinition, namespace: string, name: string): string =>
  definition.namespaced ? `${resourcePrefix(definition)}${namespace}/${name}` : `${resourcePrefix(definition)}${name}`;

/** The resource's prefix of a key: which hub an event belongs to. */
export const prefixOfKey = (key: string): string => {
  const group = key.indexOf('/', registryPrefix.length);
  return key.slice(0, key.indexOf('/', group + 1) + 1);
};

/** The key by which kube-apiserver's messages call an object: built-in kinds without their group. */
export const originalKey = ({ custom, group, plural }: KindDefinition, namespace: string, name: string): string =>
  [registryPrefix.slice(0, -1), ...(custom ? [group] : []), plural, ...(namespace === '' ? [] : [namespace]), name].join('/');
