import { forbidden } from '../../../apimachinery/errors/api-errors.ts';
import type { AdmissionPlugin } from '../contract.ts';
import { isFor } from '../refuse.ts';
import { asPod } from './pod-types.ts';

interface Affinity {
  readonly podAntiAffinity?: { readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly { readonly topologyKey: string }[] };
}
const hostname = 'kubernetes.io/hostname';

/** LimitPodHardAntiAffinityTopology (off by default): a pod may keep others off its node, not off a whole zone. */
export const limitPodHardAntiAffinityTopology: AdmissionPlugin = {
  name: 'LimitPodHardAntiAffinityTopology',
  handles: (attributes) => (attributes.operation === 'CREATE' || attributes.operation === 'UPDATE') && isFor(attributes, '', 'pods'),
  validate({ object }) {
    if (!object) return;
    const { spec, metadata } = asPod(object);
    const terms = (spec['affinity'] as Affinity | undefined)?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const wide = terms.find(({ topologyKey }) => topologyKey !== hostname);
    if (!wide) return;
    const reason = `affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey ${wide.topologyKey} but only key ${hostname} is allowed`;
    throw forbidden({ group: '', resource: 'pods' }, metadata.name, reason);
  },
};
