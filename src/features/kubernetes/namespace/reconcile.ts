import type { NamespaceCondition } from '../../../api/core/types.gen.ts';
import type { Discovery } from '../../../client/discovery.ts';
import { withCondition } from '../common/conditions.ts';
import type { Remaining } from './content.ts';

type Finding = Pick<NamespaceCondition, 'type' | 'status' | 'reason' | 'message'>;

const fine = (type: string, reason: string, message: string): Finding => ({ type, status: 'False', reason, message });
const wrong = (type: string, reason: string, message: string): Finding => ({ type, status: 'True', reason, message });
const list = (counts: ReadonlyMap<string, number>, word: string): string =>
  [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${word} ${count} resource instances`)
    .join(', ');

/** The conditions of a namespace being deleted: what could not be found, what could not be deleted, what is left and why. */
export const deletionConditions = (
  conditions: readonly NamespaceCondition[] | undefined,
  { failures, remaining, now }: { readonly failures: Discovery['failures']; readonly remaining: Remaining; readonly now: number },
): NamespaceCondition[] => {
  const { resources, finalizers, errors } = remaining;
  const undiscovered = failures.map(({ groupVersion, message }) => `${groupVersion}: ${message}`).join(', ');
  const findings = [
    failures.length === 0
      ? fine('NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered')
      : wrong(
          'NamespaceDeletionDiscoveryFailure',
          'DiscoveryFailed',
          `Discovery failed for some groups, ${failures.length} failing: unable to retrieve the complete list of server APIs: ${undiscovered}`,
        ),
    fine('NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'),
    errors.length === 0
      ? fine('NamespaceDeletionContentFailure', 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization')
      : wrong(
          'NamespaceDeletionContentFailure',
          'ContentDeletionFailed',
          `Failed to delete all resource types, ${errors.length} remaining: ${errors.join(', ')}`,
        ),
    resources.size === 0
      ? fine('NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed')
      : wrong('NamespaceContentRemaining', 'SomeResourcesRemain', `Some resources are remaining: ${list(resources, 'has')}`),
    finalizers.size === 0
      ? fine('NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished')
      : wrong(
          'NamespaceFinalizersRemaining',
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${list(finalizers, 'in')}`,
        ),
  ];
  return findings.reduce<NamespaceCondition[]>((all, finding) => withCondition(all, finding, now), [...(conditions ?? [])]);
};
