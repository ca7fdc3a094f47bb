import type { InternalApi } from '../../registry/contract.ts';
import { coreResource } from '../refuse.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
}

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
}

interface SliceFields {
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
  readonly endpoints?: readonly { readonly addresses: readonly string[]; readonly conditions?: { readonly ready?: boolean } }[];
}

const slices = { group: 'discovery.k8s.io', version: 'v1', resource: 'endpointslices' };

/** Where a service's port can be reached: a ready endpoint, else the cluster address. @throws Error in the words of a failed dial */
export const resolveService = async (
  api: Pick<InternalApi, 'get' | 'list'>,
  { namespace, name, port }: { readonly namespace: string; readonly name: string; readonly port: number },
): Promise<Target> => {
  const service = await api.get(coreResource('services'), name, namespace);
  if (!service) throw new Error(`service "${name}" not found`);
  const spec = (service['spec'] ?? {}) as { type?: string; externalName?: string; clusterIP?: string; ports?: ServicePort[] };
  if (spec.type === 'ExternalName') return { host: spec.externalName ?? '', port };
  const entry = spec.ports?.find((candidate) => candidate.port === port);
  if (!entry) throw new Error(`no service port ${port} found for service "${name}"`);
  for (const slice of await api.list(slices, namespace)) {
    if (slice.metadata.labels?.['kubernetes.io/service-name'] !== name) continue;
    const { ports = [], endpoints = [] } = slice as unknown as SliceFields;
    const target = ports.find((candidate) => (candidate.name ?? '') === (entry.name ?? ''))?.port;
    const address = endpoints.find(({ conditions }) => conditions?.ready !== false)?.addresses[0];
    if (target !== undefined && address !== undefined) return { host: address, port: target };
  }
  if (spec.clusterIP && spec.clusterIP !== 'None') return { host: spec.clusterIP, port };
  throw new Error(`no endpoints available for service "${name}"`);
};
