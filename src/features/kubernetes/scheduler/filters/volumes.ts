import { hopeless } from './filter.ts';
import type { Filter } from './filter.ts';
import { matchesTerm } from '../../common/node-affinity.ts';

/** Claims must exist; bound volumes must be reachable from the node; unbound ones must wait for their first consumer. */
export const volumes: Filter = ({ pod }, cluster) => {
  const names = (pod.spec.volumes ?? []).map(({ persistentVolumeClaim, ephemeral, name }) =>
    ephemeral ? `${pod.metadata.name}-${name}` : persistentVolumeClaim?.claimName,
  );
  const claimNames = names.filter((name) => name !== undefined);
  if (claimNames.length === 0) return undefined;
  const affinities: (readonly Parameters<typeof matchesTerm>[0][])[] = [];
  for (const name of claimNames) {
    const claim = cluster.claim(name, pod.metadata.namespace ?? '');
    if (!claim) return always(`persistentvolumeclaim "${name}" not found`);
    if (claim.metadata.deletionTimestamp) return always(`persistentvolumeclaim "${name}" is being deleted`);
    if (claim.status?.phase === 'Lost')
      return always(`persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec?.volumeName ?? ''}"`);
    const volume = claim.spec?.volumeName ? cluster.volume(claim.spec.volumeName) : undefined;
    if (volume) affinities.push(volume.spec?.nodeAffinity?.required?.nodeSelectorTerms ?? []);
    else if (cluster.storageClass(claim.spec?.storageClassName ?? '')?.volumeBindingMode !== 'WaitForFirstConsumer') {
      return always('pod has unbound immediate PersistentVolumeClaims');
    }
  }
  return (node) => {
    const reachable = affinities.every((terms) => terms.length === 0 || terms.some((term) => matchesTerm(term, node)));
    return reachable ? undefined : hopeless("node(s) didn't match PersistentVolume's node affinity");
  };
};

const always = (reason: string) => () => hopeless(reason);
