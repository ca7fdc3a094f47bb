import type { Filter } from './filter.ts';

/** The number of pods, then every requested resource, against what the node has left. */
export const resourcesFit: Filter =
  ({ requests }) =>
  ({ allocatable, requested, pods }) => {
    const reasons: string[] = [];
    let evictionHelps = true;
    if (pods.length + 1 > (allocatable['pods'] ?? 0)) reasons.push('Too many pods');
    for (const [name, amount] of Object.entries(requests)) {
      if (amount === 0 || amount <= (allocatable[name] ?? 0) - (requested[name] ?? 0)) continue;
      reasons.push(`Insufficient ${name}`);
      if (amount > (allocatable[name] ?? 0)) evictionHelps = false;
    }
    return reasons.length === 0 ? undefined : { reasons, evictionHelps };
  };
