import { goQuote } from '../../../apimachinery/text/go-quote.ts';
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

type Visit = (port: ContainerPort, path: string) => readonly string[];

const ofEachPort = (spec: PodSpec, path: string, visit: Visit): string[] => {
  const ofContainer = ({ ports = [] }: Container, at: string): string[] =>
    ports.flatMap((port, index) => visit(port, `${at}.ports[${index}]`));
  return [
    ...(spec.initContainers ?? []).flatMap((container, index) => ofContainer(container, `${path}.initContainers[${index}]`)),
    ...spec.containers.flatMap((container, index) => ofContainer(container, `${path}.containers[${index}]`)),
  ];
};

const conflicts = (): Visit => {
  const seen = new Map<number, Known[]>();
  return (port, path) => {
    const others = seen.get(port.containerPort) ?? [];
    const told = others.flatMap((known) => {
      const how = conflict(port, known.port);
      return how === undefined ? [] : [`${path}: ${how} port definition with ${known.path}`];
    });
    if (others.length < maxCompared) others.push({ path, port });
    seen.set(port.containerPort, others);
    return port.hostIP && !port.hostPort ? [`${path}: hostIP set without hostPort: ${shown(port)}`, ...told] : told;
  };
};

/** A Service or probe that asks for a port by name gets the first of the name. */
const repeatedNames = (): Visit => {
  const firsts = new Map<string, string>();
  return ({ name }, path) => {
    if (!name) return [];
    const first = firsts.get(name);
    if (first === undefined) firsts.set(name, path);
    return first === undefined
      ? []
      : [`${path}: duplicate port name ${goQuote(name)} with ${first}, services and probes that select ports by name will use ${first}`];
  };
};

/** Ports that are there twice, in one container or in several, and names of ports that are. */
export const portWarnings = (spec: PodSpec, path: string): string[] => [
  ...ofEachPort(spec, path, conflicts()),
  ...ofEachPort(spec, path, repeatedNames()),
];
