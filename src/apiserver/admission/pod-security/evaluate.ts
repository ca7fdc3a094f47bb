import type { ObjectMeta } from '../../../apimachinery/meta/object.ts';
import type { PodSpec } from '../pods/pod-types.ts';
import { hostChecks } from './baseline-host.ts';
import { kernelChecks } from './baseline-kernel.ts';
import type { Check, Violation } from './check.ts';
import type { LevelVersion } from './policy.ts';
import { restrictedChecks } from './restricted.ts';

/** The newest version that the checks know. */
const newestMinor = 35;

const byId = (a: Check, b: Check): number => (a.id < b.id ? -1 : 1);
const ordered: readonly Check[] = [...[...hostChecks, ...kernelChecks].toSorted(byId), ...[...restrictedChecks].toSorted(byId)];

/** The checks of a level and version; restricted ones stand in for the baseline ones they override. */
const checksOf = ({ level }: LevelVersion, minor: number): readonly Check[] => {
  if (level === 'privileged') return [];
  const active = ordered.filter((check) => minor >= (check.since ?? 0));
  if (level === 'baseline') return active.filter((check) => check.level === 'baseline');
  const overridden = new Set(active.map(({ overrides }) => overrides));
  return active.filter(({ id }) => !overridden.has(id));
};

/** Everything about a pod (or pod template) that breaks the policy. */
export const evaluatePod = (policy: LevelVersion, metadata: Pick<ObjectMeta, 'annotations'>, spec: PodSpec): Violation[] => {
  const minor = Math.min(policy.minor, newestMinor);
  return checksOf(policy, minor).flatMap((check) => check.run({ metadata, spec, minor }) ?? []);
};

/** `host namespaces (hostNetwork=true), privileged (…)`. */
export const describeViolations = (violations: readonly Violation[]): string =>
  violations.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ');
