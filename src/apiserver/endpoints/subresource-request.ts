import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { formatGroupVersion } from '../../apimachinery/meta/group-version.ts';
import { badRequest } from '../../apimachinery/errors/api-errors.ts';
import { decodeBody } from '../http/decode-body.ts';
import type { SubresourceRequest } from '../http/route.ts';
import type { KindCatalog } from '../registry/contract.ts';
import type { Registry } from '../registry/registry.ts';
import { trackUpdate } from '../registry/managed-fields.ts';
import { admitCreated } from './admit-created.ts';
import { toObject } from './decode-object.ts';
import { nestedKind } from '../registry/nested-kinds.ts';
import { computedList, objectResponse } from './output.ts';
import type { ResourceRequest } from './resource-request.ts';
import { parseWriteOptions } from './write-options.ts';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a route for a subresource or a virtual kind is handed. */
export const subresourceRequest = (registry: Registry, resource: ResourceRequest, catalog: KindCatalog): SubresourceRequest => {
  const { request, user, info, path, query, definition, warnings, annotate } = resource;
  const type = definition.subresources.find(({ name }) => name === info.subresource)?.kind ?? definition;
  const known = catalog.findKind(type.group, type.version, type.kind) ?? nestedKind(type);
  const warn = (text: string): void => warnings.add(text);

  const decode = async (): Promise<UnstructuredObject> => {
    const { fieldValidation } = parseWriteOptions(resource, 'CreateOptions');
    const body = await decodeBody(request, type.kind, { duplicates: fieldValidation !== 'Ignore' });
    if (known) return toObject(registry, known, { body, fieldValidation, warn });
    if (!isRecord(body.value)) throw badRequest(`the object provided is unrecognized (must be of type ${type.kind})`);
    const apiVersion = formatGroupVersion(type.group, type.version);
    return { metadata: {}, ...body.value, kind: type.kind, apiVersion } as unknown as UnstructuredObject;
  };

  const object: SubresourceRequest['object'] = async (complete) => {
    const created = await decode();
    if (info.verb !== 'create') return created;
    const { write } = parseWriteOptions(resource, 'CreateOptions');
    if (known) trackUpdate(registry, { ...write, definition: known }, { object: created, old: undefined });
    await admitCreated(registry, write, created, complete);
    return created;
  };

  return {
    request,
    user,
    path,
    query,
    namespace: info.namespace,
    name: info.name,
    subresource: info.subresource,
    verb: info.verb,
    object,
    respond: (status, answer) => objectResponse(resource, status, { object: answer, now: registry.now() }),
    respondList: (objects) => computedList(resource, objects, registry.now()),
    warn,
    annotate,
    dryRun: query.getAll('dryRun').includes('All'),
  };
};
