import { badRequest, methodNotAllowed, methodNotSupported, notFound, pathNotFound } from '../../apimachinery/errors/api-errors.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import { isPathSegmentName } from '../../apimachinery/validation/names.ts';
import { isConnect } from '../../api/core/connect-options.ts';
import type { KindDefinition, Verb } from '../../api/kind-definition.ts';
import type { SubresourceRoute } from '../extension.ts';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import type { Registry } from '../registry/registry.ts';
import { admitConnection } from './admit-connection.ts';
import { createEndpoint } from './create.ts';
import { deleteCollectionEndpoint, deleteEndpoint } from './delete.ts';
import { getEndpoint } from './get.ts';
import { listEndpoint, type ListContext } from './list.ts';
import { outputForm } from './output.ts';
import { patchEndpoint } from './patch.ts';
import type { ResourceRequest } from './resource-request.ts';
import { subresourceRequest } from './subresource-request.ts';
import { bindingEndpoint } from './binding.ts';
import { evictionEndpoint } from './eviction.ts';
import { scaleEndpoint } from './scale.ts';
import { subresourceRules } from '../registry/subresource-rules.ts';
import { updateEndpoint } from './update.ts';
import { watchEndpoint, type WatchContext } from './watch.ts';

export interface EndpointContext extends WatchContext, ListContext {
  readonly subresource: (resource: ResourceRequest) => SubresourceRoute | undefined;
}

type Endpoint = (registry: Registry, resource: ResourceRequest, context: EndpointContext) => Promise<ApiResponse>;

const objectEndpoints: Readonly<Record<string, Endpoint>> = {
  get: getEndpoint,
  list: listEndpoint,
  watch: watchEndpoint,
  create: createEndpoint,
  update: updateEndpoint,
  patch: patchEndpoint,
  delete: deleteEndpoint,
  deletecollection: deleteCollectionEndpoint,
};

/** For subresources that are a view of the object itself. */
const viewEndpoints: Readonly<Record<string, Endpoint>> = { get: getEndpoint, update: updateEndpoint, patch: patchEndpoint };

const ownEndpoints: Readonly<Record<string, Endpoint>> = {
  scale: scaleEndpoint,
  binding: bindingEndpoint,
  eviction: evictionEndpoint,
};

const collectionVerbs = new Set(['list', 'watch', 'create', 'deletecollection']);

const itemVerbs: readonly Verb[] = ['get', 'update', 'patch', 'delete'];
const everywhereVerbs: readonly Verb[] = ['list', 'watch'];

/** Whether any verb is served there: of an object, of a collection, or of all namespaces' collections at once. */
const hasPath = ({ definition, info }: ResourceRequest): boolean => {
  const { verbs, namespaced } = definition;
  const isEverywhere = namespaced && info.namespace === '';
  if (info.name !== '') return !isEverywhere && verbs.some((verb) => itemVerbs.includes(verb));
  return !isEverywhere || verbs.some((verb) => everywhereVerbs.includes(verb));
};

/** Kinds that are on their way out; every request for them carries the warning. */
const deprecations: Readonly<Record<string, string>> = {
  '/v1/endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  '/v1/componentstatuses': 'v1 ComponentStatus is deprecated in v1.19+',
};

/** What every request for a version that is on its way out is warned with. */
export const deprecationOf = ({ deprecationWarning, group, version, plural }: KindDefinition): string | undefined =>
  deprecationWarning ?? deprecations[`${group}/${version}/${plural}`];

/** A kind has no documents of its own beside those that GET shows. @throws StatusError MethodNotAllowed */
const checkMethod = ({ method }: ApiRequest, verb: string): void => {
  if (method === 'HEAD' || method === 'OPTIONS' || (verb === 'watch' && method !== 'GET')) throw methodNotAllowed();
};

