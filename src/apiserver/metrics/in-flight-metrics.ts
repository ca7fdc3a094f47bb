import type { TrackedRequest } from '../extension.ts';
import type { MetricsRegistry } from './contract.ts';
import type { Registrations } from './registrations.ts';

const reading: ReadonlySet<string> = new Set(['get', 'list', 'head', 'options']);

/** Counts requests while they are under way: short ones by kind, watches by what they watch. */
export const createInFlightMetrics = (
  registry: MetricsRegistry,
  registrations: Registrations,
): ((request: TrackedRequest) => () => void) => {
  const inFlight = registry.gauge({
    name: 'apiserver_current_inflight_requests',
    help: 'Requests under way that are not long-running, by kind.',
    labels: ['request_kind'],
  });
  const longRunning = registry.gauge({
    name: 'apiserver_longrunning_requests',
    help: 'Long-running requests under way, by verb, group, version, resource, scope and component.',
    labels: ['component', 'group', 'resource', 'scope', 'subresource', 'verb', 'version'],
  });
  const mutating = inFlight.with('mutating');
  const readOnly = inFlight.with('readOnly');

  return ({ verb, group, version, resource, scope }) => {
    const watched = verb === 'watch' ? registrations.find({ group, version, resource }) : undefined;
    const series = watched
      ? longRunning.with('apiserver', group, resource, scope, '', 'WATCH', version)
      : reading.has(verb)
        ? readOnly
        : mutating;
    series.inc();
    return () => series.inc(-1);
  };
};
