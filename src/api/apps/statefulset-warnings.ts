import { isSameGeneration, podTemplateWarnings } from '../core/warnings/pod-warnings.ts';
import { claimSpecWarnings } from '../core/warnings/claim-spec-warnings.ts';
import type { StatefulSet } from './types.gen.ts';

/** What is odd about a StatefulSet, but taken: texts for the Warning header. */
export const statefulSetWarnings = (set: StatefulSet, old: StatefulSet | undefined): readonly string[] => [
  ...(isSameGeneration(set, old) ? [] : podTemplateWarnings(set.spec.template)),
  ...(set.spec.volumeClaimTemplates ?? []).flatMap((claim, index) => claimSpecWarnings(claim.spec, `spec.volumeClaimTemplates[${index}]`)),
  ...((set.spec.revisionHistoryLimit ?? 0) < 0
    ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']
    : []),
];
