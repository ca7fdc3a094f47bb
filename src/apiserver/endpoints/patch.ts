import { encodeJson } from '../../apimachinery/json/exact-json.ts';
import { invalidObject } from '../../apimachinery/errors/api-errors.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import { deepClone } from '../../apimachinery/clone/deep-clone.ts';
import type { JsonObject, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { decodePatch, patchTypes } from '../../apimachinery/patch/patch-request.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { parseMediaType } from '../http/media-type.ts';
import type { Registry } from '../registry/registry.ts';
import { updateObject } from '../registry/update.ts';
import { applyEndpoint } from './apply.ts';
import { inConversionWords } from './conversion-words.ts';
import { shapeObject } from './decode-object.ts';
import { checkName } from './update.ts';
import { apiVersionOf, objectResponse } from './output.ts';
import type { ResourceRequest } from './resource-request.ts';
import { parseWriteOptions } from './write-options.ts';

export const unsupportedPatch = (): StatusError => new StatusError('UnsupportedMediaType', '415: Unsupported Media Type', { details: {} });

/** What a patch made of the object and is none of its kind: 422 with the whole of it. */
const unfit = (value: unknown, message: string): Error =>
  invalidObject({ group: '', kind: '' }, '', [invalid('patch', encodeJson(value), message)]);

const checkKind = ({ definition }: ResourceRequest, object: UnstructuredObject): void => {
  const apiVersion = apiVersionOf(definition);
  if (object.kind === definition.kind && object.apiVersion === apiVersion) return;
  throw unfit(
    object,
    `no kind ${goQuote(String(object.kind))} of version ${goQuote(String(object.apiVersion))} fits ${definition.kind} of ${apiVersion}`,
  );
};

/** PATCH of an object or its status: JSON, merge or strategic merge patch. A lost race is tried again on what is there then. */
const patchStored = async (registry: Registry, resource: ResourceRequest, type: string): Promise<ApiResponse> => {
  const { definition, request } = resource;
  const patchType = patchTypes[type];
  const allowed = patchType !== undefined && !(patchType === 'strategic' && definition.custom);
  if (!allowed) throw unsupportedPatch();
  const { write, fieldValidation } = parseWriteOptions(resource, 'PatchOptions');
  const schema = definition.schema();
  const patch = decodePatch(await request.body(), { type: patchType, schema, duplicates: fieldValidation !== 'Ignore' });
  const strictErrors = patch.duplicateFields.map((field) => `duplicate field ${goQuote(field)}`);
  const updated = await updateObject(registry, write, {
    unconditional: true,
    apply(current) {
      const value = patch.apply(current as unknown as JsonObject) as unknown as UnstructuredObject;
      checkKind(resource, value);
      checkName(value, write.name);
      const refuse = (message: string): Error => unfit(value, patchType === 'strategic' ? inConversionWords(message) : message);
      return shapeObject(registry, definition, { value: deepClone(value), strictErrors, fieldValidation, warn: write.warn, refuse });
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
