import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import { labelSelectorFromMap, matchesLabels } from '../../../apimachinery/selectors/label-selector.ts';
import type { Node, Pod, Service } from '../../../api/core/types.gen.ts';
import type { EndpointSlice } from '../../../api/discovery/types.gen.ts';
import { endpointSlicesRef, nodesRef, podsRef, servicesRef } from '../../../api/refs.gen.ts';
import type { Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { createExpectations } from '../../../controller-runtime/expectations.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { deleteObject } from '../common/delete-object.ts';
import { errorMessage } from '../common/error-message.ts';
import { isNamespaceEnding } from '../common/namespace-state.ts';
import { controllerReference } from '../common/owner.ts';
import { podChangeOf } from '../common/service-pods.ts';
import { createTriggerTimes, withTriggerTime } from '../common/trigger-time.ts';
import { groupEndpoints } from './endpoint.ts';
import { planSlices } from './reconcile.ts';

const managedBy = 'endpointslice-controller.k8s.io';
export const serviceNameLabel = 'kubernetes.io/service-name';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
const headlessLabel = 'service.kubernetes.io/headless';
const copiedNever = new Set([serviceNameLabel, managedByLabel, headlessLabel]);

/** Keeps the EndpointSlices of services with a selector. */
export const addEndpointSliceController = (manager: Manager): void => {
  const { client, clock } = manager;
  const events = manager.recorder('endpoint-slice-controller');
  const services = manager.informer<Service>(servicesRef);
  const pods = manager.informer<Pod>(podsRef);
  const nodes = manager.informer<Node>(nodesRef);
  const slices = manager.informer<EndpointSlice>(endpointSlicesRef);
  slices.addIndex('service', ({ metadata }) => [`${metadata.namespace ?? ''}/${metadata.labels?.[serviceNameLabel] ?? ''}`]);
  const sliceClient = client.resource<EndpointSlice>(endpointSlicesRef);
  const expectations = createExpectations(slices, clock);
  const triggers = createTriggerTimes();

  const labelsOf = (service: Service): Record<string, string> => ({
    ...Object.fromEntries(Object.entries(service.metadata.labels ?? {}).filter(([name]) => !copiedNever.has(name))),
    [serviceNameLabel]: service.metadata.name,
    [managedByLabel]: managedBy,
    ...(service.spec.clusterIP === 'None' ? { [headlessLabel]: '' } : {}),
  });
  const metadataOf = (service: Service): EndpointSlice['metadata'] => ({
    name: '',
    generateName: `${service.metadata.name}-`,
    namespace: service.metadata.namespace ?? '',
    labels: labelsOf(service),
    ownerReferences: [controllerReference(service, servicesRef)],
  });

  const apply = async (service: Service, key: string, existing: readonly EndpointSlice[]): Promise<void> => {
    const selector = labelSelectorFromMap(service.spec.selector ?? {});
    const selected = pods.list(service.metadata.namespace ?? '').filter(({ metadata }) => matchesLabels(selector, metadata.labels));
    const { create, update, remove } = planSlices(groupEndpoints(service, selected, nodes.byKey), existing);
    const labels = labelsOf(service);
    const relabelled = existing.filter(
      (slice) =>
        !remove.includes(slice) &&
        !update.some(({ metadata }) => metadata.uid === slice.metadata.uid) &&
        !jsonEqual(slice.metadata.labels ?? {}, labels),
    );
    const trigger = triggers.next(service, selected);
    for (const slice of [...update, ...relabelled]) {
      const annotations = withTriggerTime(slice.metadata.annotations, trigger);
      await sliceClient.update({ ...slice, metadata: { ...slice.metadata, labels, annotations } });
    }
    for (const { group, endpoints } of create) {
      const { addressType, ports } = group;
      const created = await sliceClient.create({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { ...metadataOf(service), annotations: withTriggerTime(undefined, trigger) },
        addressType,
        endpoints: [...endpoints],
        ports: [...ports],
      });
      expectations.created(key, created);
    }
    for (const slice of remove) if (await deleteObject(sliceClient, slice)) expectations.deleted(key, slice);
  };

  const reconcile = async (key: string): Promise<ReconcileResult> => {
    const service = services.byKey(key);
    // Slices of a deleted service go with it, by their owner reference.
    if (!service) {
      triggers.forget(key);
      return expectations.forget(key);
    }
    if (!service.spec.selector || service.spec.type === 'ExternalName' || service.metadata.deletionTimestamp) return undefined;
    if (!expectations.satisfied(key)) return { requeueAfterSeconds: 1 };
    const existing = slices.byIndex('service', key).filter(({ metadata }) => metadata.labels?.[managedByLabel] === managedBy);
    try {
      await apply(service, key, existing);
    } catch (error) {
      if (isNamespaceEnding(error)) return undefined;
      if (!isStatusError(error, 'Conflict')) {
        events.event(
          service,
          'Warning',
          'FailedToUpdateEndpointSlices',
          `Error updating Endpoint Slices for Service ${key}: ${errorMessage(error)}`,
        );
      }
      throw error;
    }
    return undefined;
  };

  manager.addController({
    name: 'endpointslice',
    watches: [
      watch(services),
      watch(pods, podChangeOf(services)),
      watch(slices, ({ object }) => {
        const name = object.metadata.labels?.[serviceNameLabel];
        return name && object.metadata.labels?.[managedByLabel] === managedBy ? [`${object.metadata.namespace ?? ''}/${name}`] : [];
      }),
    ],
    reconcile,
    concurrency: 5,
  });
};
