import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import { customResourceDefinitionsRef, nodesRef, podsRef } from '../../../api/refs.gen.ts';
import type { Client } from '../../../client/contract.ts';
import type { Informer, Manager } from '../../../controller-runtime/contract.ts';
import { createManager } from '../../../controller-runtime/manager.ts';
import { summarize } from './resource-summary.ts';

/** Watches a member's nodes and pods for its summary, and its CustomResourceDefinitions for what it serves. */
export interface MemberWatch {
  readonly client: Client;
  /** Waits for the first lists. */
  summary(): Promise<ReturnType<typeof summarize>>;
  stop(): Promise<void>;
}

/** How soon a changed summary is told, at the most once in this time. */
const settleMilliseconds = 200;

/** `onChange` is called soon after the summary has become another, or the member may serve other kinds. */
export const watchMember = (hub: Manager, client: Client, onChange: () => void): MemberWatch => {
  const manager = createManager({ client, log: hub.log, clock: hub.clock });
  const nodes = manager.informer(nodesRef);
  const pods: Informer = manager.informer(podsRef);
  const started = manager.start();
  started.catch(() => {});
  const definitions: Informer = manager.informer(customResourceDefinitionsRef, { metadataOnly: true });
  let told: unknown;
  let mayServeOthers = false;
  let cancel: (() => void) | undefined;
  const look = (): void => {
    cancel = undefined;
    const now = summarize(nodes.list(), pods.list());
    if (mayServeOthers || !jsonEqual(now, told)) onChange();
    mayServeOthers = false;
  };
  const soon = (): void => {
    cancel ??= hub.clock.after(settleMilliseconds, look);
  };
  for (const informer of [nodes, pods]) informer.onEvent(soon);
  definitions.onEvent(() => {
    mayServeOthers = true;
    soon();
  });
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
