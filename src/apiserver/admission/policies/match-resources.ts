import type { KindDefinition } from '../../../api/kind-definition.ts';
import type { KindCatalog } from '../../registry/contract.ts';
import type { AdmissionAttributes } from '../contract.ts';
import { matchesNamespace, matchesObject, type NamespaceLookup } from '../selection/selectors.ts';
import { matchingDefinition } from '../webhooks/select-webhook.ts';
import type { MatchResources } from './policy.ts';

/** The version of the kind in which a policy sees the request; undefined when it does not take it in. Without rules everything matches. */
export const matchResources = async (
  match: MatchResources,
  attributes: AdmissionAttributes,
  { catalog, namespace }: { readonly catalog: KindCatalog; readonly namespace: NamespaceLookup },
): Promise<KindDefinition | undefined> => {
  const { resourceRules, excludeResourceRules = [], matchPolicy = 'Equivalent' } = match;
  if (!(await matchesNamespace(match.namespaceSelector, attributes, namespace))) return undefined;
  if (!matchesObject(match.objectSelector, attributes)) return undefined;
  if (excludeResourceRules.length > 0 && matchingDefinition({ rules: excludeResourceRules, matchPolicy }, attributes, catalog))
    return undefined;
  return resourceRules?.length ? matchingDefinition({ rules: resourceRules, matchPolicy }, attributes, catalog) : attributes.definition;
};
