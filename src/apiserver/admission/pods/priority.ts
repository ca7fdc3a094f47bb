import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import { isFor, refuse } from '../refuse.ts';
import { asPod } from './pod-types.ts';

const priorityClasses = { group: 'scheduling.k8s.io', version: 'v1', resource: 'priorityclasses' };

interface PriorityClass {
  readonly name: string;
  readonly value: number;
  readonly preemptionPolicy: string;
}

const read = (object: UnstructuredObject): PriorityClass => ({
  name: object.metadata.name,
  value: (object['value'] as number | undefined) ?? 0,
  preemptionPolicy: (object['preemptionPolicy'] as string | undefined) ?? 'PreemptLowerPriority',
});

/** Resolves a pod's priority class to its number; there is one default class at most. */
export const priority = (api: Pick<InternalApi, 'cache' | 'get'>): AdmissionPlugin => {
  const cache = api.cache(priorityClasses);
  const defaults = (): UnstructuredObject[] => cache.list().filter((object) => object['globalDefault'] === true);

  const classOf = async (attributes: AdmissionAttributes, name: string): Promise<PriorityClass> => {
    if (name === '') {
      const [lowest] = defaults()
        .map(read)
        .toSorted((a, b) => a.value - b.value);
      return lowest ?? { name: '', value: 0, preemptionPolicy: 'PreemptLowerPriority' };
    }
    const found = cache.get(name) ?? (await api.get(priorityClasses, name));
    if (!found) throw refuse(attributes, `no PriorityClass with name ${name} was found`);
    return read(found);
  };

  const admitPod = async (attributes: AdmissionAttributes): Promise<void> => {
    if (!attributes.object) return;
    const { spec } = asPod(attributes.object);
    if (attributes.operation === 'UPDATE') {
      const old = attributes.oldObject && asPod(attributes.oldObject).spec;
      if (spec.priority === undefined && old?.priority !== undefined) spec.priority = old.priority;
      if (spec.preemptionPolicy === undefined && old?.preemptionPolicy !== undefined) spec.preemptionPolicy = old.preemptionPolicy;
      return;
    }
    const { name, value, preemptionPolicy } = await classOf(attributes, spec.priorityClassName ?? '');
    const computed = 'must not be provided in pod spec; priority admission controller computed';
    if (spec.priority !== undefined && spec.priority !== value) {
      throw refuse(attributes, `the integer value of priority (${spec.priority}) ${computed} ${value} from the given PriorityClass name`);
    }
    if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
      const given = `the string value of PreemptionPolicy (${spec.preemptionPolicy})`;
      throw refuse(attributes, `${given} ${computed} ${preemptionPolicy} from the given PriorityClass name`);
    }
    if (name !== '') spec.priorityClassName = name;
    spec.priority = value;
    spec.preemptionPolicy = preemptionPolicy;
  };

  return {
    name: 'Priority',
    handles: (attributes) =>
      (attributes.operation === 'CREATE' || attributes.operation === 'UPDATE') &&
      (isFor(attributes, '', 'pods') || isFor(attributes, 'scheduling.k8s.io', 'priorityclasses')),
    async admit(attributes) {
      if (isFor(attributes, '', 'pods')) await admitPod(attributes);
    },
    validate(attributes) {
      if (isFor(attributes, '', 'pods') || attributes.object?.['globalDefault'] !== true) return;
      const other = defaults().find((object) => object.metadata.name !== attributes.name);
      if (other) throw refuse(attributes, `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`);
    },
  };
};
