import type { TrackedRequest } from '../extension.ts';
import type { MetricsRegistry } from './contract.ts';
import type { Registration, Registrations } from './registrations.ts';
import { connecting } from './request-metrics.ts';

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

  const longVerb = (verb: string, subresource: string): string | undefined =>
    connecting.has(subresource) ? 'CONNECT' : verb === 'watch' ? 'WATCH' : undefined;
  /** Its name where the resource has it: clients can make up all others. */
  const declaredName = ({ definition }: Registration, subresource: string): string | undefined =>
    subresource === '' || definition.subresources.some(({ name }) => name === subresource) ? subresource : undefined;

  return ({ verb, group, version, resource, subresource, scope }) => {
    const longer = longVerb(verb, subresource);
    const registration = longer === undefined ? undefined : registrations.find({ group, version, resource });
    const declared = registration && declaredName(registration, longer === 'WATCH' ? '' : subresource);
    const series =
      longer !== undefined && declared !== undefined
        ? longRunning.with('apiserver', group, resource, scope, declared, longer, version)
        : reading.has(verb)
          ? readOnly
          : mutating;
    series.inc();
    return () => series.inc(-1);
  };
};
