import { podTemplateWarnings } from '../core/warnings/pod-warnings.ts';
import { claimSpecWarnings } from '../core/warnings/claim-spec-warnings.ts';
import type { StatefulSet } from './types.gen.ts';

/** What is odd about a StatefulSet, but taken: texts for the Warning header. */
export const statefulSetWarnings = ({ spec }: StatefulSet, old: StatefulSet | undefined): readonly string[] => [
  ...podTemplateWarnings(spec.template, old?.spec.template),
  ...(spec.volumeClaimTemplates ?? []).flatMap((claim, index) => claimSpecWarnings(claim.spec, `spec.volumeClaimTemplates[${index}]`)),
  ...((spec.revisionHistoryLimit ?? 0) < 0
    ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']
    : []),
];
