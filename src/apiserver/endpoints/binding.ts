import type { KindDefinition } from '../../api/kind-definition.ts';
import { deepClone } from '../../apimachinery/clone/deep-clone.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { badRequest, conflict, invalidObject } from '../../apimachinery/errors/api-errors.ts';
import { notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { decodeBody } from '../http/decode-body.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { trackUpdate } from '../registry/managed-fields.ts';
import { formatTime } from '../registry/object-meta.ts';
import type { Registry } from '../registry/registry.ts';
import { updateObject } from '../registry/update.ts';
import { admitCreated, admitted } from './admit-created.ts';
import { toObject } from './decode-object.ts';
import { statusResponse } from './output.ts';
import type { ResourceRequest } from './resource-request.ts';
import { parseWriteOptions } from './write-options.ts';

interface Binding {
  metadata?: {
    name?: string;
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
    uid?: string;
    resourceVersion?: string;
  };
  target?: { kind?: string; name?: string };
}

interface PodFields {
  spec: { nodeName?: string; schedulingGates?: unknown[] };
  status?: { conditions?: { type: string; status: string; [field: string]: unknown }[] };
}

const podResource = { group: '', resource: 'pods/binding' };

const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

const checkBinding = ({ target }: Binding, name: string): string => {
  const errors = [
    ...(target?.kind && target.kind !== 'Node' ? [notSupported('target.kind', target.kind, ['Node', '<empty>'])] : []),
    ...(target?.name ? [] : [required('target.name')]),
  ];
  if (errors.length > 0) throw invalidObject({ group: '', kind: 'Binding' }, name, errors);
  return target?.name ?? '';
};

const bindingKind = ({ catalog }: Registry): KindDefinition | undefined => catalog.findKind('', 'v1', 'Binding');

/** Posted to the bindings of a namespace, which are a resource of their own. */
const isOldCollection = ({ info }: ResourceRequest): boolean => info.resource === 'bindings';

/** The pod gets its node, once. */
const bindPod = async (
  registry: Registry,
  resource: ResourceRequest,
  { binding, name }: { readonly binding: Binding; readonly name: string },
): Promise<ApiResponse> => {
  const nodeName = checkBinding(binding, name);
  const { write } = parseWriteOptions(resource, 'CreateOptions');
  const request = { ...write, name, subresource: 'binding' };
  const object = binding as unknown as UnstructuredObject;
  const asBinding = { ...request, definition: bindingKind(registry) ?? resource.definition };
  trackUpdate(registry, asBinding, { object, old: undefined });
  await admitCreated(registry, isOldCollection(resource) ? { ...asBinding, subresource: '' } : request, object);
  await updateObject(admitted(registry), request, {
    unconditional: true,
    // Nobody comes to own what a binding sets.
    managesFields: true,
    uid: binding.metadata?.uid,
    apply(stored) {
      const pod = deepClone(stored);
      const { spec, status = {} } = pod as unknown as PodFields;
      if (pod.metadata.deletionTimestamp !== undefined)
        throw conflict(podResource, name, `pod ${name} is being deleted, cannot be assigned to a host`);
      if (spec.nodeName) throw conflict(podResource, name, `pod ${name} is already assigned to node ${JSON.stringify(spec.nodeName)}`);
      if (spec.schedulingGates?.length) throw conflict(podResource, name, `pod ${name} has non-empty .spec.schedulingGates`);
      spec.nodeName = nodeName;
      const { annotations, labels, resourceVersion } = binding.metadata ?? {};
      if (annotations) pod.metadata.annotations = { ...pod.metadata.annotations, ...annotations };
      // PodTopologyLabelsAdmission: what admission or the scheduler put on the Binding.
      if (labels) pod.metadata.labels = { ...pod.metadata.labels, ...labels };
      if (resourceVersion) pod.metadata.resourceVersion = resourceVersion;
      const others = (status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
      status.conditions = [
        ...others,
        { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: formatTime(registry.now()) },
      ];
      pod['status'] = status;
      return pod;
    },
  });
  return statusResponse(resource, 201, success);
};

/** POST to pods/NAME/binding, or to the older bindings collection, where the object says the name. */
export const bindingEndpoint = async (registry: Registry, resource: ResourceRequest): Promise<ApiResponse> => {
  const { write, fieldValidation } = parseWriteOptions(resource, 'CreateOptions');
  const kind = bindingKind(registry) ?? resource.definition;
  const body = await decodeBody(resource.request, kind.kind, { duplicates: fieldValidation !== 'Ignore' });
  const binding = toObject(registry, kind, { body, fieldValidation, warn: write.warn }) as Binding;
  const name = resource.info.name || (binding.metadata?.name ?? '');
  if (binding.metadata?.name && binding.metadata.name !== name) {
    throw badRequest('name in URL does not match name in Binding object');
  }
  if (name === '') throw badRequest('Name parameter required.');
  const definition = registry.catalog.find({ group: '', version: 'v1', resource: 'pods' }) ?? resource.definition;
  return bindPod(registry, { ...resource, definition }, { binding, name });
};
