import { podQosClass } from '../../../api/core/pod-qos.ts';
import type { Pod } from '../../../api/core/types.gen.ts';
import { parseJson } from '../../../apimachinery/json/exact-json.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import { isFor, refuse } from '../refuse.ts';
import { createNamespaceLookup } from '../selection/selectors.ts';
import { covers, mergeTolerations } from './merge-tolerations.ts';
import { asPod, type Toleration } from './pod-types.ts';

const [defaults, allowed] = [
  'scheduler.alpha.kubernetes.io/defaultTolerations',
  'scheduler.alpha.kubernetes.io/tolerationsWhitelist',
] as const;
const memoryPressure: Toleration = { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' };

/**
 * PodTolerationRestriction (off by default): pods get their namespace's default tolerations, and may tolerate only what its annotation
 * allows.
 */
export const podTolerationRestriction = (api: Pick<InternalApi, 'cache' | 'get'>): AdmissionPlugin => {
  const lookup = createNamespaceLookup(api);
  const tolerationsIn = async (attributes: AdmissionAttributes, annotation: string): Promise<readonly Toleration[]> => {
    const text = (await lookup(attributes))?.metadata.annotations?.[annotation] ?? '';
    if (text === '') return [];
    try {
      const tolerations: unknown = parseJson(text) ?? [];
      if (!Array.isArray(tolerations)) throw new Error('no list of tolerations');
      return tolerations as Toleration[];
    } catch (error) {
      throw refuse(attributes, `${annotation}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const check = async (attributes: AdmissionAttributes): Promise<void> => {
    const own = attributes.object ? (asPod(attributes.object).spec.tolerations ?? []) : [];
    const whitelist = own.length > 0 ? await tolerationsIn(attributes, allowed) : [];
    if (whitelist.length > 0 && !own.every((toleration) => whitelist.some((wide) => covers(wide, toleration))))
      throw refuse(
        attributes,
        'pod tolerations (possibly merged with namespace default tolerations) conflict with its namespace whitelist',
      );
  };
  return {
    name: 'PodTolerationRestriction',
    handles: (attributes) => (attributes.operation === 'CREATE' || attributes.operation === 'UPDATE') && isFor(attributes, '', 'pods'),
    async admit(attributes) {
      if (!attributes.object) return;
      const pod = asPod(attributes.object);
      const extra = [
        ...(attributes.operation === 'CREATE' ? await tolerationsIn(attributes, defaults) : []),
        ...(podQosClass(pod as unknown as Pod) === 'BestEffort' ? [] : [memoryPressure]),
      ];
      if (extra.length > 0) pod.spec.tolerations = mergeTolerations(pod.spec.tolerations ?? [], extra);
      await check(attributes);
    },
    validate: check,
  };
};
