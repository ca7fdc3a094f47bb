import type { Job, PodFailurePolicyRule } from '../../../api/batch/types.gen.ts';
import type { Pod } from '../../../api/core/types.gen.ts';

/** What the policy says about a failed pod (KEP-3329). */
export interface FailureVerdict {
  readonly action: PodFailurePolicyRule['action'];
  readonly message?: string;
}

/** The first rule that matches decides; without one the failure counts. */
export const judgeFailure = ({ spec }: Job, pod: Pod): FailureVerdict => {
  for (const [index, rule] of (spec.podFailurePolicy?.rules ?? []).entries()) {
    const match = matchExitCodes(rule, pod) ?? matchConditions(rule, pod);
    if (match !== undefined) return { action: rule.action, message: `${match} matching ${rule.action} rule at index ${index}` };
  }
  return { action: 'Count' };
};

function matchExitCodes({ onExitCodes }: PodFailurePolicyRule, { metadata, status }: Pod): string | undefined {
  if (!onExitCodes) return undefined;
  const { operator, values, containerName } = onExitCodes;
  for (const container of [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]) {
    const code = container.state?.terminated?.exitCode;
    if (code === undefined || code === 0 || (containerName && containerName !== container.name)) continue;
    if (values.includes(code) === (operator === 'In')) {
      return `Container ${container.name} for pod ${metadata.namespace ?? ''}/${metadata.name} failed with exit code ${code}`;
    }
  }
  return undefined;
}

function matchConditions({ onPodConditions }: PodFailurePolicyRule, { metadata, status }: Pod): string | undefined {
  const matched = onPodConditions?.find(({ type, status: wanted = 'True' }) =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === wanted),
  );
  return matched && `Pod ${metadata.namespace ?? ''}/${metadata.name} has condition ${matched.type}`;
}
