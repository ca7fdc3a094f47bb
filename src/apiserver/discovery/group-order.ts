/** groupPriorityMinimum of Kubernetes' own groups, as kube-apiserver registers them. Groups of equal priority follow alphabetically. */
const priorities: Readonly<Record<string, number>> = {
  '': 18000,
  'apiregistration.k8s.io': 18000,
  apps: 17800,
  'events.k8s.io': 17750,
  'authentication.k8s.io': 17700,
  'authorization.k8s.io': 17600,
  autoscaling: 17500,
  batch: 17400,
  'certificates.k8s.io': 17300,
  'networking.k8s.io': 17200,
  policy: 17100,
  'rbac.authorization.k8s.io': 17000,
  'storage.k8s.io': 16800,
  'admissionregistration.k8s.io': 16700,
  'apiextensions.k8s.io': 16700,
  'scheduling.k8s.io': 16600,
  'coordination.k8s.io': 16500,
  'node.k8s.io': 16300,
  'discovery.k8s.io': 16200,
  'resource.k8s.io': 16200,
  'flowcontrol.apiserver.k8s.io': 16100,
};

/** As metrics-server's APIService. */
const resourceMetrics = { group: 'metrics.k8s.io', priority: 100 };

/** Priorities of a group's versions where they differ from the usual 15. */
const versionPriorities: Readonly<Record<string, number>> = {
  '/v1': 1,
  'autoscaling/v2': 30,
  'resource.k8s.io/v1': 21,
  'flowcontrol.apiserver.k8s.io/v1': 21,
};

/** groupPriorityMinimum of the APIService of a local group version: greater comes first; custom groups have 1000. */
export const groupPriority = (group: string): number =>
  group === resourceMetrics.group ? resourceMetrics.priority : (priorities[group] ?? 1000);

/** versionPriority of the APIService of a local group version; custom groups have 100. */
export const versionPriority = (group: string, version: string): number =>
  group in priorities ? (versionPriorities[`${group}/${version}`] ?? 15) : 100;
