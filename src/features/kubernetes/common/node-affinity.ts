import { matchesRequirement } from '../../../apimachinery/selectors/label-requirement.ts';
import type { LabelOperator } from '../../../apimachinery/selectors/label-requirement.ts';
import type { NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from '../../../api/core/types.gen.ts';

const operators: Readonly<Record<string, LabelOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: 'gt',
  Lt: 'lt',
};

export interface NodeIdentity {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

const matches = ({ key, operator, values }: NodeSelectorRequirement, labels: Readonly<Record<string, string>>): boolean => {
  const known = operators[operator];
  return known !== undefined && matchesRequirement({ key, operator: known, values: values ?? [] }, labels);
};

/** All expressions and fields of a term; a term without any matches nothing. */
export const matchesTerm = ({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: NodeIdentity): boolean =>
  matchExpressions.length + matchFields.length > 0 &&
  matchExpressions.every((requirement) => matches(requirement, node.labels)) &&
  matchFields.every((requirement) => matches(requirement, { 'metadata.name': node.name }));

/** spec.nodeSelector and the required node affinity. */
export const matchesNodeAffinity = ({ spec }: { readonly spec: PodSpec }, node: NodeIdentity): boolean => {
  for (const [key, value] of Object.entries(spec.nodeSelector ?? {})) if (node.labels[key] !== value) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || required.nodeSelectorTerms.some((term) => matchesTerm(term, node));
};
