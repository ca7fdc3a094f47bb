import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { InternalApi, KindCatalog } from '../../registry/contract.ts';
import type { AdmissionAttributes } from '../contract.ts';
import { admissionRequest } from '../selection/admission-request.ts';
import { type CelVariables, celVariables } from '../selection/conditions.ts';
import { createNamespaceLookup, type NamespaceLookup } from '../selection/selectors.ts';

/** Tells the caller's rights to expressions. */
export type AuthorizerVariables = (attributes: AdmissionAttributes) => CelVariables;

export interface PolicyContext {
  readonly catalog: KindCatalog;
  readonly namespace: NamespaceLookup;
  /** What expressions of a policy may read, the request seen as one version of the kind; `params` and `variables` come on top. */
  readonly variables: (attributes: AdmissionAttributes, as: AdmissionAttributes['definition']) => Promise<CelVariables>;
}

export const createPolicyContext = (api: InternalApi, authorizer: AuthorizerVariables): PolicyContext => {
  const namespace = createNamespaceLookup(api);
  return {
    catalog: api.catalog,
    namespace,
    async variables(attributes, as) {
      const { object, oldObject, ...request } = admissionRequest(attributes, as, '') as { object: unknown; oldObject: unknown };
      const isNamespace = attributes.definition.plural === 'namespaces' && attributes.definition.group === '';
      const namespaceObject = isNamespace ? null : ((await namespace(attributes)) ?? null);
      return { ...celVariables({ object, oldObject, request, namespaceObject }), ...authorizer(attributes) };
    },
  };
};

/** Policies and bindings go by their names. */
export const byName = (a: UnstructuredObject, b: UnstructuredObject): number => (a.metadata.name < b.metadata.name ? -1 : 1);

export const specOf = <T>(object: UnstructuredObject): T => (object['spec'] ?? {}) as T;
