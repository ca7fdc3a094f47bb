import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { aggregateMessages } from '../../../apimachinery/validation/format-field-error.ts';
import type { InternalApi } from '../../registry/contract.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../contract.ts';
import { asPod, type Container, type Pod, type ResourceList } from '../pods/pod-types.ts';
import { coreResource, isFor, refuse } from '../refuse.ts';
import { claimViolations, type LimitRangeItem, violations } from './limit-constraints.ts';
import { parseList, podAmounts } from './resource-lists.ts';

const limitRanges = coreResource('limitranges');
const annotation = 'kubernetes.io/limit-ranger';

const itemsOf = (limitRange: UnstructuredObject): readonly LimitRangeItem[] =>
  (limitRange['spec'] as { limits?: LimitRangeItem[] } | undefined)?.limits ?? [];

/** Fills in what the container leaves open; answers what it set, in the annotation's words. */
const fill = (container: Container, title: string, defaults: { requests: ResourceList; limits: ResourceList }): string[] => {
  const notes: string[] = [];
  for (const field of ['requests', 'limits'] as const) {
    const own = container.resources?.[field] ?? {};
    const added = Object.entries(defaults[field]).filter(([name]) => own[name] === undefined);
    if (added.length === 0) continue;
    container.resources = { ...container.resources, [field]: { ...own, ...Object.fromEntries(added) } };
    const names = added.map(([name]) => name).toSorted();
    notes.push(`${names.join(', ')} ${field === 'requests' ? 'request' : 'limit'} for ${title} ${container.name}`);
  }
  return notes;
};

const applyDefaults = (pod: Pod, limitRange: UnstructuredObject): void => {
  const defaults = { requests: {} as ResourceList, limits: {} as ResourceList };
  for (const item of itemsOf(limitRange)) {
    if (item.type !== 'Container') continue;
    Object.assign(defaults.requests, item.defaultRequest);
    Object.assign(defaults.limits, item.default);
  }
  const notes = [
    ...pod.spec.containers.flatMap((container) => fill(container, 'container', defaults)),
    ...(pod.spec.initContainers ?? []).flatMap((container) => fill(container, 'init container', defaults)),
  ];
  if (notes.length === 0) return;
  pod.metadata.annotations = { ...pod.metadata.annotations, [annotation]: `LimitRanger plugin set: ${notes.join('; ')}` };
};

const podViolations = ({ spec }: Pod, items: readonly LimitRangeItem[]): string[] =>
  items.flatMap((item) => {
    if (item.type === 'Container') {
      return [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ resources }) =>
        violations(item, { requests: parseList(resources?.requests), limits: parseList(resources?.limits) }),
      );
    }
    if (item.type !== 'Pod') return [];
    const without = { overhead: false };
    return violations(item, { requests: podAmounts(spec, 'requests', without), limits: podAmounts(spec, 'limits', without) });
  });

const claimRequests = (object: UnstructuredObject): ResourceList | undefined =>
  (object['spec'] as { resources?: { requests?: ResourceList } } | undefined)?.resources?.requests;

/** LimitRanger: a namespace's defaults and bounds for containers, pods and volume claims. */
export const limitRanger = (api: Pick<InternalApi, 'cache'>): AdmissionPlugin => {
  const cache = api.cache(limitRanges);
  const inOrder = (namespace: string): UnstructuredObject[] =>
    [...cache.list(namespace)].toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const isPod = (attributes: AdmissionAttributes): boolean => attributes.definition.plural === 'pods';
  return {
    name: 'LimitRanger',
    handles: (attributes) => {
      const { operation, oldObject } = attributes;
      if (oldObject?.metadata.deletionTimestamp !== undefined) return false;
      if (operation === 'CREATE') return isFor(attributes, '', 'pods') || isFor(attributes, '', 'persistentvolumeclaims');
      return operation === 'UPDATE' && (isFor(attributes, '', 'persistentvolumeclaims') || isFor(attributes, '', 'pods', 'resize'));
    },
    admit(attributes) {
      if (!attributes.object || !isPod(attributes)) return;
      for (const limitRange of inOrder(attributes.namespace)) applyDefaults(asPod(attributes.object), limitRange);
    },
    validate(attributes) {
      const { object } = attributes;
      if (!object) return;
      for (const limitRange of inOrder(attributes.namespace)) {
        const items = itemsOf(limitRange);
        const messages = isPod(attributes)
          ? podViolations(asPod(object), items)
          : items
              .filter(({ type }) => type === 'PersistentVolumeClaim')
              .flatMap((item) => claimViolations(item, parseList(claimRequests(object))));
        if (messages.length > 0) throw refuse(attributes, aggregateMessages(messages));
      }
    },
  };
};
