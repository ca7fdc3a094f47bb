import { badRequest, unsupportedMediaType } from '../../apimachinery/errors/api-errors.ts';
import { deepClone } from '../../apimachinery/clone/deep-clone.ts';
import type { JsonObject, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { decodePatch, patchTypes } from '../../apimachinery/patch/patch-request.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { parseMediaType } from '../http/media-type.ts';
import type { Registry } from '../registry/registry.ts';
import { updateObject } from '../registry/update.ts';
import { applyEndpoint } from './apply.ts';
import { shapeObject } from './decode-object.ts';
import { apiVersionOf, objectResponse } from './output.ts';
import type { ResourceRequest } from './resource-request.ts';
import { parseWriteOptions } from './write-options.ts';

const accepted = [...Object.keys(patchTypes), 'application/apply-patch+yaml'];

/** A patch may not turn an object into another. */
const checkIdentity = (resource: ResourceRequest, object: UnstructuredObject, current: UnstructuredObject): void => {
  const { definition } = resource;
  if (object.kind !== definition.kind || object.apiVersion !== apiVersionOf(definition)) {
    throw badRequest(
      `${object.kind} in version ${goQuote(String(object.apiVersion))} cannot be handled as a ${definition.kind}: the kinds differ`,
    );
  }
  if (object.metadata?.name !== current.metadata.name) {
    throw badRequest(`the name of the object (${object.metadata?.name}) does not match the name on the URL (${current.metadata.name})`);
  }
};

/** PATCH of an object or its status: JSON, merge or strategic merge patch. A lost race is tried again on what is there then. */
const patchStored = async (registry: Registry, resource: ResourceRequest, type: string): Promise<ApiResponse> => {
  const { definition, request } = resource;
  const patchType = patchTypes[type];
  const allowed = patchType !== undefined && !(patchType === 'strategic' && definition.custom);
  if (!allowed) throw unsupportedMediaType(definition.custom ? accepted.filter((each) => patchTypes[each] !== 'strategic') : accepted);
  const { write, fieldValidation } = parseWriteOptions(resource, 'PatchOptions');
  const schema = definition.schema();
  const patch = decodePatch(await request.body(), { type: patchType, schema, duplicates: fieldValidation !== 'Ignore' });
  const strictErrors = patch.duplicateFields.map((field) => `duplicate field ${goQuote(field)}`);
  const updated = await updateObject(registry, write, {
    unconditional: true,
    apply(current) {
      const value = patch.apply(current as unknown as JsonObject) as unknown as UnstructuredObject;
      checkIdentity(resource, value, current);
      return shapeObject(registry, definition, {
        value: deepClone(value),
        strictErrors,
        fieldValidation,
        warn: write.warn,
        refuse: badRequest,
      });
    },
  });
  const value = write.dryRun || updated.deleted ? undefined : updated.value;
  return objectResponse(resource, 200, { value, object: updated.object, now: registry.now() });
};

const applyType = 'application/apply-patch+yaml';

/** PATCH by Content-Type. @throws StatusError UnsupportedMediaType */
export const patchEndpoint = (registry: Registry, resource: ResourceRequest): Promise<ApiResponse> => {
  const { type } = parseMediaType(resource.request.headers['content-type'] ?? '');
  return type === applyType ? applyEndpoint(registry, resource) : patchStored(registry, resource, type);
};
