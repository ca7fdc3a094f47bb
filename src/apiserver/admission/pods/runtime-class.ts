import { StatusError } from '../../../apimachinery/errors/status-error.ts';
import { isPathSegmentName } from '../../../apimachinery/validation/names.ts';
import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import { canonicalQuantity } from '../../../apimachinery/quantity/format-quantity.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import { isFor, refuse } from '../refuse.ts';
import { mergeTolerations } from './merge-tolerations.ts';
import { asPod, type PodSpec, type ResourceList, type Toleration } from './pod-types.ts';

const runtimeClasses = { group: 'node.k8s.io', version: 'v1', resource: 'runtimeclasses' };

const overheadOf = (runtimeClass: UnstructuredObject | undefined): ResourceList | undefined =>
  (runtimeClass?.['overhead'] as { podFixed?: ResourceList } | undefined)?.podFixed;

const sameResources = (a: ResourceList = {}, b: ResourceList = {}): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([name, value]) => b[name] !== undefined && canonicalQuantity(value) === canonicalQuantity(b[name]));

const addScheduling = (attributes: AdmissionAttributes, spec: PodSpec, runtimeClass: UnstructuredObject): void => {
  const scheduling = runtimeClass['scheduling'] as { nodeSelector?: Record<string, string>; tolerations?: Toleration[] } | undefined;
  if (!scheduling) return;
  const selector = { ...spec.nodeSelector };
  for (const [key, value] of Object.entries(scheduling.nodeSelector ?? {})) {
    if (selector[key] !== undefined && selector[key] !== value) {
      const detail = `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${selector[key]}`;
      throw refuse(attributes, detail);
    }
    selector[key] = value;
  }
  if (Object.keys(selector).length > 0) spec.nodeSelector = selector;
  if (scheduling.tolerations?.length) spec.tolerations = structuredClone(mergeTolerations(spec.tolerations ?? [], scheduling.tolerations));
};

/** RuntimeClass: its overhead and scheduling become the pod's. */
export const runtimeClass = (api: Pick<InternalApi, 'cache' | 'get'>): AdmissionPlugin => {
  const cache = api.cache(runtimeClasses);
  const find = async (attributes: AdmissionAttributes, name: string | undefined): Promise<UnstructuredObject | undefined> => {
    if (name === undefined) return undefined;
    // Its name is looked at by the client that asks for the class, which has no reason to give.
    if (name === '') throw new StatusError('', 'resource name may not be empty');
    const wrong = isPathSegmentName(name);
    if (wrong.length > 0) throw new StatusError('', `invalid resource name ${goQuote(name)}: [${wrong.join(' ')}]`);
    const found = cache.get(name) ?? (await api.get(runtimeClasses, name));
    if (!found) throw refuse(attributes, `pod rejected: RuntimeClass ${goQuote(name)} not found`);
    return found;
  };
  return {
    name: 'RuntimeClass',
    handles: (attributes) => attributes.operation === 'CREATE' && isFor(attributes, '', 'pods'),
    async admit(attributes) {
      if (!attributes.object) return;
      const { spec } = asPod(attributes.object);
      const found = await find(attributes, spec.runtimeClassName);
      if (!found) return;
      const overhead = overheadOf(found);
      if (overhead) {
        if (spec.overhead && !sameResources(spec.overhead, overhead)) {
          throw refuse(attributes, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
        }
        spec.overhead = { ...overhead };
      }
      addScheduling(attributes, spec, found);
    },
    async validate(attributes) {
      if (!attributes.object) return;
      const { spec } = asPod(attributes.object);
      const overhead = overheadOf(await find(attributes, spec.runtimeClassName));
      if (overhead && !sameResources(spec.overhead, overhead)) {
        throw refuse(attributes, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
      }
      if (!overhead && Object.keys(spec.overhead ?? {}).length > 0) {
        throw refuse(attributes, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
      }
    },
  };
};
