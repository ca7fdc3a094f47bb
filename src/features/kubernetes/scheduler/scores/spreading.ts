import { matchesLabels } from '../../../../apimachinery/selectors/label-selector.ts';
import { controllerOf } from '../../common/owner.ts';
import { countDomains, spreadConstraints } from '../filters/topology-spread.ts';
import type { NodeInfo } from '../node-info.ts';
import { normalize } from './score.ts';
import type { Score } from './score.ts';

/** Fewer matching pods in the domains of the ScheduleAnyway constraints; without constraints, of the same controller on the node and in the zone. */
export const spreading: Score = ({ pod }, nodes, cluster) => {
  const constraints = spreadConstraints(pod, 'ScheduleAnyway');
  if (constraints.length === 0) return pod.spec.topologySpreadConstraints?.length ? undefined : siblings(pod, nodes, cluster.nodes);
  const keys = constraints.map(({ topologyKey }) => topologyKey);
  const counts = constraints.map((constraint) => countDomains(pod, constraint, { nodes: cluster.nodes, keys }));
  const raw = nodes.map(({ labels }) =>
    constraints.reduce((sum, { topologyKey, selector }, index) => {
      const self = matchesLabels(selector, pod.metadata.labels) ? 1 : 0;
      const domain = labels[topologyKey];
      return sum + (domain === undefined ? 1000 : (counts[index]?.get(domain) ?? 0) + self);
    }, 0),
  );
  return normalize(raw, { reverse: true });
};

const zoneLabel = 'topology.kubernetes.io/zone';

function siblings(
  pod: Parameters<typeof controllerOf>[0],
  nodes: readonly NodeInfo[],
  all: readonly NodeInfo[],
): readonly number[] | undefined {
  const owner = controllerOf(pod)?.uid;
  if (owner === undefined) return undefined;
  const onNode = new Map<string, number>();
  const inZone = new Map<string, number>();
  for (const { name, labels, pods } of all) {
    const count = pods.filter((other) => controllerOf(other.pod)?.uid === owner).length;
    const zone = labels[zoneLabel] ?? '';
    onNode.set(name, count);
    inZone.set(zone, (inZone.get(zone) ?? 0) + count);
  }
  const raw = nodes.map(({ name, labels }) => 2 * (onNode.get(name) ?? 0) + (inZone.get(labels[zoneLabel] ?? '') ?? 0));
  return normalize(raw, { reverse: true });
}
