import type { Taint } from '../../../../api/core/types.gen.ts';
import { untolerated } from '../../common/tolerates.ts';
import { hopeless } from './filter.ts';
import type { Filter } from './filter.ts';

export const unschedulableTaint: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

export const unschedulableNodes: Filter =
  ({ pod }) =>
  ({ node }) =>
    node.spec?.unschedulable && untolerated([unschedulableTaint], pod.spec.tolerations, ['NoSchedule'])
      ? hopeless('node(s) were unschedulable')
      : undefined;

export const taints: Filter =
  ({ pod }) =>
  ({ node }) =>
    untolerated(node.spec?.taints, pod.spec.tolerations, ['NoSchedule', 'NoExecute'])
      ? hopeless('node(s) had untolerated taint(s)')
      : undefined;
