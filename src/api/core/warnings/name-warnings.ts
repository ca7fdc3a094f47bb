const maxLabelLength = 63;

/** Why a name that may be longer and have dots is no DNS label, as Go prints a list; undefined when it is one. */
export const dnsLabelProblems = (name: string): string | undefined => {
  const problems = [
    ...(name.length > maxLabelLength ? [`must be no more than ${maxLabelLength} characters`] : []),
    ...(name.includes('.') ? ['must not contain dots'] : []),
  ];
  return problems.length > 0 ? `[${problems.join(' ')}]` : undefined;
};

/** Of a new workload whose pods' names begin with its own. */
export const workloadNameWarnings = (name: string, old: unknown): string[] => {
  const problems = old === undefined ? dnsLabelProblems(name) : undefined;
  return problems === undefined
    ? []
    : [
        `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: ${problems}`,
      ];
};
