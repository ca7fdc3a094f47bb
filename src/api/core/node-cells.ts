import { age } from '../cells.ts';
import { cellsOf } from '../typed.ts';
import type { Node } from './types.gen.ts';

const rolePrefix = 'node-role.kubernetes.io/';

const roles = ({ metadata }: Node): string => {
  const found = new Set<string>();
  for (const [label, value] of Object.entries(metadata.labels ?? {})) {
    if (label.startsWith(rolePrefix)) found.add(label.slice(rolePrefix.length));
    else if (label === 'kubernetes.io/role') found.add(value);
  }
  found.delete('');
  return [...found].toSorted().join(',') || '<none>';
};

const status = ({ spec, status: nodeStatus }: Node): string => {
  const ready = nodeStatus?.conditions?.findLast(({ type }) => type === 'Ready');
  const state = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  return spec.unschedulable ? `${state},SchedulingDisabled` : state;
};

const address = ({ status: nodeStatus }: Node, wanted: string): string =>
  nodeStatus?.addresses?.find(({ type }) => type === wanted)?.address ?? '<none>';

export const nodeCells = cellsOf<Node>((node, now) => {
  const info = node.status?.nodeInfo;
  return [
    node.metadata.name,
    status(node),
    roles(node),
    age(node, now),
    info?.kubeletVersion ?? '',
    address(node, 'InternalIP'),
    address(node, 'ExternalIP'),
    info?.osImage || '<unknown>',
    info?.kernelVersion || '<unknown>',
    info?.containerRuntimeVersion || '<unknown>',
  ];
});
