/**
 * Whether a watch has seen everything up to the revision that this etcd names when it is asked for progress. Before 3.4.25 and 3.5.8 it
 * named revisions whose events were still on their way (etcd issue 15220).
 */
export function answersProgressInOrder(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  if (major !== 3) return major > 3;
  return minor > 5 || (minor === 5 && patch >= 8) || (minor === 4 && patch >= 25);
}