/** @throws StatusError when a name cannot stand in a path: NotFound when it reads as more than one, else BadRequest */
const checkName = (name: string): void => {
  if (name.includes('/')) throw pathNotFound();
  if (name !== '.' && name !== '..' && !name.includes('%')) return;
  throw badRequest(`Name parameter invalid: ${goQuote(name)}: ${isPathSegmentName(name).join(';')}`);
};

const passedOn = new Set(['attach', 'exec', 'log', 'portforward', 'proxy']);

/** What comes before every answer of a kind's. @throws StatusError NotAcceptable, before anything is changed */
const begin = (resource: ResourceRequest): void => {
  // What is passed on is answered in the form of whoever answers it.
  if (!passedOn.has(resource.info.subresource)) outputForm(resource);
  const deprecation = deprecationOf(resource.definition);
  if (deprecation !== undefined) {
    resource.warnings.add(deprecation);
    resource.annotate?.('k8s.io/deprecated', 'true');
    const [, removed] = /unavailable in v(\d+\.\d+)/.exec(deprecation) ?? [];
    if (removed !== undefined) resource.annotate?.('k8s.io/removed-release', removed);
  }
};

/** All objects of a namespaced kind are listed and watched without a namespace; nothing else is where the kind is not. */
const isInScope = ({ definition, info }: ResourceRequest): boolean =>
  definition.namespaced ? info.namespace !== '' || info.verb === 'list' || info.verb === 'watch' : info.namespace === '';

/** Serves an authorized request for a known resource. @throws StatusError NotFound, MethodNotAllowed, and all the endpoints' errors */
export const dispatchResource: Endpoint = async (registry, resource, context) => {
  const { definition, info, request } = resource;
  const route = context.subresource(resource);
  if (definition.custom && !isInScope(resource)) throw pathNotFound();
  if (info.subresource !== '') {
    const declared = definition.subresources.find(({ name }) => name === info.subresource);
    if (!declared && definition.custom) throw notFound({ group: definition.group, resource: definition.plural }, info.name);
    if (!declared || (info.rest !== '' && info.subresource !== 'proxy')) throw pathNotFound();
    const isProxied = info.subresource === 'proxy' && (request.method === 'HEAD' || request.method === 'OPTIONS');
    if (!isProxied) checkMethod(request, info.verb);
    if (route && !isProxied && !declared.verbs.includes(info.verb as Verb)) throw methodNotAllowed();
    if (definition.custom && !declared.verbs.includes(info.verb as Verb))
      throw methodNotSupported({ group: definition.group, resource: definition.plural }, info.verb);
    checkName(info.name);
    begin(resource);
    if (isConnect(declared)) await admitConnection(registry, resource, declared);
    if (route) return route.handle(subresourceRequest(registry, resource, context.catalog));
    const endpoint = info.subresource in subresourceRules ? viewEndpoints[info.verb] : ownEndpoints[info.subresource];
    if (!endpoint || !declared.verbs.includes(info.verb as Verb)) throw methodNotAllowed();
    return endpoint(registry, resource, context);
  }
  if (!definition.namespaced && info.namespace !== '' && (definition.plural !== 'namespaces' || info.name !== info.namespace))
    throw pathNotFound();
  if (!hasPath(resource)) throw pathNotFound();
  checkMethod(request, info.verb);
  checkName(info.name);
  const endpoint = objectEndpoints[info.verb];
  if (!endpoint || !definition.verbs.includes(info.verb as Verb)) throw methodNotAllowed();
  if (info.name === '' ? !collectionVerbs.has(info.verb) : info.verb === 'create') throw methodNotAllowed();
  if (definition.namespaced && info.namespace === '' && info.verb !== 'list' && info.verb !== 'watch') throw methodNotAllowed();
  begin(resource);
  if (route) return route.handle(subresourceRequest(registry, resource, context.catalog));
  if (definition.group === '' && definition.plural === 'bindings') return bindingEndpoint(registry, resource);
  return endpoint(registry, resource, context);
};
