const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm: 'arm', arm64: 'arm64', s390x: 's390x', ppc64: 'ppc64le' };

/** version.Info: which Kubernetes API this is. Clients parse gitVersion as a semantic version, so our own name is its build metadata. */
export const versionInfo = {
  major: '1',
  minor: '35',
  emulationMajor: '1',
  emulationMinor: '35',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '34',
  gitVersion: 'v1.35.4+causeway',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: `node-${process.version}`,
  compiler: 'node',
  platform: `${process.platform}/${architectures[process.arch] ?? process.arch}`,
} as const;
