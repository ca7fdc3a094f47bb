import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import { labelSelectorFromMap, matchesLabels } from '../../../apimachinery/selectors/label-selector.ts';
import type { Endpoints, Pod, Service } from '../../../api/core/types.gen.ts';
import { endpointsRef, podsRef, servicesRef } from '../../../api/refs.gen.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { deleteObject } from '../common/delete-object.ts';
import { isNamespaceEnding } from '../common/namespace-state.ts';
import { podChangeOf } from '../common/service-pods.ts';
import { createTriggerTimes, withTriggerTime } from '../common/trigger-time.ts';
import { subsetsOf } from './reconcile.ts';

/** Keeps the Endpoints of services with a selector, for clients older than EndpointSlices. */
export const addEndpointsController = (manager: Manager): void => {
  const services = manager.informer<Service>(servicesRef);
  const pods = manager.informer<Pod>(podsRef);
  const endpoints = manager.informer<Endpoints>(endpointsRef);
  const client = manager.client.resource<Endpoints>(endpointsRef);

  const triggers = createTriggerTimes();

  const labelsOf = ({ metadata, spec }: Service): Record<string, string> => ({
    ...metadata.labels,
    'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
    ...(spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}),
  });

  const reconcile = async (key: string): Promise<void> => {
    const service = services.byKey(key);
    const current = endpoints.byKey(key);
    if (!service) {
      triggers.forget(key);
      const ours = current?.metadata.labels?.['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller';
      if (current && ours) await deleteObject(client, current);
      return;
    }
    if (!service.spec.selector || service.spec.type === 'ExternalName' || service.metadata.deletionTimestamp) return;
    const selector = labelSelectorFromMap(service.spec.selector);
    const namespace = service.metadata.namespace ?? '';
    const selected = pods.list(namespace).filter(({ metadata }) => matchesLabels(selector, metadata.labels));
    const subsets = subsetsOf(service, selected);
    const labels = labelsOf(service);
    if (current && jsonEqual(current.subsets ?? [], subsets) && jsonEqual(current.metadata.labels ?? {}, labels)) return;
    const known = current?.metadata ?? { name: service.metadata.name, namespace };
    const annotations = withTriggerTime(current?.metadata.annotations, triggers.next(service, selected));
    const metadata = { ...known, labels, annotations };
    try {
      if (current) await client.update({ ...current, metadata, subsets });
      else await client.create({ apiVersion: 'v1', kind: 'Endpoints', metadata, subsets });
    } catch (error) {
      if (isNamespaceEnding(error)) return;
      throw error;
    }
  };

  manager.addController({
    name: 'endpoints',
    watches: [watch(services), watch(pods, podChangeOf(services)), watch(endpoints)],
    reconcile,
    concurrency: 5,
  });
};
