import type { KubeObject, UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { Informer } from '../../../controller-runtime/contract.ts';
import type { ResourceSelector } from '../api/placement.ts';
import type { PropagationPolicy } from '../api/propagation-policy.ts';
import type { Policies } from './claim.ts';

/** The policies that may select a template, out of many: by kind and name, not one after the other. */
export interface PolicyIndex {
  candidates(template: UnstructuredObject): Policies;
}

const bySelected = 'selected';

const selected = ({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>, name: string): string => `${apiVersion}|${kind}|${name}`;

const valuesOf = ({ spec }: PropagationPolicy): string[] => [
  ...new Set(spec.resourceSelectors.map((selector: ResourceSelector) => selected(selector, selector.name ?? ''))),
];

/** Indexes both informers by what their selectors name; a selector without a name stands for its whole kind. */
export const createPolicyIndex = (namespaced: Informer<PropagationPolicy>, cluster: Informer<PropagationPolicy>): PolicyIndex => {
  for (const informer of [namespaced, cluster]) informer.addIndex(bySelected, valuesOf);
  const find = (informer: Informer<PropagationPolicy>, template: UnstructuredObject): PropagationPolicy[] => {
    const named = informer.byIndex(bySelected, selected(template, template.metadata.name));
    const whole = informer.byIndex(bySelected, selected(template, ''));
    return [...new Set([...named, ...whole])];
  };
  return {
    candidates: (template) => ({
      namespaced: template.metadata.namespace
        ? find(namespaced, template).filter(({ metadata }) => metadata.namespace === template.metadata.namespace)
        : [],
      cluster: find(cluster, template),
    }),
  };
};
