import { parseJson } from '../../../apimachinery/json/exact-json.ts';
import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import type { Cluster } from '../../fleet/api/cluster.ts';
import type { ResourceBinding } from '../api/resource-binding.ts';
import { strategyOf } from '../schedule/divide.ts';

/** Records the placement that the current result was computed for. */
export const appliedPlacementAnnotation = 'policy.karmada.io/applied-placement';

/** Whether a reschedule was asked for after the last schedule (WorkloadRebalancer). */
export const isFresh = ({ spec, status }: ResourceBinding): boolean =>
  spec.rescheduleTriggeredAt !== undefined &&
  (status?.lastScheduledTime === undefined || Date.parse(spec.rescheduleTriggeredAt) > Date.parse(status.lastScheduledTime));

/**
 * Whether the binding must be scheduled again: its outcome was never told, its placement changed, replicas do not add up, a reschedule was asked
 * for, it is duplicated (any change of the fleet may matter), or a target is gone or going.
 */
export const needsSchedule = (binding: ResourceBinding, clusters: readonly Cluster[]): boolean => {
  const { spec, metadata } = binding;
  if (spec.placement === undefined || spec.suspension?.scheduling || metadata.deletionTimestamp) return false;
  if (spec.schedulerName !== undefined && spec.schedulerName !== 'default-scheduler') return false;
  const applied = metadata.annotations?.[appliedPlacementAnnotation];
  if (applied === undefined || !jsonEqual(parseJson(applied), spec.placement)) return true;
  if (isFresh(binding)) return true;
  // The process ended between the choice and its condition: whoever waits for the condition would wait for ever.
  if (!binding.status?.conditions?.some(({ type }) => type === 'Scheduled')) return true;
  if (spec.replicas === undefined || strategyOf(spec.placement.replicaScheduling) === 'Duplicated') return true;
  const targets = spec.clusters ?? [];
  if (targets.reduce((sum, { replicas }) => sum + (replicas ?? 0), 0) !== spec.replicas) return true;
  const alive = new Set(clusters.filter((cluster) => !cluster.metadata.deletionTimestamp).map((cluster) => cluster.metadata.name));
  return targets.some(({ name }) => !alive.has(name));
};
