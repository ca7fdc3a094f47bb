import { isLabelKey, isLabelValue } from '../../../apimachinery/validation/names.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import { isFor, refuse } from '../refuse.ts';
import { createNamespaceLookup } from '../selection/selectors.ts';
import { asPod } from './pod-types.ts';

const annotation = 'scheduler.alpha.kubernetes.io/node-selector';

/** `a=b, c=d` as labels. @throws Error */
const labelsOf = (selector: string): Record<string, string> => {
  const labels: Record<string, string> = {};
  for (const part of selector === '' ? [] : selector.split(',')) {
    const sides = part.split('=').map((side) => side.trim());
    const [key = '', value = ''] = sides;
    const [problem] = [...(sides.length === 2 ? [] : ['invalid']), ...isLabelKey(key), ...isLabelValue(value)];
    if (problem !== undefined) throw new Error(`invalid selector: [${part.split('=').join(' ')}]`);
    labels[key] = value;
  }
  return labels;
};

/** PodNodeSelector (off by default): pods go only to the nodes that their namespace's annotation selects. */
export const podNodeSelector = (api: Pick<InternalApi, 'cache' | 'get'>): AdmissionPlugin => {
  const lookup = createNamespaceLookup(api);
  const selectorFor = async (attributes: AdmissionAttributes): Promise<Record<string, string>> => {
    const namespace = await lookup(attributes);
    const selector = namespace?.metadata.annotations?.[annotation] ?? '';
    try {
      return labelsOf(selector);
    } catch (error) {
      throw refuse(attributes, error instanceof Error ? error.message : String(error));
    }
  };
  const check = (attributes: AdmissionAttributes, wanted: Record<string, string>): void => {
    const own = attributes.object ? (asPod(attributes.object).spec.nodeSelector ?? {}) : {};
    if (Object.entries(wanted).some(([key, value]) => own[key] !== undefined && own[key] !== value))
      throw refuse(attributes, 'pod node label selector conflicts with its namespace node label selector');
  };
  return {
    name: 'PodNodeSelector',
    handles: (attributes) => attributes.operation === 'CREATE' && isFor(attributes, '', 'pods'),
    async admit(attributes) {
      if (!attributes.object) return;
      const wanted = await selectorFor(attributes);
      check(attributes, wanted);
      const { spec } = asPod(attributes.object);
      if (Object.keys(wanted).length > 0) spec.nodeSelector = { ...wanted, ...spec.nodeSelector };
    },
    async validate(attributes) {
      check(attributes, await selectorFor(attributes));
    },
  };
};
