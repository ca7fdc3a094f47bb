import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
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

/** How soon a changed summary is told, at the most once in this time. */
const settleMilliseconds = 200;

/** `onChange` is called soon after the summary has become another. */
export const watchMember = (hub: Manager, client: Client, onChange: () => void): MemberWatch => {
  const manager = createManager({ client, log: hub.log, clock: hub.clock });
  const nodes = manager.informer(nodesRef);
  const pods: Informer = manager.informer(podsRef);
  const started = manager.start();
  started.catch(() => {});
  let told: unknown;
  let cancel: (() => void) | undefined;
  const look = (): void => {
    cancel = undefined;
    const now = summarize(nodes.list(), pods.list());
    if (!jsonEqual(now, told)) onChange();
  };
  for (const informer of [nodes, pods]) informer.onEvent(() => (cancel ??= hub.clock.after(settleMilliseconds, look)));
  return {
    client,
    summary: async () => {
      await Promise.all([nodes.synced(), pods.synced()]);
      const summary = summarize(nodes.list(), pods.list());
      told = summary;
      return summary;
    },
    stop: () => {
      cancel?.();
      return manager.stop();
    },
  };
};
