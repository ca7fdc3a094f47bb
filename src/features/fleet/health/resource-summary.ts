import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { formatQuantity } from '../../../apimachinery/quantity/format-quantity.ts';
import { parseQuantity } from '../../../apimachinery/quantity/parse-quantity.ts';
import { addQuantities, compareQuantities, quantityOf } from '../../../apimachinery/quantity/quantity.ts';
import type { Quantity } from '../../../apimachinery/quantity/quantity.ts';
import type { ClusterStatus } from '../api/cluster.ts';

type Amounts = Map<string, Quantity>;

interface Node extends UnstructuredObject {
  spec?: { unschedulable?: boolean };
  status?: { allocatable?: Record<string, string>; conditions?: { type: string; status: string }[] };
}

interface Container {
  resources?: { requests?: Record<string, string> };
}

interface Pod extends UnstructuredObject {
  spec?: { nodeName?: string; containers?: Container[]; initContainers?: Container[] };
  status?: { phase?: string };
}

/**
 * A member's node and resource summary: what its nodes can allocate, what running pods have (`allocated`) and what pods not yet on a node want
 * (`allocating`). Finished pods count for nothing. Pure.
 */
export const summarize = (
  nodes: readonly Node[],
  pods: readonly Pod[],
): Required<Pick<ClusterStatus, 'nodeSummary' | 'resourceSummary'>> => {
  const isReady = ({ status }: Node): boolean =>
    (status?.conditions ?? []).some((entry) => entry.type === 'Ready' && entry.status === 'True');
  const ready = nodes.filter(isReady);
  const allocatable: Amounts = new Map();
  for (const { spec, status } of ready) if (!spec?.unschedulable) add(allocatable, status?.allocatable ?? {});
  const allocated: Amounts = new Map();
  const allocating: Amounts = new Map();
  for (const pod of pods) {
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') continue;
    const into = pod.spec?.nodeName ? allocated : allocating;
    for (const [name, amount] of requestsOf(pod)) into.set(name, plus(into.get(name), amount));
    into.set('pods', plus(into.get('pods'), quantityOf(1)));
  }
  return {
    nodeSummary: { totalNum: nodes.length, readyNum: ready.length },
    resourceSummary: { allocatable: format(allocatable), allocated: format(allocated), allocating: format(allocating) },
  };
};

const plus = (a: Quantity | undefined, b: Quantity): Quantity => (a ? addQuantities(a, b) : b);

const add = (into: Amounts, amounts: Readonly<Record<string, string>>): void => {
  for (const [name, value] of Object.entries(amounts)) into.set(name, plus(into.get(name), parseQuantity(value)));
};

/** The larger of the containers together and each init container alone. */
const requestsOf = ({ spec }: Pod): Amounts => {
  const total: Amounts = new Map();
  for (const { resources } of spec?.containers ?? []) add(total, resources?.requests ?? {});
  for (const { resources } of spec?.initContainers ?? []) {
    for (const [name, value] of Object.entries(resources?.requests ?? {})) {
      const amount = parseQuantity(value);
      const current = total.get(name);
      if (!current || compareQuantities(amount, current) > 0) total.set(name, amount);
    }
  }
  return total;
};

const format = (amounts: Amounts): Record<string, string> =>
  Object.fromEntries([...amounts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, amount]) => [name, formatQuantity(amount)]));
