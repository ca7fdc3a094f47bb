import { encodeJson } from '../../apimachinery/json/exact-json.ts';
import { unsupportedMediaType } from '../../apimachinery/errors/api-errors.ts';
import { deepClone } from '../../apimachinery/clone/deep-clone.ts';
import type { JsonObject, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { decodePatch, patchTypes } from '../../apimachinery/patch/patch-request.ts';
import { parseGroupVersion } from '../../apimachinery/meta/group-version.ts';
import { goPrint } from '../../apimachinery/text/go-print.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { parseMediaType } from '../http/media-type.ts';
import type { Registry } from '../registry/registry.ts';
import { updateObject } from '../registry/update.ts';
import { applyEndpoint } from './apply.ts';
import { inConversionWords } from './conversion-words.ts';
import { shapeObject } from './decode-object.ts';
import { internalName } from './internal-name.ts';
import { customPatches, unfit, unsupportedPatch } from './unfit.ts';
import { checkName } from './update.ts';
import { apiVersionOf, objectResponse } from './output.ts';
import type { ResourceRequest } from './resource-request.ts';
import { parseWriteOptions } from './write-options.ts';

/** @throws StatusError Invalid when a patch made the object one of another kind */
const checkKind = ({ catalog }: Registry, { definition }: ResourceRequest, object: UnstructuredObject): void => {
  const expected = apiVersionOf(definition);
  if (object.kind === definition.kind && object.apiVersion === expected) return;
  const [kind, apiVersion] = [String(object.kind ?? ''), String(object.apiVersion ?? '')];
  const { group, version } = parseGroupVersion(apiVersion);
  const why = catalog.findKind(group, version, kind)
    ? `converting (${version}.${kind}) to (${internalName(definition)}): unknown conversion`
    : `no kind ${goQuote(kind)} is registered for version ${goQuote(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`;
  throw unfit(encodeJson(object), why);
};

/** PATCH of an object or its status: JSON, merge or strategic merge patch. A lost race is tried again on what is there then. */
const patchStored = async (registry: Registry, resource: ResourceRequest, type: string): Promise<ApiResponse> => {
  const { definition, request } = resource;
  const patchType = patchTypes[type];
  const allowed = patchType !== undefined && !(patchType === 'strategic' && definition.custom);
  if (!allowed) throw definition.custom ? unsupportedMediaType(customPatches) : unsupportedPatch();
  const { write, fieldValidation } = parseWriteOptions(resource, 'PatchOptions');
  const schema = definition.schema();
  const patch = decodePatch(await request.body(), { type: patchType, schema, duplicates: fieldValidation !== 'Ignore' });
  const { strictErrors } = patch;
  const strategic = patchType === 'strategic';
  const updated = await updateObject(registry, write, {
    unconditional: true,
    apply(current) {
      const value = patch.apply(current as unknown as JsonObject) as unknown as UnstructuredObject;
      if (strategic) Object.assign(value, { kind: definition.kind, apiVersion: apiVersionOf(definition) });
      else checkKind(registry, resource, value);
      checkName(value, write.name);
      const refuse = (message: string): Error =>
        strategic ? unfit(goPrint(patch.value), inConversionWords(message)) : unfit(encodeJson(value), message);
      return shapeObject(registry, definition, {
        value: deepClone(value),
        strictErrors,
        fieldValidation,
        warn: write.warn,
        refuse,
        strategic,
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
