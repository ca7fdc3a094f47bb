import type { ApiResponse } from '../http/exchange.ts';
import { decodeBody } from '../http/decode-body.ts';
import { createObject } from '../registry/create.ts';
import type { Registry } from '../registry/registry.ts';
import { toObject } from './decode-object.ts';
import { objectResponse } from './output.ts';
import type { ResourceRequest } from './resource-request.ts';
import { parseWriteOptions } from './write-options.ts';

/** POST to a collection. */
export const createEndpoint = async (registry: Registry, resource: ResourceRequest): Promise<ApiResponse> => {
  const { definition, request } = resource;
  const { write, fieldValidation } = parseWriteOptions(resource, 'CreateOptions');
  const body = await decodeBody(request, definition.kind, { duplicates: fieldValidation !== 'Ignore' });
  const object = toObject(registry, definition, { body, fieldValidation, warn: write.warn });
  const created = await createObject(registry, write, object);
  return objectResponse(resource, 201, { value: write.dryRun ? undefined : created.value, object: created.object, now: registry.now() });
};
