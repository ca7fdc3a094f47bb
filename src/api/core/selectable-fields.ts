import { fieldsOf } from '../typed.ts';
import type { Event, Namespace, Node, Pod, ReplicationController, Secret, Service } from './types.gen.ts';

/** Field selectors beyond metadata.name and metadata.namespace, as the original has them. */
export const podFields = fieldsOf<Pod>({
  'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
  'spec.restartPolicy': ({ spec }) => spec.restartPolicy ?? '',
  'spec.schedulerName': ({ spec }) => spec.schedulerName ?? '',
  'spec.serviceAccountName': ({ spec }) => spec.serviceAccountName ?? '',
  'spec.hostNetwork': ({ spec }) => String(spec.hostNetwork ?? false),
  'status.phase': ({ status }) => status?.phase ?? '',
  'status.podIP': ({ status }) => status?.podIP ?? '',
  // Taken, but told of no pod.
  'status.podIPs': () => '',
  'status.nominatedNodeName': ({ status }) => status?.nominatedNodeName ?? '',
});

export const eventFields = fieldsOf<Event>({
  'involvedObject.kind': ({ involvedObject }) => involvedObject.kind ?? '',
  'involvedObject.namespace': ({ involvedObject }) => involvedObject.namespace ?? '',
  'involvedObject.name': ({ involvedObject }) => involvedObject.name ?? '',
  'involvedObject.uid': ({ involvedObject }) => involvedObject.uid ?? '',
  'involvedObject.apiVersion': ({ involvedObject }) => involvedObject.apiVersion ?? '',
  'involvedObject.resourceVersion': ({ involvedObject }) => involvedObject.resourceVersion ?? '',
  'involvedObject.fieldPath': ({ involvedObject }) => involvedObject.fieldPath ?? '',
  reason: (event) => event.reason ?? '',
  reportingComponent: (event) => event.reportingComponent ?? '',
  source: (event) => event.source?.component || event.reportingComponent || '',
  type: (event) => event.type ?? '',
});

export const nodeFields = fieldsOf<Node>({ 'spec.unschedulable': ({ spec }) => String(spec.unschedulable ?? false) });
export const secretFields = fieldsOf<Secret>({ type: ({ type }) => type ?? '' });
export const namespaceFields = fieldsOf<Namespace>({
  'status.phase': ({ status }) => status?.phase ?? '',
});
export const serviceFields = fieldsOf<Service>({
  'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '',
  'spec.type': ({ spec }) => spec.type ?? '',
});
export const replicationControllerFields = fieldsOf<ReplicationController>({
  'status.replicas': ({ status }) => String(status?.replicas ?? 0),
});
