import { badRequest, notFound } from '../../apimachinery/errors/api-errors.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { objectKey } from '../registry/keys.ts';
import { storeOf, resourceOf, type Registry } from '../registry/registry.ts';
import { parseBoolean } from './list-options.ts';
import { objectResponse } from './output.ts';
import type { ResourceRequest } from './resource-request.ts';
import { requireRevision } from './resource-version.ts';

/** GET of one object (or its status). */
export const getEndpoint = async (registry: Registry, resource: ResourceRequest): Promise<ApiResponse> => {
  const { definition, info, query } = resource;
  if (parseBoolean(query.get('export')) ?? false) throw badRequest('the export parameter, deprecated since v1.14, is no longer supported');
  const wanted = query.get('resourceVersion');
  if (wanted) await requireRevision(registry.store, wanted, 'object');
  const found = await storeOf(registry, definition).get(objectKey(definition, info.namespace, info.name));
  if (!found) throw notFound(resourceOf(definition), info.name);
  return objectResponse(resource, 200, { value: found.value, now: registry.now() });
};
