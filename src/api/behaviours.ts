import { appsKinds } from './apps/kinds.ts';
import { authenticationKinds } from './authentication/kinds.ts';
import { authorizationKinds } from './authorization/kinds.ts';
import { autoscalingKinds } from './autoscaling/kinds.ts';
import { coreKinds } from './core/kinds.ts';
import { eventsKinds } from './events/kinds.ts';
import type { GroupBehaviour } from './kind-behaviour.ts';

/** API group → what its kinds do; a group that is not here is served by its schema alone. */
export const groupBehaviours: Readonly<Record<string, GroupBehaviour>> = {
  '': coreKinds,
  apps: appsKinds,
  'authentication.k8s.io': authenticationKinds,
  'authorization.k8s.io': authorizationKinds,
  autoscaling: autoscalingKinds,
  'events.k8s.io': eventsKinds,
};
