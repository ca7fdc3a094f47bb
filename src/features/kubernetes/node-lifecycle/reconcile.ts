import type { Node, NodeCondition, Taint } from '../../../api/core/types.gen.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';
import { findCondition } from '../common/conditions.ts';

const notReady = 'node.kubernetes.io/not-ready';
const unreachable = 'node.kubernetes.io/unreachable';

/** Condition and status → the taint that tells the scheduler. */
const conditionTaints: readonly { readonly type: string; readonly status: string; readonly key: string }[] = [
  { type: 'Ready', status: 'False', key: notReady },
  { type: 'Ready', status: 'Unknown', key: unreachable },
  { type: 'MemoryPressure', status: 'True', key: 'node.kubernetes.io/memory-pressure' },
  { type: 'DiskPressure', status: 'True', key: 'node.kubernetes.io/disk-pressure' },
  { type: 'PIDPressure', status: 'True', key: 'node.kubernetes.io/pid-pressure' },
  { type: 'NetworkUnavailable', status: 'True', key: 'node.kubernetes.io/network-unavailable' },
];
const unschedulable = 'node.kubernetes.io/unschedulable';
const managedNoSchedule = new Set([...conditionTaints.map(({ key }) => key), unschedulable]);
const managedNoExecute = new Set([notReady, unreachable]);

const isManaged = ({ key, effect }: Taint): boolean =>
  (effect === 'NoSchedule' && managedNoSchedule.has(key)) || (effect === 'NoExecute' && managedNoExecute.has(key));

/** The taints a node should have by its conditions; those of others stay. Undefined when nothing changes. */
export const wantedTaints = (node: Node, now: number): Taint[] | undefined => {
  const keys = conditionTaints
    .filter(({ type, status }) => findCondition(node.status?.conditions, type)?.status === status)
    .map(({ key }) => key);
  if (node.spec?.unschedulable) keys.push(unschedulable);
  const wanted: Taint[] = [
    ...keys.map((key) => ({ key, effect: 'NoSchedule' as const })),
    ...keys.filter((key) => managedNoExecute.has(key)).map((key) => ({ key, effect: 'NoExecute' as const })),
  ];
  const current = node.spec?.taints ?? [];
  const same = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;
  const added = wanted.filter((taint) => !current.some((other) => same(other, taint)));
  const kept = current.filter((taint) => !isManaged(taint) || wanted.some((other) => same(other, taint)));
  if (added.length === 0 && kept.length === current.length) return undefined;
  return [...kept, ...added.map((taint) => ({ ...taint, timeAdded: formatTime(now) }))];
};

const heartbeats = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;

/** The conditions of a node nobody has heard of for too long. */
export const unknownConditions = (node: Node, now: number): NodeCondition[] => {
  const conditions = [...(node.status?.conditions ?? [])];
  for (const type of heartbeats) {
    const index = conditions.findIndex((condition) => condition.type === type);
    const old = conditions[index];
    if (old?.status === 'Unknown') continue;
    const condition: NodeCondition = {
      type,
      status: 'Unknown',
      reason: old ? 'NodeStatusUnknown' : 'NodeStatusNeverUpdated',
      message: old ? 'Kubelet stopped posting node status.' : 'Kubelet never posted node status.',
      lastHeartbeatTime: old?.lastHeartbeatTime ?? node.metadata.creationTimestamp ?? formatTime(now),
      lastTransitionTime: formatTime(now),
    };
    if (old) conditions[index] = condition;
    else conditions.push(condition);
  }
  return conditions;
};
