import { isStatusError } from '../../apimachinery/errors/status-error.ts';
import type { Client } from '../../client/contract.ts';
import { sleep } from '../clock.ts';
import type { Clock, Logger } from '../contract.ts';
import { heldLease, leaseRef, releasedLease } from './lease.ts';
import type { Lease } from './lease.ts';

export interface LeaderElectionOptions {
  readonly name: string;
  readonly namespace: string;
  /** Unique to the process: host name and a random part. */
  readonly identity: string;
  /** Others wait this long after the last renewal they saw. Default 15. */
  readonly leaseDurationSeconds?: number;
  /** A leader that could not renew for this long stops leading; less than the duration. Default 10. */
  readonly renewDeadlineSeconds?: number;
  /** Default 2. */
  readonly retryPeriodSeconds?: number;
}

export interface LeaderElectorOptions extends LeaderElectionOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random?: () => number;
}

/**
 * Campaigns for a Lease until `signal` aborts. Each time it is won `lead` runs; its signal aborts at once when the lease is lost or was
 * not renewed in time, and campaigning goes on after `lead` has resolved. Clocks of the candidates are never compared: a lease is stale
 * when its record did not change for its duration of local time.
 */
export const runLeaderElection = async (
  options: LeaderElectorOptions,
  lead: (leading: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  const durationSeconds = options.leaseDurationSeconds ?? 15;
  const renewDeadlineMilliseconds = (options.renewDeadlineSeconds ?? 10) * 1000;
  const retryMilliseconds = (options.retryPeriodSeconds ?? 2) * 1000;
  const { clock, log, identity } = options;
  const leases = options.client.resource<Lease>(leaseRef);
  const claim = { name: options.name, namespace: options.namespace, identity, durationSeconds };
  const random = options.random ?? Math.random;
  let observed: { readonly lease: Lease; readonly at: number } | undefined;

  const observe = (lease: Lease): void => {
    if (observed?.lease.metadata.resourceVersion !== lease.metadata.resourceVersion) observed = { lease, at: clock.now() };
  };
  const heldByOther = (): boolean => {
    const spec = observed?.lease.spec;
    if (!observed || !spec?.holderIdentity || spec.holderIdentity === identity) return false;
    return clock.now() < observed.at + (spec.leaseDurationSeconds ?? durationSeconds) * 1000;
  };

  /** True when the lease is ours now. */
  const tryHold = async (call: AbortSignal): Promise<boolean> => {
    const current = await leases.find(options.name, options.namespace, { signal: call });
    if (current) observe(current);
    if (current && heldByOther()) return false;
    const wanted = heldLease(current, claim, clock.now());
    const written = current ? await leases.update(wanted, { signal: call }) : await leases.create(wanted, { signal: call });
    observe(written);
    return true;
  };
  const attempt = async (call: AbortSignal): Promise<boolean | 'unknown'> => {
    try {
      return await tryHold(call);
    } catch (error) {
      if (isStatusError(error, 'Conflict') || isStatusError(error, 'AlreadyExists')) return 'unknown';
      if (!call.aborted) log.warn('cannot write the lease', { lease: options.name, error: String(error) });
      return 'unknown';
    }
  };

  const holdUntilLost = async (leading: AbortController): Promise<void> => {
    let cancelDeadline = (): void => undefined;
    const armDeadline = (): void => {
      cancelDeadline();
      cancelDeadline = clock.after(renewDeadlineMilliseconds, () => leading.abort(new Error('lease was not renewed in time')));
    };
    armDeadline();
    while (!leading.signal.aborted) {
      await sleep(clock, retryMilliseconds, leading.signal);
      if (leading.signal.aborted) break;
      const held = await attempt(leading.signal);
      if (held === true) armDeadline();
      else if (held === false) leading.abort(new Error('lease is held by another'));
    }
    cancelDeadline();
  };

  const release = async (): Promise<void> => {
    const current = observed?.lease;
    if (current?.spec?.holderIdentity !== identity) return;
    await leases.update(releasedLease(current, clock.now())).catch(() => undefined);
  };

  while (!signal.aborted) {
    if ((await attempt(signal)) !== true) {
      await sleep(clock, retryMilliseconds * (1 + random() * 0.2), signal);
      continue;
    }
    const leading = new AbortController();
    const stop = (): void => leading.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    log.info('leading', { lease: options.name, identity });
    const work = lead(leading.signal);
    await Promise.all([holdUntilLost(leading), work.finally(() => leading.abort())]);
    signal.removeEventListener('abort', stop);
    if (signal.aborted) await release();
    else log.warn('lost the lease', { lease: options.name, identity });
  }
};
