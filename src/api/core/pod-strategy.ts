import type { Strategy } from '../kind-definition.ts';
import { applyAppArmorAnnotations } from './app-armor.ts';
import { applyMatchLabelKeys } from './match-label-keys.ts';
import { defaultPod } from './pod-defaults.ts';
import { podQosClass } from './pod-qos.ts';
import { preparePodStatus } from './pod-status.ts';
import { validatePodStatusUpdate } from './validate-pod-status.ts';
import { validatePod, validatePodUpdate } from './validate-pod.ts';
import { podWarnings } from './warnings/pod-warnings.ts';
import type { Pod } from './types.gen.ts';

export const podStrategy: Strategy<Pod> = {
  generation: true,
  answersDeletedObject: true,
  applyDefaults: defaultPod,
  prepareForCreate: (pod) => {
    pod.status = { phase: 'Pending', qosClass: podQosClass(pod) };
    applyAppArmorAnnotations(pod);
    applyMatchLabelKeys(pod);
    if (pod.spec.schedulingGates?.length) {
      const message = 'Scheduling is blocked due to non-empty scheduling gates';
      const now = pod.metadata.creationTimestamp ?? '';
      const never = null as unknown as string;
      pod.status.conditions = [
        { type: 'PodScheduled', status: 'False', lastProbeTime: never, lastTransitionTime: now, reason: 'SchedulingGated', message },
      ];
    }
  },
  prepareForStatusUpdate: preparePodStatus,
  validate: validatePod,
  validateUpdate: validatePodUpdate,
  validateStatusUpdate: validatePodStatusUpdate,
  warnings: podWarnings,
  gracePeriodSeconds: (pod, requested) => {
    if (!pod.spec.nodeName || pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded') return 0;
    const seconds = requested ?? pod.spec.terminationGracePeriodSeconds ?? 30;
    return seconds < 0 ? 1 : seconds;
  },
};
