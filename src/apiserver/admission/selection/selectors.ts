import { notFound } from '../../../apimachinery/errors/api-errors.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { labelSelectorFromSpec, type LabelSelectorSpec, matchesLabels } from '../../../apimachinery/selectors/label-selector.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionAttributes } from '../contract.ts';
import { coreResource } from '../refuse.ts';

const isOpen = (selector: LabelSelectorSpec | undefined): boolean =>
  !selector || (Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions?.length ?? 0) === 0);

/** The namespace a request is in, by cache or store; undefined for cluster-scoped kinds. @throws StatusError NotFound */
export type NamespaceLookup = (attributes: AdmissionAttributes) => Promise<UnstructuredObject | undefined>;

export const createNamespaceLookup = (api: Pick<InternalApi, 'cache' | 'get'>): NamespaceLookup => {
  const namespaces = coreResource('namespaces');
  const cache = api.cache(namespaces);
  return async ({ definition, namespace, object, oldObject }) => {
    if (definition.plural === 'namespaces' && definition.group === '') return object ?? oldObject;
    if (!definition.namespaced || namespace === '') return undefined;
    const found = cache.get(namespace) ?? (await api.get(namespaces, namespace));
    if (!found) throw notFound({ group: '', resource: 'namespaces' }, namespace);
    return found;
  };
};

/** namespaceSelector takes in cluster-scoped kinds always, a Namespace by its own labels, the rest by their namespace's. */
export const matchesNamespace = async (
  selector: LabelSelectorSpec | undefined,
  attributes: AdmissionAttributes,
  lookup: NamespaceLookup,
): Promise<boolean> => {
  if (isOpen(selector)) return true;
  const namespace = await lookup(attributes);
  return !namespace || matchesLabels(labelSelectorFromSpec(selector), namespace.metadata.labels ?? {});
};

/** objectSelector takes in a change when the object matches before or after it; a connection, which has no metadata, never. */
export const matchesObject = (selector: LabelSelectorSpec | undefined, { object, oldObject }: AdmissionAttributes): boolean => {
  if (isOpen(selector)) return true;
  const parsed = labelSelectorFromSpec(selector);
  return [object, oldObject].some((each) => each?.metadata !== undefined && matchesLabels(parsed, each.metadata.labels ?? {}));
};
