import type { KindDefinition } from '../../api/kind-definition.ts';

/** What kube-apiserver calls a built-in kind, or another of its group, where messages name its Go type: `core.ConfigMap`. */
export const internalName = ({ group, kind, storage }: KindDefinition, named = kind): string => {
  const owner = storage?.group ?? group;
  return `${owner === '' ? 'core' : owner.split('.')[0]}.${named}`;
};

/** The Go type of an object of the kind, or of a list of them. */
export const internalType = (definition: KindDefinition, form: 'object' | 'list'): string => {
  if (definition.custom) return form === 'list' ? '*unstructured.UnstructuredList' : '*unstructured.Unstructured';
  return `*${internalName(definition, form === 'list' ? definition.listKind : definition.kind)}`;
};
