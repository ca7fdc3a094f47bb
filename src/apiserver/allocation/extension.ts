import { randomBytes } from 'node:crypto';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { ServerExtensionFactory } from '../extension.ts';
import type { MetricsRegistry } from '../metrics/contract.ts';
import { createAllocatorMeasures } from '../metrics/allocator-measures.ts';
import { loopbackUser } from '../registry/contract.ts';
import { formatTime } from '../registry/object-meta.ts';
import { type ClusterIps, createClusterIps } from './cluster-ips.ts';
import { allocatableSize, parseIpRange, type IpRange } from './ip-range.ts';
import { createNodePorts, type NodePorts } from './node-ports.ts';
import { serviceHook } from './service-hook.ts';
import { serviceRanges } from './service-ranges.ts';
import { nodePortsOf, specOf } from './service-fields.ts';

const services = { group: '', version: 'v1', resource: 'services' };
const serviceCidrs = { group: 'networking.k8s.io', version: 'v1', resource: 'servicecidrs' };

const serviceCidr = (cidr: string): UnstructuredObject => ({
  kind: 'ServiceCIDR',
  apiVersion: 'networking.k8s.io/v1',
  metadata: { name: 'kubernetes' },
  spec: { cidrs: [cidr] },
});
const ready = { type: 'Ready', status: 'True', reason: '', message: 'Kubernetes default Service CIDR is ready' };

const hasConditions = ({ status }: UnstructuredObject): boolean =>
  (status as { conditions?: unknown } | undefined)?.conditions !== undefined;

/** Uniform in [0, 1). */
const random = (): number => randomBytes(6).readUIntBE(0, 6) / 2 ** 48;

/** Addresses and ports of services. At start what a crash left behind is put right. */
export const allocationExtension =
  (metrics: MetricsRegistry): ServerExtensionFactory =>
  ({ api, options, store }) => {
    const range = parseIpRange(options.serviceClusterIPRange.split(',')[0] ?? '');
    const measures = createAllocatorMeasures(metrics);
    const [firstPort, lastPort] = options.nodePortRange;
    let ranges: readonly IpRange[] = [range];
    const clusterIps: ClusterIps = createClusterIps(store, {
      ranges: () => ranges,
      now: options.now,
      random,
      measures: measures.clusterIps(range.cidr, { size: allocatableSize(range), allocated: () => clusterIps.count(range) }),
    });
    const followServiceCidrs = async (): Promise<void> => {
      if (!api.catalog.find(serviceCidrs)) return;
      const cache = api.cache(serviceCidrs);
      const follow = (): void => void (ranges = serviceRanges(range, cache.list()));
      cache.onChange(follow);
      await cache.synced();
      follow();
    };
    const nodePorts: NodePorts = createNodePorts(store, {
      range: options.nodePortRange,
      random,
      measures: measures.nodePorts({ size: lastPort - firstPort + 1, allocated: () => nodePorts.count() }),
    });

    const repair = async (): Promise<void> => {
      const all = await api.list(services);
      const known = new Set(all.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
      await clusterIps.repair(({ namespace, name }) => known.has(`${namespace}/${name}`));
      const used = all.flatMap((service) =>
        nodePortsOf(specOf(service)).map((port): [number, string] => [port, `${service.metadata.namespace}/${service.metadata.name}`]),
      );
      await nodePorts.repair(new Map(used));
    };

    /** The range as an object, `Ready` from the start (KEP-1880). */
    const ensureServiceCidr = async (): Promise<void> => {
      if (!api.catalog.find(serviceCidrs)) return;
      const found = await api.get(serviceCidrs, 'kubernetes');
      if (found && hasConditions(found)) return;
      if (!found) await api.create(serviceCidrs, serviceCidr(range.cidr), { user: loopbackUser });
      await api.modify(serviceCidrs, 'kubernetes', {
        user: loopbackUser,
        subresource: 'status',
        change: (object) => {
          if (hasConditions(object)) return false;
          object['status'] = { conditions: [{ ...ready, lastTransitionTime: formatTime(options.now()) }] };
          return undefined;
        },
      });
    };

    return {
      name: 'service-allocation',
      hooks: [serviceHook({ clusterIps, nodePorts, family: range.family })],
      async start() {
        await followServiceCidrs();
        await repair();
        // Another server of the same store may have made it meanwhile.
        await ensureServiceCidr().catch(() => {});
      },
    };
  };
