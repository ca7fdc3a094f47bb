import type { Node } from '../../../api/core/types.gen.ts';
import { addAmounts, amountsOf } from '../common/resource-amounts.ts';
import type { Amounts } from '../common/resource-amounts.ts';
import type { PodInfo } from './pod-info.ts';

/** A node with what runs on it: what filters and scores look at. Immutable: a change makes a new one. */
export interface NodeInfo {
  readonly node: Node;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly allocatable: Amounts;
  readonly pods: readonly PodInfo[];
  readonly requested: Amounts;
  /** With the defaults scores assume for pods that request nothing. */
  readonly assumed: Amounts;
}

export const createNodeInfo = (node: Node, pods: readonly PodInfo[]): NodeInfo => {
  let requested: Amounts = {};
  let assumed: Amounts = {};
  for (const pod of pods) {
    requested = addAmounts(requested, pod.requests);
    assumed = addAmounts(assumed, pod.assumedRequests);
  }
  return {
    node,
    name: node.metadata.name,
    labels: node.metadata.labels ?? {},
    allocatable: amountsOf(node.status?.allocatable ?? node.status?.capacity),
    pods,
    requested,
    assumed,
  };
};

export const withPods = (info: NodeInfo, pods: readonly PodInfo[]): NodeInfo => ({
  ...createNodeInfo(info.node, pods),
  allocatable: info.allocatable,
});
