import type { PersistentVolume } from './types.gen.ts';

/** A change of a volume's phase is timed when the writer does not time it (KEP-3762). In place. */
export const keepPhaseTransition = ({ status = {} }: PersistentVolume, { status: before = {} }: PersistentVolume): void => {
  const { phase, lastPhaseTransitionTime: time } = status;
  if (phase === before.phase) {
    if (time === undefined && before.lastPhaseTransitionTime) status.lastPhaseTransitionTime = before.lastPhaseTransitionTime;
  } else if (time === undefined || time === before.lastPhaseTransitionTime) {
    status.lastPhaseTransitionTime = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  }
};
