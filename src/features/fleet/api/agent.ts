/** Who agents are on the hub: what tokens, certificates and access rules name. */
export const agentGroup = 'system:karmada:agents';

const userPrefix = 'system:karmada:agent:';

/** The user of one cluster's agent: its certificate's common name. */
export const agentUser = (cluster: string): string => `${userPrefix}${cluster}`;

/** The inverse of agentUser; undefined for any other user. */
export const clusterOfAgentUser = (user: string): string | undefined =>
  user.startsWith(userPrefix) ? user.slice(userPrefix.length) : undefined;

/** The group of bootstrap tokens that may ask for an agent's certificate. */
export const bootstrapGroup = 'system:bootstrappers:karmada:agents';

/** In the groups of a bootstrap token, limits it to this cluster. */
export const bootstrapGroupFor = (cluster: string): string => `${bootstrapGroup}:${cluster}`;

/** On a joining agent's CertificateSigningRequest: where its cluster is. */
export const joinAnnotations = {
  region: 'fleet.causeway.dev/region',
  zone: 'fleet.causeway.dev/zone',
  provider: 'fleet.causeway.dev/provider',
} as const;

/** Seconds after which a Lease that was not renewed counts as lost, unless the hub is told another time. */
export const defaultLeaseGraceSeconds = 40;
