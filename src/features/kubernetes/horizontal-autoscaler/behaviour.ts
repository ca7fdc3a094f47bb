import type { HorizontalPodAutoscaler, HPAScalingRules } from '../../../api/autoscaling/types.gen.ts';

/** A size recommended or reached at a time, in milliseconds. */
export interface SizeAt {
  readonly at: number;
  readonly replicas: number;
}

/** What one autoscaler did and wanted lately; kept in memory, as the original. */
export interface ScalingHistory {
  recommendations: SizeAt[];
  /** `replicas` is the change: positive up, negative down. */
  changes: SizeAt[];
}

export interface LimitedSize {
  readonly replicas: number;
  readonly ableToScale: { readonly reason: string; readonly message: string };
  readonly limited: { readonly status: 'True' | 'False'; readonly reason: string; readonly message: string };
}

const downWindowSeconds = 300;
const periods = (rules: HPAScalingRules | undefined): number =>
  Math.max(0, ...(rules?.policies ?? []).map(({ periodSeconds }) => periodSeconds));

/** The furthest size the rules' policies allow, by what was changed within their periods. */
const policyLimit = (
  rules: HPAScalingRules | undefined,
  current: number,
  { history, now, direction }: { readonly history: ScalingHistory; readonly now: number; readonly direction: 1 | -1 },
): number => {
  if (!rules) return direction > 0 ? Math.max(2 * current, 4) : 0;
  if (rules.selectPolicy === 'Disabled') return current;
  const limits = (rules.policies ?? []).map(({ type, value, periodSeconds }) => {
    const recent = history.changes.filter(({ at, replicas }) => at > now - periodSeconds * 1000 && Math.sign(replicas) === direction);
    const start = current - recent.reduce((sum, { replicas }) => sum + replicas, 0);
    if (type === 'Pods') return start + direction * value;
    return direction > 0 ? Math.ceil(start * (1 + value / 100)) : Math.floor(start * (1 - value / 100));
  });
  if (limits.length === 0) return direction > 0 ? Infinity : 0;
  const widest = (rules.selectPolicy ?? 'Max') === 'Max';
  return widest === direction > 0 ? Math.max(...limits) : Math.min(...limits);
};

/** The recommendation after stabilization windows: shrinking waits for the highest recent one, growing for the lowest. */
const stabilized = (
  { spec }: HorizontalPodAutoscaler,
  current: number,
  { history, now, wanted }: { history: ScalingHistory; now: number; wanted: number },
): number => {
  const up = (spec.behavior?.scaleUp?.stabilizationWindowSeconds ?? 0) * 1000;
  const down = (spec.behavior?.scaleDown?.stabilizationWindowSeconds ?? downWindowSeconds) * 1000;
  history.recommendations = [...history.recommendations.filter(({ at }) => at > now - Math.max(up, down)), { at: now, replicas: wanted }];
  const within = (window: number): number[] => [
    wanted,
    ...history.recommendations.filter(({ at }) => at > now - window).map(({ replicas }) => replicas),
  ];
  return Math.min(Math.max(current, Math.min(...within(up))), Math.max(...within(down)));
};

/** The size to go to now: what is wanted, held back by windows, rates and bounds (KEP-853). */
export const limitSize = (
  autoscaler: HorizontalPodAutoscaler,
  current: number,
  { wanted, history, now }: { readonly wanted: number; readonly history: ScalingHistory; readonly now: number },
): LimitedSize => {
  const { minReplicas = 1, maxReplicas, behavior } = autoscaler.spec;
  const steady = stabilized(autoscaler, current, { history, now, wanted });
  history.changes = history.changes.filter(
    ({ at }) => at > now - Math.max(periods(behavior?.scaleUp), periods(behavior?.scaleDown)) * 1000,
  );
  const highest = policyLimit(behavior?.scaleUp, current, { history, now, direction: 1 });
  const lowest = policyLimit(behavior?.scaleDown, current, { history, now, direction: -1 });
  const ableToScale =
    steady > wanted
      ? {
          reason: 'ScaleDownStabilized',
          message: 'recent recommendations were higher than current one, applying the highest recent recommendation',
        }
      : steady < wanted
        ? {
            reason: 'ScaleUpStabilized',
            message: 'recent recommendations were lower than current one, applying the lowest recent recommendation',
          }
        : { reason: 'ReadyForNewScale', message: 'recommended size matches current size' };
  const held = (replicas: number, reason: string, message: string): LimitedSize => ({
    replicas,
    ableToScale,
    limited: { status: 'True', reason, message: `the desired replica count is ${message}` },
  });
  if (steady > Math.min(highest, maxReplicas)) {
    return highest < maxReplicas
      ? held(Math.max(highest, current), 'ScaleUpLimit', 'increasing faster than the maximum scale rate')
      : held(maxReplicas, 'TooManyReplicas', 'more than the maximum replica count');
  }
  if (steady < Math.max(lowest, minReplicas)) {
    return lowest > minReplicas
      ? held(Math.min(lowest, current), 'ScaleDownLimit', 'decreasing faster than the maximum scale rate')
      : held(minReplicas, 'TooFewReplicas', 'less than the minimum replica count');
  }
  return {
    replicas: steady,
    ableToScale,
    limited: { status: 'False', reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' },
  };
};
