import { parseGroupVersion } from '../../../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { labelSelectorFromSpec, matchesLabels } from '../../../apimachinery/selectors/label-selector.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { ParamRef, PolicySpec } from './policy.ts';

/** What is wrong with a policy's paramKind, if anything. */
export const paramKindError = (api: InternalApi, kind: PolicySpec['paramKind']): string | undefined => {
  if (!kind) return undefined;
  const { group, version } = parseGroupVersion(kind.apiVersion);
  if (api.catalog.findKind(group, version, kind.kind)) return undefined;
  return `failed to configure policy: failed to find resource referenced by paramKind: '${kind.apiVersion}, Kind=${kind.kind}'`;
};

/** The parameter objects a binding names; one `undefined` when the policy takes none. @throws Error that says what is wrong with the binding */
export const collectParams = async (
  api: InternalApi,
  kind: PolicySpec['paramKind'],
  { ref, namespace }: { readonly ref: ParamRef | undefined; readonly namespace: string },
): Promise<readonly (UnstructuredObject | undefined)[]> => {
  if (!kind || !ref) return [undefined];
  const { group, version } = parseGroupVersion(kind.apiVersion);
  const definition = api.catalog.findKind(group, version, kind.kind);
  if (!definition) throw new Error(`paramKind kind \`${kind.apiVersion}, Kind=${kind.kind}\` not known`);
  if (!definition.namespaced && ref.namespace) throw new Error('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  if (ref.name && ref.selector) throw new Error('paramRef.name and paramRef.selector are mutually exclusive');
  const place = definition.namespaced ? ref.namespace || namespace : undefined;
  if (place === '') throw new Error('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources');
  const resource = { group, version, resource: definition.plural };
  const found: UnstructuredObject[] = [];
  if (ref.name) {
    const object = await api.get(resource, ref.name, place);
    if (object) found.push(object);
  } else if (ref.selector) {
    const selector = labelSelectorFromSpec(ref.selector);
    const cache = api.cache(resource);
    await cache.synced();
    found.push(...cache.list(place).filter(({ metadata }) => matchesLabels(selector, metadata.labels ?? {})));
  } else throw new Error('one of name or selector must be provided');
  if (found.length === 0 && ref.parameterNotFoundAction === 'Deny') {
    throw new Error('no params found for policy binding with `Deny` parameterNotFoundAction');
  }
  return found;
};
