import type { Container, ContainerPort, PodSpec } from '../types.gen.ts';

interface Known {
  readonly path: string;
  readonly port: ContainerPort;
}

/** How two ports of one pod get in each other's way. */
const conflict = (port: ContainerPort, known: ContainerPort): string | undefined => {
  if (port.containerPort !== known.containerPort || (port.protocol ?? 'TCP') !== (known.protocol ?? 'TCP')) return undefined;
  const [host, knownHost] = [port.hostPort ?? 0, known.hostPort ?? 0];
  if (host !== knownHost) return host === 0 || knownHost === 0 ? 'overlapping' : undefined;
  const [address, knownAddress] = [port.hostIP ?? '', known.hostIP ?? ''];
  if (address === knownAddress) return 'duplicate';
  return address === '' || knownAddress === '' ? 'dangerously ambiguous' : undefined;
};

/** A port as Go prints its struct. */
const shown = ({ name = '', hostPort = 0, containerPort, protocol = 'TCP', hostIP = '' }: ContainerPort): string =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;

/** One port is compared with so many others of its number: nobody reads more warnings, and pods with more mean harm. */
const maxCompared = 16;

/** Ports that are there twice, in one container or in several. */
export const portWarnings = (spec: PodSpec, path: string): string[] => {
  const warnings: string[] = [];
  const seen = new Map<number, Known[]>();
  const visit = ({ ports = [] }: Container, containerPath: string): void => {
    for (const [index, port] of ports.entries()) {
      const portPath = `${containerPath}.ports[${index}]`;
      if (port.hostIP && !port.hostPort) warnings.push(`${portPath}: hostIP set without hostPort: ${shown(port)}`);
      const others = seen.get(port.containerPort) ?? [];
      for (const known of others) {
        const how = conflict(port, known.port);
        if (how !== undefined) warnings.push(`${portPath}: ${how} port definition with ${known.path}`);
      }
      if (others.length < maxCompared) others.push({ path: portPath, port });
      seen.set(port.containerPort, others);
    }
  };
  for (const [index, container] of (spec.initContainers ?? []).entries()) visit(container, `${path}.initContainers[${index}]`);
  for (const [index, container] of spec.containers.entries()) visit(container, `${path}.containers[${index}]`);
  return warnings;
};
