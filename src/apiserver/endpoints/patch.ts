import { unsupportedMediaType } from '../../apimachinery/errors/api-errors.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { parseMediaType } from '../http/media-type.ts';
import type { Registry } from '../registry/registry.ts';
import type { ResourceRequest } from './resource-request.ts';

/** PATCH. */
export const patchEndpoint = async (_registry: Registry, resource: ResourceRequest): Promise<ApiResponse> => {
  parseMediaType(resource.request.headers['content-type'] ?? '');
  throw unsupportedMediaType([]);
};
