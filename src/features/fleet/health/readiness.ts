import type { Client } from '../../../client/contract.ts';

export type Probe =
  | { readonly online: true; readonly healthy: boolean; readonly message: string }
  | { readonly online: false; readonly message: string };

/** Longest wait for a member's health endpoint, milliseconds. */
const probeMilliseconds = 5_000;

/** Asks /readyz, and /healthz where that does not exist. Never rejects: a member that hangs is offline after five seconds. */
export const probe = async (client: Client, signal: AbortSignal): Promise<Probe> => {
  let last = '';
  for (const path of ['/readyz', '/healthz']) {
    try {
      const answer = await client.raw(path, { signal: AbortSignal.any([signal, AbortSignal.timeout(probeMilliseconds)]) });
      return { online: true, healthy: answer === 'ok', message: String(answer).slice(0, 200) };
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      last = error instanceof Error ? error.message : String(error);
      if (code !== 404)
        return typeof code === 'number' && code >= 500 ? { online: true, healthy: false, message: last } : { online: false, message: last };
    }
  }
  return { online: true, healthy: false, message: last };
};

export interface ReadyCondition {
  readonly status: 'True' | 'False';
  readonly reason: 'ClusterReady' | 'ClusterNotReady' | 'ClusterNotReachable';
  readonly message: string;
}

/** What one probe says of the Ready condition. */
export const conditionOf = (result: Probe): ReadyCondition => {
  if (!result.online) return { status: 'False', reason: 'ClusterNotReachable', message: `cluster is not reachable: ${result.message}` };
  if (!result.healthy)
    return {
      status: 'False',
      reason: 'ClusterNotReady',
      message: `cluster is reachable but health endpoint responded without ok: ${result.message}`,
    };
  return { status: 'True', reason: 'ClusterReady', message: 'cluster is healthy and ready to accept workloads' };
};

/**
 * A good member is called bad only after it was bad for the whole threshold; a bad one is good again at once. `badSince` is undefined after a good probe.
 * Pure.
 */
export const settle = (
  current: { readonly status: string } | undefined,
  observed: ReadyCondition,
  {
    badSince,
    now,
    thresholdMilliseconds,
  }: { readonly badSince: number | undefined; readonly now: number; readonly thresholdMilliseconds: number },
): 'keep' | 'set' => {
  if (observed.status === 'True' || current?.status !== 'True') return 'set';
  return badSince !== undefined && now - badSince >= thresholdMilliseconds ? 'set' : 'keep';
};
