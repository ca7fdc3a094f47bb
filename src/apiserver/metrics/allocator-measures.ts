import type { Collected, MetricsRegistry } from './contract.ts';

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** `static`: the address or port that was asked for; `dynamic`: any. */
export type AllocationScope = 'dynamic' | 'static';

/** What the repair at the start found wrong: something taken that nobody uses, something used that was not taken. */
export type Repair = 'leak' | 'repair';

/** What one allocator reports. */
export interface AllocatorMeasures {
  /** What was tried, except in dry runs. */
  tried(scope: AllocationScope, isTaken: boolean, seconds: number): void;
  repaired(what: Repair): void;
}

/** How many there are to give out; how many are given out is asked at each scrape. */
export interface AllocatorRange {
  readonly size: number;
  readonly allocated: () => Promise<number>;
}

/** The kube_apiserver_clusterip_allocator_ and kube_apiserver_nodeport_allocator_ families. */
export const createAllocatorMeasures = (
  registry: MetricsRegistry,
): {
  readonly clusterIps: (cidr: string, range: AllocatorRange) => AllocatorMeasures;
  readonly nodePorts: (range: AllocatorRange) => AllocatorMeasures;
} => {
  /** Failing to repair keeps the server from starting: nobody ever sees another number. */
  const repairs = (name: string, what: string) => {
    registry.counter({ name: `apiserver_${name}_repair_reconcile_errors_total`, help: `Failures to repair ${what}.`, labels: [] }).with();
    return registry.counter({
      name: `apiserver_${name === 'clusterip' ? 'clusterip_repair_ip' : 'nodeport_repair_port'}_errors_total`,
      help: `What was repaired of ${what}, by type.`,
      labels: ['type'],
    });
  };
  const gauges = (name: string, unit: string, labels: readonly string[], { size, allocated }: AllocatorRange): void => {
    const gauge = (of: string, help: string, read: () => Promise<number>): void =>
      registry.collect({
        name: `kube_apiserver_${name}_allocator_${of}`,
        help,
        labels: labels.length > 0 ? ['cidr'] : [],
        type: 'gauge',
        collect: async (): Promise<Collected> => [{ values: labels, value: await read() }],
      });
    gauge(`allocated_${unit}`, `Number of ${unit} that services have.`, allocated);
    gauge(`available_${unit}`, `Number of ${unit} that services may still get.`, async () => size - (await allocated()));
  };
  return {
    clusterIps(cidr, range) {
      const named = (name: string, help: string) => ({ name: `kube_apiserver_clusterip_allocator_${name}`, help });
      const labels = ['cidr', 'scope'] as const;
      const total = registry.counter({ ...named('allocation_total', 'Cluster IPs that were allocated, by range and scope.'), labels });
      const errors = registry.counter({
        ...named('allocation_errors_total', 'Cluster IPs that could not be allocated, by range and scope.'),
        labels,
      });
      const durations = registry
        .histogram({
          ...named('allocation_duration_seconds', 'Time to allocate a cluster IP in seconds, by range.'),
          labels: ['cidr'],
          buckets,
        })
        .with(cidr);
      const repaired = repairs('clusterip', 'cluster IPs');
      gauges('clusterip', 'ips', [cidr], range);
      return {
        tried(scope, isTaken, seconds) {
          (isTaken ? total : errors).with(cidr, scope).inc();
          durations.observe(seconds);
        },
        repaired: (what) => repaired.with(what).inc(),
      };
    },
    nodePorts(range) {
      const labels = ['scope'] as const;
      const named = (name: string, help: string) => ({ name: `kube_apiserver_nodeport_allocator_${name}`, help, labels });
      const total = registry.counter(named('allocation_total', 'Node ports that were allocated, by scope.'));
      const errors = registry.counter(named('allocation_errors_total', 'Node ports that could not be allocated, by scope.'));
      const repaired = repairs('nodeport', 'node ports');
      gauges('nodeport', 'ports', [], range);
      return {
        tried: (scope, isTaken) => (isTaken ? total : errors).with(scope).inc(),
        repaired: (what) => repaired.with(what).inc(),
      };
    },
  };
};
