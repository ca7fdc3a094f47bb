import { isIPv6 } from 'node:net';
import { semanticEqual } from '../../apimachinery/equality/semantic-equal.ts';
import { isStatusError } from '../../apimachinery/errors/status-error.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { firstAddress } from '../certificates/serving-names.ts';
import type { InternalApi } from '../registry/contract.ts';
import { ensureObject } from './ensure-object.ts';
import type { Endpoint } from './identity-lease.ts';

const core = (resource: string): { group: string; version: string; resource: string } => ({ group: '', version: 'v1', resource });
const slices = { group: 'discovery.k8s.io', version: 'v1', resource: 'endpointslices' };
const metadata = { name: 'kubernetes', namespace: 'default' };

const defaultPort = 6443;

/** default/kubernetes: the API server inside its own cluster, on the first address of the service range. A known port is kept right. */
export const ensureKubernetesService = async (api: InternalApi, serviceClusterIPRange: string, port?: number): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ensureService(api, serviceClusterIPRange, port);
    } catch (error) {
      // A replica that starts at the same time has taken the address, and is about to write the Service.
      if (!isStatusError(error, 'Invalid') || attempt === startAttempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, startPauseMilliseconds));
    }
  }
};

/** Brings it back when somebody has deleted it; what is there stays as it is, since another server may know its port better. */
export const restoreKubernetesService = async (api: InternalApi, serviceClusterIPRange: string, port?: number): Promise<void> => {
  if (!(await api.get(core('services'), metadata.name, metadata.namespace))) await ensureService(api, serviceClusterIPRange, port);
};

const startAttempts = 50;
const startPauseMilliseconds = 100;

const ensureService = async (api: InternalApi, serviceClusterIPRange: string, port: number | undefined): Promise<void> => {
  const ports = [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port ?? defaultPort }];
  const service: UnstructuredObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP: firstAddress(serviceClusterIPRange),
      ipFamilyPolicy: 'SingleStack',
      ports,
      sessionAffinity: 'None',
    },
  };
  const current = await api.get(core('services'), metadata.name, metadata.namespace);
  const setPorts = (object: UnstructuredObject): void | false => {
    const spec = object['spec'] as { ports?: unknown };
    if (port === undefined || semanticEqual(spec.ports, ports)) return false;
    spec.ports = structuredClone(ports);
    return undefined;
  };
  await ensureObject(api, service, { resource: core('services'), current, change: setPorts });
};

/** The Endpoints and EndpointSlice of default/kubernetes: where the API servers really are. Loopback addresses are left out, as endpoints may not have them. */
export const ensureKubernetesEndpoints = async (api: InternalApi, endpoints: readonly Endpoint[]): Promise<void> => {
  const reachable = endpoints.filter(({ address }) => !address.startsWith('127.') && address !== '::1');
  const [first] = reachable;
  if (!first) return;
  const addresses = [...new Set(reachable.filter(({ port }) => port === first.port).map(({ address }) => address))].toSorted();
  const ports = [{ name: 'https', port: first.port, protocol: 'TCP' }];
  const subsets = [{ addresses: addresses.map((ip) => ({ ip })), ports }];
  const replace =
    (fields: Readonly<Record<string, unknown>>) =>
    (object: UnstructuredObject): void | false => {
      if (Object.entries(fields).every(([key, value]) => semanticEqual(object[key], value))) return false;
      Object.assign(object, structuredClone(fields));
      return undefined;
    };
  await ensureObject(
    api,
    {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { ...metadata, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
      subsets,
    },
    {
      resource: core('endpoints'),
      current: await api.get(core('endpoints'), metadata.name, metadata.namespace),
      change: replace({ subsets }),
    },
  );
  const slice = { ports, endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })) };
  await ensureObject(
    api,
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      addressType: isIPv6(first.address) ? 'IPv6' : 'IPv4',
      ...slice,
    },
    { resource: slices, current: await api.get(slices, metadata.name, metadata.namespace), change: replace(slice) },
  );
};
