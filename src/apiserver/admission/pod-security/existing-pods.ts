import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import { asPod } from '../pods/pod-types.ts';
import { evaluatePod } from './evaluate.ts';
import { formatLevelVersion, type LevelVersion } from './policy.ts';

const maxPods = 3000;

const decorate = (names: readonly string[], reasons: string): string => {
  const [first = ''] = names.toSorted();
  if (names.length === 1) return `${first}: ${reasons}`;
  return names.length === 2 ? `${first} (and 1 other pod): ${reasons}` : `${first} (and ${names.length - 1} other pods): ${reasons}`;
};

/** What a namespace's pods would break under a new policy: warnings, as running pods are never evicted by it. */
export const existingPodWarnings = (namespace: string, policy: LevelVersion, pods: readonly UnstructuredObject[]): string[] => {
  const byReasons = new Map<string, string[]>();
  for (const object of pods.slice(0, maxPods)) {
    const { metadata, spec } = asPod(object);
    const found = evaluatePod(policy, metadata, spec);
    if (found.length === 0) continue;
    const reasons = found.map(({ reason }) => reason).join(', ');
    byReasons.set(reasons, [...(byReasons.get(reasons) ?? []), metadata.name]);
  }
  const warnings: string[] = [];
  if (pods.length > maxPods) {
    warnings.push(`new PodSecurity enforce level only checked against the first ${maxPods} of ${pods.length} existing pods`);
  }
  if (byReasons.size > 0) {
    const level = goQuote(formatLevelVersion(policy));
    warnings.push(`existing pods in namespace ${goQuote(namespace)} violate the new PodSecurity enforce level ${level}`);
  }
  return [...warnings, ...[...byReasons].map(([reasons, names]) => decorate(names, reasons)).toSorted()];
};
