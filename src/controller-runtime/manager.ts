import { setMaxListeners } from 'node:events';
import type { Client } from '../client/contract.ts';
import type { MetricsSink } from '../client/metrics-sink.ts';
import { systemClock } from './clock.ts';
import type { Clock, ControllerOptions, Logger, Manager } from './contract.ts';
import { runController } from './controller.ts';
import { createEventRecorder } from './event-recorder.ts';
import { createInformerRegistry } from './informer-registry.ts';
import { createFencedClient } from './leader-election/fenced-client.ts';
import { runLeaderElection } from './leader-election/leader-election.ts';
import type { LeaderElectionOptions } from './leader-election/leader-election.ts';
import { createWriteThroughClient } from './write-through-client.ts';

export interface ManagerOptions {
  /** Informers read by it, and what acts as no identity of its own. */
  readonly client: Client;
  /** The client of an identity that a controller acts as (see Manager.as). Absent: all act as `client`. */
  readonly clientAs?: (identity: string) => Client;
  readonly log: Logger;
  /** Names the process in events. Default `causeway`. */
  readonly component?: string;
  readonly clock?: Clock;
  /** Controllers run only while this Lease is held; absent: always. Informers always run. */
  readonly leaderElection?: LeaderElectionOptions;
  /** Takes the workqueue_*, controller_runtime_* and leader_election_* families. */
  readonly metrics?: MetricsSink;
}

type Work = (signal: AbortSignal) => Promise<void>;

/** A manager over one API server. It does not close the client. */
export const createManager = (options: ManagerOptions): Manager => {
  const { log, leaderElection } = options;
  const clock = options.clock ?? systemClock;
  const stopping = new AbortController();
  // Every informer, controller and loop listens to it.
  setMaxListeners(0, stopping.signal);
  /** While leading; without election, from start to stop. */
  let term: AbortSignal | undefined;
  const informers = createInformerRegistry(options.client, { clock, log });
  const isLeading = (): boolean => term !== undefined && !term.aborted;
  const guarded = (client: Client): Client =>
    createWriteThroughClient(leaderElection ? createFencedClient(client, isLeading) : client, informers.absorb);
  const works: Work[] = [];
  const running = new Set<Promise<void>>();

  const begin = (work: Work, signal: AbortSignal): void => {
    const ended = work(signal).finally(() => running.delete(ended));
    running.add(ended);
  };
  const add = (work: Work): void => {
    works.push(work);
    if (term && !term.aborted) begin(work, term);
  };
  const reportLeading = (isMaster: boolean): void => {
    if (leaderElection) options.metrics?.set('leader_election_master_status', { name: leaderElection.name }, isMaster ? 1 : 0);
  };
  reportLeading(false);
  /** Runs all work for one term; resolves when the last has ended. */
  const lead = async (signal: AbortSignal): Promise<void> => {
    term = signal;
    reportLeading(true);
    signal.addEventListener('abort', () => reportLeading(false), { once: true });
    setMaxListeners(0, signal);
    for (const work of works) begin(work, signal);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await Promise.all(running);
  };
  let leading: Promise<void> | undefined;

  /** What differs from one identity to the next. */
  const acting = (client: Client): Pick<Manager, 'client' | 'events' | 'recorder'> => {
    const recorder = (component: string) => createEventRecorder({ client, clock, log, component });
    return { client, events: recorder(options.component ?? 'causeway'), recorder };
  };
  const views = new Map<string, Manager>();
  const as = (identity: string): Manager => {
    if (!options.clientAs) return manager;
    let view = views.get(identity);
    if (!view) views.set(identity, (view = { ...manager, ...acting(guarded(options.clientAs(identity))) }));
    return view;
  };

  const manager: Manager = {
    ...acting(guarded(options.client)),
    as,
    clock,
    log,
    informer: informers.informer,
    existingInformer: informers.existing,
    addController: (controller: ControllerOptions) =>
      add((signal) => runController(controller, { clock, log, signal, metrics: options.metrics })),
    addRunnable: (name, run) =>
      add(async (signal) => {
        try {
          await run(signal);
        } catch (error) {
          if (!signal.aborted) log.error('runnable failed', { name, error: error instanceof Error ? error.message : String(error) });
        }
      }),
    start: async () => {
      if (leading) throw new Error('start manager: it was started before');
      informers.start(stopping.signal);
      const stopped = new Promise((resolve) => stopping.signal.addEventListener('abort', resolve, { once: true }));
      await Promise.race([informers.synced(), stopped]);
      if (stopping.signal.aborted) return;
      leading = leaderElection
        ? runLeaderElection({ ...leaderElection, client: options.client, clock, log }, lead, stopping.signal)
        : lead(stopping.signal);
    },
    stop: async () => {
      stopping.abort(new Error('the manager stops'));
      await leading;
      await informers.stopped();
    },
  };
  return manager;
};
