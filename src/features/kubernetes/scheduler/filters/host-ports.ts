import type { HostPort } from '../pod-info.ts';
import { crowded } from './filter.ts';
import type { Filter } from './filter.ts';

const everyAddress = '0.0.0.0';
const conflict = (a: HostPort, b: HostPort): boolean =>
  a.hostPort === b.hostPort &&
  a.protocol === b.protocol &&
  (a.hostIP === b.hostIP || a.hostIP === everyAddress || b.hostIP === everyAddress);

export const hostPorts: Filter = ({ hostPorts: wanted }) => {
  if (wanted.length === 0) return undefined;
  return ({ pods }) =>
    pods.some((other) => other.hostPorts.some((used) => wanted.some((port) => conflict(port, used))))
      ? crowded("node(s) didn't have free ports for the requested pod ports")
      : undefined;
};
