import { versionInfo } from '../discovery/version-info.ts';
import type { LevelVersion } from '../admission/pod-security/policy.ts';
import type { MetricsRegistry } from './contract.ts';

/** What was evaluated: a pod or what makes pods, and in which request. */
export interface EvaluatedRequest {
  readonly operation: 'CREATE' | 'UPDATE';
  readonly isPod: boolean;
  /** Of a pod; a declared one. */
  readonly subresource: string;
}

export interface PodSecurityMeasures {
  evaluated(decision: 'allow' | 'deny', mode: 'audit' | 'enforce' | 'warn', policy: LevelVersion, request: EvaluatedRequest): void;
  /** The policy could not be read; what is not fatal is taken for `restricted` or `privileged`. */
  failed(isFatal: boolean, request: EvaluatedRequest): void;
}

const current = Number(versionInfo.minor);

/** Versions beyond ours count as one: labels of a namespace may say any. */
const versionLabel = (minor: number): string => (minor === Infinity ? 'latest' : minor > current ? 'future' : `v1.${minor}`);

const of = ({ operation, isPod, subresource }: EvaluatedRequest): readonly [string, string, string] => [
  operation.toLowerCase(),
  isPod ? 'pod' : 'controller',
  subresource,
];

/** pod_security_*; nobody is exempt here. */
export const createPodSecurityMeasures = (registry: MetricsRegistry): PodSecurityMeasures => {
  const request = ['request_operation', 'resource', 'subresource'] as const;
  const evaluations = registry.counter({
    name: 'pod_security_evaluations_total',
    help: 'Evaluations of the Pod Security Standards that allowed an enforced request, or found a violation.',
    labels: ['decision', 'mode', 'policy_level', 'policy_version', ...request],
  });
  const errors = registry.counter({
    name: 'pod_security_errors_total',
    help: 'Requests for which the Pod Security Standards of a namespace could not be read.',
    labels: ['fatal', ...request],
  });
  const exemptions = registry.counter({
    name: 'pod_security_exemptions_total',
    help: 'Requests that are exempt from the Pod Security Standards; none is.',
    labels: request,
  });
  for (const operation of ['create', 'update']) {
    evaluations.with('allow', 'enforce', 'privileged', 'latest', operation, 'pod', '');
    for (const resource of ['controller', 'pod']) exemptions.with(operation, resource, '');
  }
  return {
    evaluated: (decision, mode, { level, minor }, about) =>
      evaluations.with(decision, mode, level, versionLabel(minor), ...of(about)).inc(),
    failed: (isFatal, about) => errors.with(String(isFatal), ...of(about)).inc(),
  };
};
