import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { AdmissionObjectMeasures } from '../../metrics/admission-object-measures.ts';
import type { CelMeasures } from '../../metrics/cel-measures.ts';
import type { InternalApi, KindCatalog, ObjectCache } from '../../registry/contract.ts';
import type { AdmissionAttributes } from '../contract.ts';
import { admissionRequest } from '../selection/admission-request.ts';
import { type CelVariables, celVariables } from '../selection/programs.ts';
import { createNamespaceLookup, type NamespaceLookup } from '../selection/selectors.ts';

/** Tells the caller's rights to expressions. */
export type AuthorizerVariables = (attributes: AdmissionAttributes) => CelVariables;

export interface PolicyOptions {
  readonly authorizer: AuthorizerVariables;
  readonly measures: AdmissionObjectMeasures;
}

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

/** What tells objects of one name from each other: their uids by name. */
export const identities = (cache: ObjectCache): ReadonlyMap<string, string> =>
  new Map(cache.list().map(({ metadata: { name, uid } }) => [name, uid ?? '']));

/** Compiles each policy's expressions when it is first used; what does not compile says so where it is evaluated. */
export const createPolicyCompiler = (cel: CelMeasures): ((policy: UnstructuredObject, expressions: readonly (() => unknown)[]) => void) => {
  const compiled = new WeakSet<UnstructuredObject>();
  return (policy, expressions) => {
    if (compiled.has(policy)) return;
    compiled.add(policy);
    for (const compile of expressions) {
      try {
        cel.compiling(compile);
      } catch {
        // It fails again, in its own place.
      }
    }
  };
};
