import { invalidObject } from '../../apimachinery/errors/api-errors.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import type { WriteRequest } from '../registry/registry.ts';
import type { Reservation, StorageHook } from '../registry/storage-hook.ts';
import type { ClusterIps, ServiceName } from './cluster-ips.ts';
import { settleFamilies } from './ip-families.ts';
import type { NodePorts } from './node-ports.ts';
import {
  addressesOf,
  dropTypeDependent,
  isHeadless,
  keepAllocated,
  mayHaveNodePorts,
  needsClusterIp,
  needsHealthCheckPort,
  needsNodePorts,
  nodePortsOf,
  normalizeAddresses,
  specOf,
  type ServiceSpec,
} from './service-fields.ts';

export interface ServiceHookOptions {
  readonly clusterIps: ClusterIps;
  readonly nodePorts: NodePorts;
  readonly family: 'IPv4' | 'IPv6';
}

/** What one write took and what it will give back. */
class Ledger {
  readonly addresses: string[] = [];
  readonly ports: number[] = [];
}

/** @throws StatusError Invalid when there is anything wrong */
const refuse = (name: string, errors: readonly FieldError[]): void => {
  if (errors.length > 0) throw invalidObject({ group: '', kind: 'Service' }, name, errors);
};

/** Without a load balancer there are no addresses of one. */
const clearLoadBalancer = (service: UnstructuredObject): void => {
  service['status'] = { ...(service['status'] as object | undefined), loadBalancer: {} };
};

/** Gives services their cluster IPs and node ports, and takes them back. */
export const serviceHook = ({ clusterIps, nodePorts, family }: ServiceHookOptions): StorageHook => {
  const takeAddresses = async (
    spec: ServiceSpec,
    context: { service: ServiceName; before: ServiceSpec | undefined; dryRun: boolean; ledger: Ledger },
  ) => {
    const { service, before, dryRun, ledger } = context;
    // Addresses stay for good: an update takes some only when there were none. Validation speaks of others.
    if (!needsClusterIp(spec) || isHeadless(spec) || (before && needsClusterIp(before))) return;
    const wanted = addressesOf(spec);
    if (wanted.length === 0) {
      const address = await clusterIps.takeAny(service, { dryRun });
      if (!dryRun) ledger.addresses.push(address);
      spec.clusterIP = address;
      spec.clusterIPs = [address];
      return;
    }
    for (const address of wanted) {
      const problem = await (dryRun ? clusterIps.isFree(address) : clusterIps.take(address, service));
      if (problem) refuse(service.name, [invalid('spec.clusterIPs', spec.clusterIPs, `failed to allocate IP ${address}: ${problem}`)]);
      if (!dryRun) ledger.addresses.push(address);
    }
  };

  const takePorts = async (
    spec: ServiceSpec,
    context: { service: ServiceName; before: ServiceSpec | undefined; dryRun: boolean; ledger: Ledger },
  ) => {
    const { service, before, dryRun, ledger } = context;
    const options = { owner: `${service.namespace}/${service.name}`, dryRun };
    const mine = new Set(before && nodePortsOf(before));
    const own = (port: number): number => {
      if (!dryRun) ledger.ports.push(port);
      mine.add(port);
      return port;
    };
    const takeGiven = async (port: number, path: string): Promise<void> => {
      if (mine.has(port)) return;
      const problem = await nodePorts.take(port, options);
      if (problem) refuse(service.name, [invalid(path, port, problem)]);
      own(port);
    };
    if (mayHaveNodePorts(spec)) {
      const ports = spec.ports ?? [];
      for (const [index, port] of ports.entries()) if (port.nodePort) await takeGiven(port.nodePort, `spec.ports[${index}].nodePort`);
      for (const port of needsNodePorts(spec) ? ports : []) {
        // One number of a new service may carry several protocols.
        const twin = before ? undefined : ports.find((other) => other.port === port.port && other.nodePort);
        port.nodePort ||= twin?.nodePort ?? own(await nodePorts.takeAny(options));
      }
    }
    if (needsHealthCheckPort(spec) && !(before && needsHealthCheckPort(before))) {
      if (spec.healthCheckNodePort) await takeGiven(spec.healthCheckNodePort, 'spec.healthCheckNodePort');
      else spec.healthCheckNodePort = own(await nodePorts.takeAny(options));
    }
  };

  const giveBack = async ({ addresses, ports }: Ledger): Promise<void> => {
    for (const address of addresses) await clusterIps.release(address);
    for (const port of ports) await nodePorts.release(port);
  };

  /** What the service had and has no more. */
  const dropped = (spec: ServiceSpec | undefined, old: ServiceSpec | undefined): Ledger => {
    const ledger = new Ledger();
    const addresses = new Set(spec && addressesOf(spec));
    const ports = new Set(spec && nodePortsOf(spec));
    ledger.addresses.push(...(old ? addressesOf(old).filter((address) => !addresses.has(address)) : []));
    ledger.ports.push(...(old ? nodePortsOf(old).filter((port) => !ports.has(port)) : []));
    return ledger;
  };

  return {
    handles: ({ definition, subresource }: WriteRequest) =>
      definition.group === '' && definition.plural === 'services' && subresource === '',
    async reserve({ namespace, dryRun }, { object, old, leaves = false }): Promise<Reservation> {
      const spec = object && specOf(object);
      const before = old && specOf(old);
      const ledger = new Ledger();
      if (object && spec) {
        if (before) keepAllocated(spec, before);
        normalizeAddresses(spec, before);
        const service = { namespace, name: object.metadata.name };
        refuse(service.name, settleFamilies(spec, before, family));
        try {
          await takeAddresses(spec, { service, before, dryRun, ledger });
          await takePorts(spec, { service, before, dryRun, ledger });
          if (before) dropTypeDependent(spec, before);
          if (before && spec.type !== 'LoadBalancer') clearLoadBalancer(object);
        } catch (error) {
          await giveBack(ledger);
          throw error;
        }
      }
      const commit = async (): Promise<void> => {
        if (leaves) await giveBack(ledger);
        await giveBack(dropped(leaves ? undefined : spec, before));
      };
      return { commit, rollback: () => giveBack(ledger) };
    },
  };
};
