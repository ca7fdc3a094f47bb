import { admissionregistrationKinds } from './admissionregistration/kinds.ts';
import { apiregistrationKinds } from './apiregistration/kinds.ts';
import { appsKinds } from './apps/kinds.ts';
import { authenticationKinds } from './authentication/kinds.ts';
import { authorizationKinds } from './authorization/kinds.ts';
import { autoscalingKinds } from './autoscaling/kinds.ts';
import { batchKinds } from './batch/kinds.ts';
import { certificatesKinds } from './certificates/kinds.ts';
import { coordinationKinds } from './coordination/kinds.ts';
import { coreKinds } from './core/kinds.ts';
import { discoveryKinds } from './discovery/kinds.ts';
import { eventsKinds } from './events/kinds.ts';
import { flowcontrolKinds } from './flowcontrol/kinds.ts';
import type { GroupBehaviour } from './kind-behaviour.ts';
import { metricsKinds } from './metrics/kinds.ts';
import { networkingKinds } from './networking/kinds.ts';
import { nodeKinds } from './node/kinds.ts';
import { policyKinds } from './policy/kinds.ts';
import { rbacKinds } from './rbac/kinds.ts';
import { resourceKinds } from './resource/kinds.ts';
import { schedulingKinds } from './scheduling/kinds.ts';
import { storageKinds } from './storage/kinds.ts';

/** API group → what its kinds do; a group that is not here is served by its schema alone. */
export const groupBehaviours: Readonly<Record<string, GroupBehaviour>> = {
  '': coreKinds,
  'admissionregistration.k8s.io': admissionregistrationKinds,
  'apiregistration.k8s.io': apiregistrationKinds,
  apps: appsKinds,
  'authentication.k8s.io': authenticationKinds,
  'authorization.k8s.io': authorizationKinds,
  autoscaling: autoscalingKinds,
  batch: batchKinds,
  'certificates.k8s.io': certificatesKinds,
  'coordination.k8s.io': coordinationKinds,
  'discovery.k8s.io': discoveryKinds,
  'events.k8s.io': eventsKinds,
  'flowcontrol.apiserver.k8s.io': flowcontrolKinds,
  'metrics.k8s.io': metricsKinds,
  'networking.k8s.io': networkingKinds,
  'node.k8s.io': nodeKinds,
  policy: policyKinds,
  'rbac.authorization.k8s.io': rbacKinds,
  'resource.k8s.io': resourceKinds,
  'scheduling.k8s.io': schedulingKinds,
  'storage.k8s.io': storageKinds,
};
