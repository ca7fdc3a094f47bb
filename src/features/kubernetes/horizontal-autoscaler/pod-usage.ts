import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { Pod } from '../../../api/core/types.gen.ts';
import type { Client } from '../../../client/contract.ts';
import { amountsOf } from '../common/resource-amounts.ts';
import type { Amounts } from '../common/resource-amounts.ts';
import { simulatedLabel } from '../common/simulated-label.ts';
import { simulatedUsage } from '../simulated-node/usage.ts';

/** Usage by pod and container: cpu in thousandths of a core, memory in bytes. */
export type PodUsage = ReadonlyMap<string, ReadonlyMap<string, Amounts>>;

interface PodMetricsList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly containers: readonly { readonly name: string; readonly usage: Record<string, string> }[];
  }[];
}

const isSimulated = ({ metadata }: Pod): boolean => metadata.labels?.[simulatedLabel] === 'true';

/** What the pods use now: by the resource metrics API, or by the simulation for simulated pods. @throws Error when nobody knows */
export const readPodUsage = async (
  client: Client,
  namespace: string,
  { pods, resource }: { readonly pods: readonly Pod[]; readonly resource: string },
): Promise<PodUsage> => {
  const usage = new Map<string, ReadonlyMap<string, Amounts>>();
  for (const pod of pods.filter(isSimulated)) {
    const containers = simulatedUsage(pod);
    if (containers.size > 0) usage.set(pod.metadata.name, containers);
  }
  const real = new Set(pods.filter((pod) => !isSimulated(pod)).map(({ metadata }) => metadata.name));
  if (real.size > 0 || pods.length === 0) {
    for (const { metadata, containers } of (await fetchMetrics(client, namespace, resource)).items) {
      if (real.has(metadata.name))
        usage.set(metadata.name, new Map(containers.map(({ name, usage: amounts }) => [name, amountsOf(amounts)])));
    }
  }
  if (usage.size === 0) throw new Error(`unable to get metrics for resource ${resource}: no metrics returned from resource metrics API`);
  return usage;
};

const fetchMetrics = async (client: Client, namespace: string, resource: string): Promise<PodMetricsList> => {
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${encodeURIComponent(namespace)}/pods`;
  try {
    return (await client.raw(path)) as PodMetricsList;
  } catch (cause) {
    const missing = isStatusError(cause, 'NotFound');
    const why = missing ? 'the server could not find the requested resource (get pods.metrics.k8s.io)' : String((cause as Error).message);
    throw new Error(`unable to get metrics for resource ${resource}: unable to fetch metrics from resource metrics API: ${why}`, { cause });
  }
};
