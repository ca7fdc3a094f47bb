import { badRequest, invalidObject, notFound, unsupportedMediaType } from '../../apimachinery/errors/api-errors.ts';
import type { JsonObject, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { decodePatch, patchTypes } from '../../apimachinery/patch/patch-request.ts';
import { schemaSource } from '../../api/definitions.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';
import { decodeBody } from '../http/decode-body.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { parseMediaType } from '../http/media-type.ts';
import { objectKey } from '../registry/keys.ts';
import { resourceOf, type Registry } from '../registry/registry.ts';
import { scaleOf, setReplicas, type Scale } from '../registry/scale-view.ts';
import { readObject } from '../registry/stored-object.ts';
import { updateObject } from '../registry/update.ts';
import { objectResponse } from './output.ts';
import type { ResourceRequest } from './resource-request.ts';
import { parseWriteOptions } from './write-options.ts';

const checkScale = (scale: Scale, name: string): number => {
  const replicas = scale.spec?.replicas ?? 0;
  const errors: FieldError[] = [];
  if (scale.metadata?.name !== name) {
    throw badRequest(`the name of the object (${scale.metadata?.name ?? ''}) does not match the name on the URL (${name})`);
  }
  if (!Number.isInteger(replicas))
    throw badRequest(
      'Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal into Go struct field ScaleSpec.spec.replicas of type int32',
    );
  if (replicas < 0) errors.push(invalid('spec.replicas', replicas, 'must be greater than or equal to 0'));
  if (errors.length > 0) throw invalidObject({ group: 'autoscaling', kind: 'Scale' }, name, errors);
  return replicas;
};

/** How the wanted Scale comes about: the body of a PUT, or a patch of the present one. */
const readChange = async ({ request, info }: ResourceRequest): Promise<(current: Scale) => Scale> => {
  if (info.verb === 'update') {
    const { value } = await decodeBody(request, 'Scale', { duplicates: false });
    return () => value as unknown as Scale;
  }
  const { type } = parseMediaType(request.headers['content-type'] ?? '');
  const patchType = patchTypes[type];
  if (!patchType) throw unsupportedMediaType(Object.keys(patchTypes));
  const schema = schemaSource('io.k8s.api.autoscaling.v1.Scale');
  const patch = decodePatch(await request.body(), { type: patchType, schema });
  return (current) => patch.apply(current as unknown as JsonObject) as unknown as Scale;
};

/** GET, PUT and PATCH of a scale subresource: autoscaling/v1 Scale of anything with replicas. */
export const scaleEndpoint = async (registry: Registry, resource: ResourceRequest): Promise<ApiResponse> => {
  const { definition, info } = resource;
  const respond = (object: UnstructuredObject): ApiResponse =>
    objectResponse(resource, 200, { object: scaleOf(definition, object), now: registry.now() });
  if (info.verb === 'get') {
    const found = await registry.store.get(objectKey(definition, info.namespace, info.name));
    if (!found) throw notFound(resourceOf(definition), info.name);
    return respond(readObject(definition, found.value));
  }
  const { write } = parseWriteOptions(resource, info.verb === 'update' ? 'UpdateOptions' : 'PatchOptions');
  const change = await readChange(resource);
  const updated = await updateObject(registry, write, {
    unconditional: true,
    apply(current) {
      const scale = change(scaleOf(definition, current));
      setReplicas(definition, current, checkScale(scale, info.name));
      const { uid, resourceVersion } = scale.metadata;
      if (uid) current.metadata.uid = uid;
      if (resourceVersion) current.metadata.resourceVersion = resourceVersion;
      return current;
    },
  });
  return respond(updated.object);
};
