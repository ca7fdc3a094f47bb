/** Where the credentials and Leases of members are kept on the hub. */
export const fleetNamespace = 'karmada-cluster';

/** On every Cluster: goes after the member's Works and execution namespace are gone. */
export const clusterFinalizer = 'karmada.io/cluster-controller';

/** Taints that follow a member's Ready condition: False and Unknown. */
export const healthTaints = { notReady: 'cluster.karmada.io/not-ready', unreachable: 'cluster.karmada.io/unreachable' } as const;
