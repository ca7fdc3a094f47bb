import { labelSelectorFromMap, matchesLabels } from '../../../apimachinery/selectors/label-selector.ts';
import type { Pod, Service } from '../../../api/core/types.gen.ts';
import type { Informer, InformerEvent, ObjectKey } from '../../../controller-runtime/contract.ts';
import { keyOf } from '../../../controller-runtime/object-key.ts';
import { isReady, isTerminal, isTerminating } from './pod-state.ts';

/** What of a pod endpoints show. */
const shown = (pod: Pod): string =>
  JSON.stringify([pod.status?.podIPs, isReady(pod), isTerminal(pod), isTerminating(pod), pod.spec.nodeName, pod.metadata.labels]);

/** The services whose endpoints a pod's event may change: those that select it now or did before. */
export const podChangeOf =
  (services: Informer<Service>) =>
  ({ type, object, old }: InformerEvent<Pod>): readonly ObjectKey[] => {
    if (type === 'modified' && old && shown(old) === shown(object)) return [];
    const states = old && old !== object ? [object, old] : [object];
    return services
      .list(object.metadata.namespace ?? '')
      .filter(
        ({ spec }) =>
          spec.selector && states.some(({ metadata }) => matchesLabels(labelSelectorFromMap(spec.selector ?? {}), metadata.labels)),
      )
      .map(keyOf);
  };
