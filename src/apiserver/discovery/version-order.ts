const pattern = /^v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?$/;
const stages: Readonly<Record<string, number>> = { alpha: 0, beta: 1 };

/** Rank of a version name: stage (stable, beta, alpha), then its numbers; undefined for names that are not Kubernetes versions. */
const rank = (version: string): readonly [number, number, number] | undefined => {
  const [, major, stage, minor] = pattern.exec(version) ?? [];
  if (major === undefined) return undefined;
  return stage === undefined ? [2, Number(major), 0] : [stages[stage] ?? 0, Number(major), Number(minor)];
};

/**
 * Kubernetes' version priority, most preferred first: v10, v2, v1, v11beta2, v3beta1, v12alpha1, then other names alphabetically.
 * The order of CustomResourceDefinition versions and of a group's versions in discovery.
 */
export const compareVersions = (a: string, b: string): number => {
  const [left, right] = [rank(a), rank(b)];
  if (left && right) return right[0] - left[0] || right[1] - left[1] || right[2] - left[2];
  if (left) return -1;
  if (right) return 1;
  return a < b ? -1 : a > b ? 1 : 0;
};
