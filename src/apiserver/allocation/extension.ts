import { randomBytes } from 'node:crypto';
import type { ServerExtensionFactory } from '../extension.ts';
import { loopbackUser } from '../registry/contract.ts';
import { createClusterIps } from './cluster-ips.ts';
import { parseIpRange } from './ip-range.ts';
import { createNodePorts } from './node-ports.ts';
import { serviceHook } from './service-hook.ts';
import { nodePortsOf, specOf } from './service-fields.ts';

const services = { group: '', version: 'v1', resource: 'services' };
const serviceCidrs = { group: 'networking.k8s.io', version: 'v1', resource: 'servicecidrs' };

/** Uniform in [0, 1). */
const random = (): number => randomBytes(6).readUIntBE(0, 6) / 2 ** 48;

/** Addresses and ports of services. At start what a crash left behind is put right. */
export const allocationExtension: ServerExtensionFactory = ({ api, options, store }) => {
  const range = parseIpRange(options.serviceClusterIPRange.split(',')[0] ?? '');
  const clusterIps = createClusterIps(store, { range, now: options.now, random });
  const nodePorts = createNodePorts(store, { range: options.nodePortRange, random });

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
