import { nodesRef, podsRef } from '../../../api/refs.gen.ts';
import type { Client } from '../../../client/contract.ts';
import type { Informer, Manager } from '../../../controller-runtime/contract.ts';
import { createManager } from '../../../controller-runtime/manager.ts';
import { summarize } from './resource-summary.ts';

/** Watches a member's nodes and pods for its summary. */
export interface MemberWatch {
  readonly client: Client;
  /** Waits for the first lists. */
  summary(): Promise<ReturnType<typeof summarize>>;
  stop(): Promise<void>;
}

export const watchMember = (hub: Manager, client: Client): MemberWatch => {
  const manager = createManager({ client, log: hub.log, clock: hub.clock });
  const nodes = manager.informer(nodesRef);
  const pods: Informer = manager.informer(podsRef);
  const started = manager.start();
  started.catch(() => {});
  return {
    client,
    summary: async () => {
      await Promise.all([nodes.synced(), pods.synced()]);
      return summarize(nodes.list(), pods.list());
    },
    stop: () => manager.stop(),
  };
};
