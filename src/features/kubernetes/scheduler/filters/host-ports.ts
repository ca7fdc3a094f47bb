import { portsConflict } from '../../common/host-ports.ts';
import { crowded } from './filter.ts';
import type { Filter } from './filter.ts';

export const hostPorts: Filter = ({ hostPorts: wanted }) => {
  if (wanted.length === 0) return undefined;
  return ({ pods }) =>
    pods.some((other) => portsConflict(wanted, other.hostPorts))
      ? crowded("node(s) didn't have free ports for the requested pod ports")
      : undefined;
};
