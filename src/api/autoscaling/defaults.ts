import type { HPAScalingRules, HorizontalPodAutoscaler } from './types.gen.ts';
import type { HorizontalPodAutoscaler as HorizontalPodAutoscalerV1 } from './types-v1.gen.ts';

const scaleUp = (): HPAScalingRules => ({
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
});
const scaleDown = (): HPAScalingRules => ({ selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] });

export const defaultHorizontalPodAutoscaler = ({ spec }: HorizontalPodAutoscaler): void => {
  spec.minReplicas ??= 1;
  if (!spec.metrics?.length) {
    spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];
  }
  if (spec.behavior) {
    spec.behavior.scaleUp = { ...scaleUp(), ...spec.behavior.scaleUp };
    spec.behavior.scaleDown = { ...scaleDown(), ...spec.behavior.scaleDown };
  }
};

/** Metrics that v1 has no field for are in an annotation; only without any the CPU target has a default. */
export const defaultHorizontalPodAutoscalerV1 = ({ metadata, spec }: HorizontalPodAutoscalerV1): void => {
  spec.minReplicas ??= 1;
  if (metadata.annotations?.['autoscaling.alpha.kubernetes.io/metrics'] === undefined) spec.targetCPUUtilizationPercentage ??= 80;
};
