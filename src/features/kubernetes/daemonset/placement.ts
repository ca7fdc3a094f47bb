import { deepClone } from '../../../apimachinery/clone/deep-clone.ts';
import type { DaemonSet } from '../../../api/apps/types.gen.ts';
import type { Node, Pod, PodTemplateSpec, Toleration } from '../../../api/core/types.gen.ts';
import { daemonSetsRef } from '../../../api/refs.gen.ts';
import { matchesNodeAffinity } from '../common/node-affinity.ts';
import { podFromTemplate } from '../common/pod-from-template.ts';
import { revisionHashLabel } from '../common/revision-history.ts';
import { untolerated } from '../common/tolerates.ts';

const exists = (key: string, effect: 'NoExecute' | 'NoSchedule'): Toleration => ({
  key: `node.kubernetes.io/${key}`,
  operator: 'Exists',
  effect,
});

/** Daemons stay on nodes in trouble: they may be what repairs them. */
const daemonTolerations = (template: PodTemplateSpec): readonly Toleration[] => [
  exists('not-ready', 'NoExecute'),
  exists('unreachable', 'NoExecute'),
  exists('disk-pressure', 'NoSchedule'),
  exists('memory-pressure', 'NoSchedule'),
  exists('pid-pressure', 'NoSchedule'),
  exists('unschedulable', 'NoSchedule'),
  ...(template.spec?.hostNetwork ? [exists('network-unavailable', 'NoSchedule')] : []),
];

const tolerationsOf = (template: PodTemplateSpec): Toleration[] => {
  const own = template.spec?.tolerations ?? [];
  const added = daemonTolerations(template).filter(
    (toleration) => !own.some(({ key, effect }) => key === toleration.key && effect === toleration.effect),
  );
  return [...own, ...added];
};

/** Whether the set's pod should be put on a node, and may stay where it is. */
export const nodeEligibility = (set: DaemonSet, { metadata, spec }: Node): { readonly shouldRun: boolean; readonly mayStay: boolean } => {
  const { template } = set.spec;
  const node = { name: metadata.name, labels: metadata.labels ?? {} };
  const pinned = template.spec?.nodeName;
  if ((pinned && pinned !== node.name) || !matchesNodeAffinity({ spec: template.spec ?? { containers: [] } }, node)) {
    return { shouldRun: false, mayStay: false };
  }
  const tolerations = tolerationsOf(template);
  if (untolerated(spec?.taints, tolerations, ['NoSchedule', 'NoExecute'])) {
    return { shouldRun: false, mayStay: !untolerated(spec?.taints, tolerations, ['NoExecute']) };
  }
  return { shouldRun: true, mayStay: true };
};

/** The pod for one node: pinned by affinity on the node's name, so that the scheduler binds it. */
export const podForNode = (set: DaemonSet, nodeName: string, hash: string): Pod => {
  const pod = podFromTemplate(set.spec.template, set, daemonSetsRef);
  pod.metadata.labels = { ...pod.metadata.labels, [revisionHashLabel]: hash, 'pod-template-generation': templateGeneration(set) };
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: [nodeName] }] };
  const affinity = deepClone(pod.spec.affinity ?? {});
  // A node must satisfy one of the terms: each gets the name, and keeps what it asked for.
  const terms = affinity.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const nodeSelectorTerms = terms?.length ? terms.map((own) => ({ ...own, ...term })) : [term];
  pod.spec = {
    ...pod.spec,
    affinity: {
      ...affinity,
      nodeAffinity: { ...affinity.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
    },
    tolerations: tolerationsOf(set.spec.template),
  };
  return pod;
};

const templateGeneration = ({ metadata }: DaemonSet): string => metadata.annotations?.['deprecated.daemonset.template.generation'] ?? '1';

/** The node a pod is for, bound to it yet or not. */
export const targetNodeOf = ({ spec }: Pod): string | undefined => {
  if (spec.nodeName) return spec.nodeName;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const field = terms.flatMap(({ matchFields }) => matchFields ?? []).find(({ key }) => key === 'metadata.name');
  return field?.values?.[0];
};
