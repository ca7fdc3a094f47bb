import { badRequest } from '../../apimachinery/errors/api-errors.ts';
import { isStatusError } from '../../apimachinery/errors/status-error.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { decodeBody } from '../http/decode-body.ts';
import { createObject } from '../registry/create.ts';
import { requireVersion } from '../registry/object-version.ts';
import type { Registry } from '../registry/registry.ts';
import { requireUid, updateObject } from '../registry/update.ts';
import { toObject } from './decode-object.ts';
import { objectResponse } from './output.ts';
import type { ResourceRequest } from './resource-request.ts';
import { asCreation, parseWriteOptions } from './write-options.ts';

export const nameMissing = (wanted: string): Error =>
  badRequest(`the name of the object (${wanted} based on URL) was undeterminable: name must be provided`);

/** @throws StatusError BadRequest when the object says another name than the URL */
export const checkName = (object: UnstructuredObject, wanted: string): void => {
  const name = (object.metadata as UnstructuredObject['metadata'] | undefined)?.name;
  if (!name) throw nameMissing(wanted);
  if (name !== wanted) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${wanted})`);
  }
};

/** PUT of an object or its status. */
export const updateEndpoint = async (registry: Registry, resource: ResourceRequest): Promise<ApiResponse> => {
  const { definition, request } = resource;
  const { write, fieldValidation } = parseWriteOptions(resource, 'UpdateOptions');
  const decode = async (): Promise<UnstructuredObject> => {
    const body = await decodeBody(request, definition.kind, { duplicates: fieldValidation !== 'Ignore' });
    return toObject(registry, definition, { body, fieldValidation, warn: write.warn });
  };
  let object: UnstructuredObject | undefined = await decode();
  checkName(object, write.name);
  // Each attempt changes the object that it writes: the next one needs another.
  const fresh = (): UnstructuredObject | Promise<UnstructuredObject> => {
    const unused = object ?? decode();
    object = undefined;
    return unused;
  };
  try {
    const updated = await updateObject(registry, write, { apply: fresh, unconditional: false });
    const value = write.dryRun || updated.deleted ? undefined : updated.value;
    return objectResponse(resource, 200, { value, object: updated.object, now: registry.now() });
  } catch (error) {
    const mayCreate = definition.strategy.allowCreateOnUpdate && write.subresource === '';
    if (!mayCreate || !isStatusError(error, 'NotFound') || error.details?.kind !== definition.plural) throw error;
    const absent = await fresh();
    requireUid(write, absent.metadata.uid, { metadata: { name: write.name } });
    requireVersion(absent.metadata.resourceVersion);
    // There is nothing whose version could be another.
    delete absent.metadata.resourceVersion;
    const created = await createObject(registry, asCreation(write), absent);
    return objectResponse(resource, 201, { value: write.dryRun ? undefined : created.value, object: created.object, now: registry.now() });
  }
};
