import type { FieldNode, FieldSet } from './field-set.ts';
import type { MergeType } from './merge-type.ts';
import { fieldNameOf, type PathElement } from './path-element.ts';

const whole: FieldNode = { member: true, children: undefined };

const reconcileNode = (node: FieldNode, type: MergeType): FieldNode => {
  const { children } = node;
  if (type.map) {
    if (type.map.deduced || !children) return node;
    if (type.map.atomic) return whole;
  } else if (type.list && !type.scalar) {
    if (type.list.kind === 'atomic') return children || !node.member ? whole : node;
  } else return node;
  if (!children) return node;
  const reconciled = reconcileFieldSet(children, type);
  return reconciled === children ? node : { member: node.member, children: reconciled };
};

/** Fits a manager's fields to a schema that has become atomic in places since: what is owned in part is then owned as a whole. */
export function reconcileFieldSet(set: FieldSet, type: MergeType): FieldSet {
  let changed: Map<PathElement, FieldNode> | undefined;
  for (const [element, node] of set) {
    const name = fieldNameOf(element);
    const child = name === undefined ? type.list?.item : type.map?.field(name);
    const reconciled = child ? reconcileNode(node, child) : node;
    if (reconciled !== node) (changed ??= new Map(set)).set(element, reconciled);
  }
  return changed ?? set;
}
