import { createHash, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { type InternalApi, loopbackUser } from '../registry/contract.ts';
import { ensureObject } from './ensure-object.ts';

const leases = { group: 'coordination.k8s.io', version: 'v1', resource: 'leases' };
const namespace = 'kube-system';
const durationSeconds = 3600;
export const renewIntervalSeconds = 10;
const identityLabel = 'apiserver.kubernetes.io/identity';
/** Where this server can be reached, `ADDRESS PORT`; read by the other replicas. */
const endpointAnnotation = 'causeway.dev/advertised-endpoint';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface IdentityLease {
  renew(endpoint: Endpoint | undefined): Promise<void>;
  /** Where the API servers are that renewed their lease lately. */
  liveEndpoints(): Promise<readonly Endpoint[]>;
}

const microTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('Z', '000Z');

const base32 = (bytes: Uint8Array): string => {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((group) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(group.padEnd(5, '0'), 2)])
    .join('');
};

/** `apiserver-HASH`, the same for the same instance after a restart. */
export const leaseName = (instance: string): string =>
  `apiserver-${base32(createHash('sha256').update(instance).digest().subarray(0, 16))}`;

/** The Lease by which this API server shows that it lives (KEP-1965). `instance` tells servers on one host apart. */
export const identityLease = (
  api: InternalApi,
  { instance, now }: { readonly instance: string; readonly now: () => number },
): IdentityLease => {
  const name = leaseName(instance);
  const holderIdentity = `${name}_${randomUUID()}`;
  return {
    async renew(endpoint) {
      const renewTime = microTime(now());
      const annotations = endpoint ? { [endpointAnnotation]: `${endpoint.address} ${endpoint.port}` } : undefined;
      const lease: UnstructuredObject = {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: {
          name,
          namespace,
          labels: { [identityLabel]: 'kube-apiserver', 'kubernetes.io/hostname': hostname().toLowerCase() },
          ...(annotations ? { annotations } : {}),
        },
        spec: { holderIdentity, leaseDurationSeconds: durationSeconds, renewTime },
      };
      await ensureObject(api, lease, {
        resource: leases,
        current: await api.get(leases, name, namespace),
        change: (object) => {
          object['spec'] = lease['spec'];
          object.metadata.annotations = { ...object.metadata.annotations, ...annotations };
          return undefined;
        },
      });
    },
    async liveEndpoints() {
      const endpoints: Endpoint[] = [];
      for (const lease of await api.list(leases, namespace)) {
        if (lease.metadata.labels?.[identityLabel] !== 'kube-apiserver') continue;
        const renewed = Date.parse((lease['spec'] as { renewTime?: string } | undefined)?.renewTime ?? '');
        const [address, port] = (lease.metadata.annotations?.[endpointAnnotation] ?? '').split(' ');
        const isLive = now() - renewed < 3 * renewIntervalSeconds * 1000;
        if (address && port && isLive) endpoints.push({ address, port: Number(port) });
      }
      return endpoints;
    },
  };
};

/** Deletes the leases of servers that stopped long ago. */
export const collectLeases = async (api: InternalApi, now: () => number): Promise<void> => {
  for (const lease of await api.list(leases, namespace)) {
    if (lease.metadata.labels?.[identityLabel] !== 'kube-apiserver') continue;
    const { renewTime = '', leaseDurationSeconds = durationSeconds } = (lease['spec'] ?? {}) as {
      renewTime?: string;
      leaseDurationSeconds?: number;
    };
    if (now() - Date.parse(renewTime) <= leaseDurationSeconds * 1000) continue;
    await api.delete(leases, lease.metadata.name, { namespace, user: loopbackUser });
  }
};
