const pattern = /^[a-z0-9]([-a-z0-9]{0,46}[a-z0-9])?$/;

/** What is wrong with a cluster's name; undefined when nothing is. A DNS-1123 label of at most 48 characters: its namespaces have prefixes. */
export const clusterNameObjection = (name: string): string | undefined =>
  pattern.test(name)
    ? undefined
    : `cluster name ${JSON.stringify(name)}: must be lower-case letters, digits and dashes, at most 48 characters`;
