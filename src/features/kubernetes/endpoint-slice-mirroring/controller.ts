import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import type { Endpoints, Service } from '../../../api/core/types.gen.ts';
import type { EndpointSlice } from '../../../api/discovery/types.gen.ts';
import { endpointSlicesRef, endpointsRef, servicesRef } from '../../../api/refs.gen.ts';
import type { Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { createExpectations } from '../../../controller-runtime/expectations.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { deleteObject } from '../common/delete-object.ts';
import { isNamespaceEnding } from '../common/namespace-state.ts';
import { controllerReference } from '../common/owner.ts';
import { managedByLabel, serviceNameLabel } from '../endpoint-slice/controller.ts';
import { planSlices } from '../endpoint-slice/reconcile.ts';
import { isMirrored, mirroredAnnotations, mirroredGroups } from './reconcile.ts';

const managedBy = 'endpointslicemirroring-controller.k8s.io';

/** Mirrors Endpoints that people write, of services without a selector, into EndpointSlices (KEP-0752). */
export const addEndpointSliceMirroringController = (manager: Manager): void => {
  const { client, clock } = manager;
  const services = manager.informer<Service>(servicesRef);
  const endpoints = manager.informer<Endpoints>(endpointsRef);
  const slices = manager.informer<EndpointSlice>(endpointSlicesRef);
  const sliceClient = client.resource<EndpointSlice>(endpointSlicesRef);
  slices.addIndex('mirror', ({ metadata }) =>
    metadata.labels?.[managedByLabel] === managedBy ? [`${metadata.namespace ?? ''}/${metadata.labels[serviceNameLabel] ?? ''}`] : [],
  );
  const expectations = createExpectations(slices, clock);

  const apply = async (source: Endpoints, key: string, existing: readonly EndpointSlice[]): Promise<void> => {
    const { name, namespace = '' } = source.metadata;
    const labels = { ...source.metadata.labels, [serviceNameLabel]: name, [managedByLabel]: managedBy };
    const annotations = mirroredAnnotations(source);
    const { create, update, remove } = planSlices(mirroredGroups(source), existing);
    const changed = new Set(update.map(({ metadata }) => metadata.uid));
    const relabelled = existing.filter(
      (slice) =>
        !remove.includes(slice) &&
        !changed.has(slice.metadata.uid) &&
        !(jsonEqual(slice.metadata.labels ?? {}, labels) && jsonEqual(slice.metadata.annotations ?? {}, annotations)),
    );
    for (const slice of [...update, ...relabelled])
      await sliceClient.update({ ...slice, metadata: { ...slice.metadata, labels, annotations } });
    for (const { group, endpoints: members } of create) {
      const metadata = { name: '', generateName: `${name}-`, namespace, labels, annotations };
      const created = await sliceClient.create({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { ...metadata, ownerReferences: [controllerReference(source, endpointsRef)] },
        addressType: group.addressType,
        endpoints: [...members],
        ports: [...group.ports],
      });
      expectations.created(key, created);
    }
    for (const slice of remove) if (await deleteObject(sliceClient, slice)) expectations.deleted(key, slice);
  };

  const reconcile = async (key: string): Promise<ReconcileResult> => {
    if (!expectations.satisfied(key)) return { requeueAfterSeconds: 1 };
    const source = endpoints.byKey(key);
    const service = services.byKey(key);
    const existing = slices.byIndex('mirror', key);
    const mirrors = source && isMirrored(source) && service && Object.keys(service.spec.selector ?? {}).length === 0;
    try {
      if (mirrors) await apply(source, key, existing);
      else for (const slice of existing) await deleteObject(sliceClient, slice);
    } catch (error) {
      if (!isNamespaceEnding(error)) throw error;
    }
    if (!source) expectations.forget(key);
    return undefined;
  };

  manager.addController({
    name: 'endpointslice-mirroring',
    watches: [
      watch(endpoints),
      watch(services),
      watch(slices, ({ object: { metadata } }) =>
        metadata.labels?.[managedByLabel] === managedBy ? [`${metadata.namespace ?? ''}/${metadata.labels[serviceNameLabel] ?? ''}`] : [],
      ),
    ],
    reconcile,
  });
};
