import { randomBytes } from 'node:crypto';
import type { ServerExtensionFactory } from '../extension.ts';
import type { MetricsRegistry } from '../metrics/contract.ts';
import { createAllocatorMeasures } from '../metrics/allocator-measures.ts';
import { loopbackUser } from '../registry/contract.ts';
import { type ClusterIps, createClusterIps } from './cluster-ips.ts';
import { allocatableSize, parseIpRange } from './ip-range.ts';
import { createNodePorts, type NodePorts } from './node-ports.ts';
import { serviceHook } from './service-hook.ts';
import { nodePortsOf, specOf } from './service-fields.ts';

const services = { group: '', version: 'v1', resource: 'services' };
const serviceCidrs = { group: 'networking.k8s.io', version: 'v1', resource: 'servicecidrs' };

/** Uniform in [0, 1). */
const random = (): number => randomBytes(6).readUIntBE(0, 6) / 2 ** 48;

/** Addresses and ports of services. At start what a crash left behind is put right. */
export const allocationExtension =
  (metrics: MetricsRegistry): ServerExtensionFactory =>
  ({ api, options, store }) => {
    const range = parseIpRange(options.serviceClusterIPRange.split(',')[0] ?? '');
    const measures = createAllocatorMeasures(metrics);
    const [firstPort, lastPort] = options.nodePortRange;
    const clusterIps: ClusterIps = createClusterIps(store, {
      range,
      now: options.now,
      random,
      measures: measures.clusterIps(range.cidr, { size: allocatableSize(range), allocated: () => clusterIps.count() }),
    });
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

    const ensureServiceCidr = async (): Promise<void> => {
      if (!api.catalog.find(serviceCidrs) || (await api.get(serviceCidrs, 'kubernetes'))) return;
      const created = {
        kind: 'ServiceCIDR',
        apiVersion: 'networking.k8s.io/v1',
        metadata: { name: 'kubernetes' },
        spec: { cidrs: [range.cidr] },
      };
      await api.create(serviceCidrs, created, { user: loopbackUser }).catch(() => {});
    };

    return {
      name: 'service-allocation',
      hooks: [serviceHook({ clusterIps, nodePorts, family: range.family })],
      async start() {
        await repair();
        await ensureServiceCidr();
      },
    };
  };
