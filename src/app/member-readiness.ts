import type { Cluster } from '../features/fleet/api/cluster.ts';
import type { EmbeddedCluster } from '../features/fleet/api/embedded-cluster.ts';

/** What this process has seen of a member: a status may be an earlier process's. */
export type MemberOutcome = 'joined' | Error;

/** A member that is to run and is not ready, and what to do about it. */
export interface NotReady {
  readonly name: string;
  readonly message: string;
}

/** `final`: waiting does not change it. */
export type MemberReadiness = { readonly ready: true } | { readonly ready: false; readonly final: boolean; readonly reason: string };

/** Ready: stopped as asked, or joined with all its nodes ready. Pure. */
export const readinessOf = (
  { spec, status }: EmbeddedCluster,
  outcome: MemberOutcome | undefined,
  cluster: Cluster | undefined,
): MemberReadiness => {
  if (!(spec.running ?? true)) return { ready: true };
  if (outcome instanceof Error) return { ready: false, final: true, reason: `it did not start: ${outcome.message}` };
  const wanted = spec.nodes ?? 3;
  const nodes = cluster?.status?.nodeSummary?.readyNum;
  if (outcome !== 'joined' || status?.phase !== 'Running') return { ready: false, final: false, reason: 'it is still starting' };
  if (nodes === undefined) return { ready: false, final: false, reason: 'the hub has not heard of its nodes yet' };
  return nodes >= wanted ? { ready: true } : { ready: false, final: false, reason: `${nodes} of ${wanted} nodes are ready` };
};

/** The message for people: which member, after how long, why, and what to do. Pure. */
export const notReady = (
  name: string,
  { reason, final }: { readonly reason: string; readonly final: boolean },
  waitedMilliseconds: number,
): NotReady => ({
  name,
  message: final
    ? `member ${name} is not ready: ${reason}; it is tried again, or remove it: causeway cluster remove ${name}`
    : `member ${name} is not ready after ${Math.round(waitedMilliseconds / 1000)} s: ${reason}; look at: kubectl --context ${name} get nodes; ` +
      `start it again with: causeway cluster stop ${name}, causeway cluster start ${name}`,
});
