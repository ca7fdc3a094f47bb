import type { Pod } from '../../../api/core/types.gen.ts';

/** A port of the node that a container takes. */
export interface HostPort {
  readonly protocol: string;
  readonly hostIP: string;
  readonly hostPort: number;
}

const everyAddress = '0.0.0.0';

/** The ports of the node that the pod's containers, sidecars included, take. */
export const hostPortsOf = ({ spec }: Pod): readonly HostPort[] => {
  const ports: HostPort[] = [];
  for (const container of [...spec.containers, ...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')]) {
    for (const { hostPort, hostIP, protocol } of container.ports ?? []) {
      if (hostPort) ports.push({ hostPort, hostIP: hostIP || everyAddress, protocol: protocol ?? 'TCP' });
    }
  }
  return ports;
};

/** Whether any of one pod's ports is among the other's. */
export const portsConflict = (wanted: readonly HostPort[], used: readonly HostPort[]): boolean =>
  wanted.some((a) => used.some((b) => conflict(a, b)));

const conflict = (a: HostPort, b: HostPort): boolean =>
  a.hostPort === b.hostPort &&
  a.protocol === b.protocol &&
  (a.hostIP === b.hostIP || a.hostIP === everyAddress || b.hostIP === everyAddress);
