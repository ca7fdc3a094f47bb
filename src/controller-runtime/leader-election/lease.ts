import type { ResourceRef } from '../../apimachinery/meta/group-version.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { formatMicroTime } from '../clock.ts';

export const leaseRef: ResourceRef = { group: 'coordination.k8s.io', version: 'v1', resource: 'leases', kind: 'Lease', namespaced: true };

/** coordination.k8s.io/v1 Lease. */
export interface Lease extends KubeObject {
  spec?: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
}

/** The lease as held by `identity` from now on; acquireTime and transitions change only with the holder. */
export const heldLease = (
  current: Lease | undefined,
  claim: { readonly name: string; readonly namespace: string; readonly identity: string; readonly durationSeconds: number },
  now: number,
): Lease => {
  const spec = current?.spec;
  const sameHolder = spec?.holderIdentity === claim.identity;
  const time = formatMicroTime(now);
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: current?.metadata ?? { name: claim.name, namespace: claim.namespace },
    spec: {
      ...spec,
      holderIdentity: claim.identity,
      leaseDurationSeconds: claim.durationSeconds,
      acquireTime: sameHolder ? (spec.acquireTime ?? time) : time,
      renewTime: time,
      leaseTransitions: (spec?.leaseTransitions ?? 0) + (sameHolder || !current ? 0 : 1),
    },
  };
};

/** Given back: whoever looks next may take it at once. */
export const releasedLease = (current: Lease, now: number): Lease => {
  const time = formatMicroTime(now);
  return { ...current, spec: { ...current.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: time, acquireTime: time } };
};
