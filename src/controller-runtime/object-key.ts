import type { KubeObject } from '../apimachinery/meta/object.ts';
import type { ObjectKey } from './contract.ts';

/** `namespace/name`, or `name` when the namespace is absent or empty. */
export const objectKey = (name: string, namespace?: string): ObjectKey => (namespace ? `${namespace}/${name}` : name);

export const keyOf = ({ metadata }: KubeObject): ObjectKey => objectKey(metadata.name, metadata.namespace);

export const splitKey = (key: ObjectKey): { readonly namespace: string | undefined; readonly name: string } => {
  const slash = key.indexOf('/');
  return slash < 0 ? { namespace: undefined, name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
};
