import type { Node, Pod } from '../../../api/core/types.gen.ts';
import type { NodeMetrics, PodMetrics } from '../../../api/metrics/types.gen.ts';
import { canonicalQuantity } from '../../../apimachinery/quantity/format-quantity.ts';
import { formatTime } from '../../../apimachinery/time/timestamp.ts';
import { type Amounts, addAmounts } from '../common/resource-amounts.ts';
import { simulatedUsage } from '../simulated-node/usage.ts';

const apiVersion = 'metrics.k8s.io/v1beta1';
/** Over what time usage is taken, as metrics-server says it. */
const window = '15s';
/** What a node uses without any pod: its system and kubelet. */
const ownUsage: Amounts = { cpu: 50, memory: 256 * 2 ** 20 };

/** Nanocores and kibibytes: what a kubelet measures in. */
const quantities = ({ cpu = 0, memory = 0 }: Amounts): Record<string, string> => ({
  cpu: canonicalQuantity(`${Math.round(cpu * 1e6)}n`),
  memory: canonicalQuantity(`${Math.ceil(memory / 1024)}Ki`),
});

const metaOf = ({ name, namespace, labels }: Pod['metadata'], now: Date): PodMetrics['metadata'] => ({
  name,
  ...(namespace === undefined ? {} : { namespace }),
  creationTimestamp: formatTime(now),
  ...(labels ? { labels } : {}),
});

/** What a pod's containers use now; undefined while none runs. */
export const podMetrics = (pod: Pod, now: Date): PodMetrics | undefined => {
  const usage = simulatedUsage(pod);
  if (usage.size === 0) return undefined;
  return {
    kind: 'PodMetrics',
    apiVersion,
    metadata: metaOf(pod.metadata, now),
    timestamp: formatTime(now),
    window,
    containers: [...usage].map(([name, amounts]) => ({ name, usage: quantities(amounts) })),
  };
};

const isReady = ({ status }: Node): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;

/** What a node uses now: its pods and itself; undefined while it is not ready. */
export const nodeMetrics = (node: Node, pods: readonly Pod[], now: Date): NodeMetrics | undefined => {
  if (!isReady(node)) return undefined;
  const used = pods
    .filter(({ spec }) => spec.nodeName === node.metadata.name)
    .flatMap((pod) => [...simulatedUsage(pod).values()])
    .reduce(addAmounts, ownUsage);
  return {
    kind: 'NodeMetrics',
    apiVersion,
    metadata: metaOf(node.metadata, now),
    timestamp: formatTime(now),
    window,
    usage: quantities(used),
  };
};
