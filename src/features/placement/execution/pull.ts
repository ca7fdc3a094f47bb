import type { Manager } from '../../../controller-runtime/contract.ts';
import { executionNamespace } from '../api/names.ts';
import { worksRef } from '../api/work.ts';
import type { Work } from '../api/work.ts';
import { executionController } from './controller.ts';

/** Applies one cluster's Works to it from inside it: in the agent, which sees nothing of the hub but its own namespace. */
export const addPullExecution = (member: Manager, { hub, cluster }: { readonly hub: Manager; readonly cluster: string }): void => {
  const works = hub.informer<Work>(worksRef, { namespace: executionNamespace(cluster) });
  member.addController(executionController({ cluster, hub, member, works }));
};
