import type { KindDefinition } from '../../api/kind-definition.ts';
import { deepClone } from '../../apimachinery/clone/deep-clone.ts';
import { applyPatch } from '../../apimachinery/apply/apply-patch.ts';
import { badRequest, conflict } from '../../apimachinery/errors/api-errors.ts';
import { isStatusError, StatusError } from '../../apimachinery/errors/status-error.ts';
import { parseGroupVersion } from '../../apimachinery/meta/group-version.ts';
import type { JsonObject, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { decodeYamlBody } from '../http/decode-yaml-body.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { createObject } from '../registry/create.ts';
import { asJson, asObject, fieldWriter } from '../registry/managed-fields.ts';
import { requireVersion } from '../registry/object-version.ts';
import { resourceOf, type Registry } from '../registry/registry.ts';
import { requireStored, updateObject } from '../registry/update.ts';
import { inConversionWords } from './conversion-words.ts';
import { type FieldValidation, shapeObject } from './decode-object.ts';
import { apiVersionOf, objectResponse } from './output.ts';
import type { ResourceRequest } from './resource-request.ts';
import { nameMissing } from './update.ts';
import { asCreation, parseWriteOptions } from './write-options.ts';

export interface AppliedConfiguration {
  readonly patch: JsonObject;
  /** `line 6: key "a" already set in map`, in document order. */
  readonly duplicateKeys: readonly string[];
}

/** Keys that are said twice are refused, warned of, or nothing to us. @throws StatusError BadRequest */
const objectToDuplicates = (keys: readonly string[], validation: FieldValidation, warn: (text: string) => void): void => {
  if (keys.length === 0 || validation === 'Ignore') return;
  if (validation === 'Strict') {
    const lines = keys.map((key) => `\n  ${key}`).join('');
    throw badRequest(`error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:${lines}`);
  }
  for (const key of keys) warn(key);
};

const notAnObject = (value: unknown): Error => {
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const why = `json: cannot unmarshal ${found} into Go value of type map[string]interface {}`;
  return badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: ${why}`);
};

/** Decodes the YAML (or JSON) of a server-side apply. @throws StatusError BadRequest */
export const readConfiguration = async ({ request }: ResourceRequest): Promise<AppliedConfiguration> => {
  const bytes = await request.body();
  try {
    const { value: decoded, duplicateKeys } = await decodeYamlBody(bytes);
    const value = decoded ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) throw notAnObject(value);
    return { patch: value, duplicateKeys };
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw badRequest(`error decoding YAML: error converting YAML to JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/** The applied configuration as messages show it: `(default/c; /v1, Kind=ConfigMap)` holds its kind. */
const unconvertible =
  (patch: JsonObject) =>
  (message: string): Error => {
    const { group, version } = parseGroupVersion(String(patch['apiVersion']));
    const kind = `${group}/${version}, Kind=${String(patch['kind'])}`;
    const { namespace = '', name = '' } = (patch['metadata'] ?? {}) as { namespace?: string; name?: string };
    const why = `unable to convert unstructured object to ${kind}: ${inConversionWords(message)}`;
    return badRequest(`failed to convert new object (${namespace}/${name}; ${kind}) to proper version: ${why}`);
  };

/** @throws StatusError BadRequest when what is applied is of another kind */
export const requireKind = (patch: JsonObject, definition: KindDefinition): void => {
  if (patch['kind'] === definition.kind && patch['apiVersion'] === apiVersionOf(definition)) return;
  const { group, version } = parseGroupVersion(String(patch['apiVersion'] ?? ''));
  throw badRequest(`invalid object type: ${group}/${version}, Kind=${String(patch['kind'] ?? '')}`);
};

/** PATCH by server-side apply (KEP-555): creates what is not there. */
export const applyEndpoint = async (registry: Registry, resource: ResourceRequest): Promise<ApiResponse> => {
  const { definition, info } = resource;
  const { write, fieldValidation, force } = parseWriteOptions(resource, 'PatchOptions', { apply: true });
  if (write.subresource !== '') await requireStored(registry, write);
  const { patch, duplicateKeys } = await readConfiguration(resource);
  requireKind(patch, definition);
  const name = (patch['metadata'] as { name?: string } | undefined)?.name;
  if (name === '') throw nameMissing(info.name);
  if (name !== undefined && name !== info.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${info.name})`);
  }
  const merge = (live: UnstructuredObject | undefined): UnstructuredObject => {
    const { object } = applyPatch({ ...fieldWriter(registry, write), live: live && asJson(live), patch, force });
    objectToDuplicates(duplicateKeys, fieldValidation, write.warn);
    return shapeObject(registry, definition, {
      value: asObject(deepClone(object)),
      strictErrors: [],
      fieldValidation,
      warn: write.warn,
      refuse: badRequest,
      refuseType: unconvertible(patch),
      applied: true,
    });
  };
  try {
    const updated = await updateObject(registry, write, { apply: merge, managesFields: true, unconditional: true });
    const value = write.dryRun || updated.deleted ? undefined : updated.value;
    return objectResponse(resource, 200, { value, object: updated.object, now: registry.now() });
  } catch (error) {
    const absent = isStatusError(error, 'NotFound') && error.details?.kind === definition.plural && error.details?.name === info.name;
    if (!absent || write.subresource !== '') throw error;
  }
  const object = merge(undefined);
  requireVersion(object.metadata.resourceVersion);
  // There is nothing whose version could be another.
  delete object.metadata.resourceVersion;
  const { uid } = object.metadata;
  if (uid) {
    throw conflict(
      resourceOf(definition),
      info.name,
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    );
  }
  try {
    const created = await createObject(registry, asCreation(write), object, { managesFields: true });
    return objectResponse(resource, 201, { value: write.dryRun ? undefined : created.value, object: created.object, now: registry.now() });
  } catch (error) {
    // Somebody else created it meanwhile: merge with theirs.
    if (isStatusError(error, 'AlreadyExists')) return applyEndpoint(registry, resource);
    throw error;
  }
};
