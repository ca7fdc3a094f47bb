import { connectOptions, type ConnectField } from '../../api/core/connect-options.ts';
import type { SubresourceDefinition } from '../../api/kind-definition.ts';
import { badRequest } from '../../apimachinery/errors/api-errors.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import type { AdmissionAttributes } from '../admission/contract.ts';
import { admit, validateAdmission } from '../registry/admission-chain.ts';
import type { Registry } from '../registry/registry.ts';
import type { ResourceRequest } from './resource-request.ts';

const maxPort = 65_535;

/** @throws StatusError BadRequest in the words of Go's conversion */
const portOf = (text: string): number => {
  const port = /^[0-9]+$/.test(text) ? Number(text) : undefined;
  if (port !== undefined && port <= maxPort) return port;
  const problem = port === undefined ? 'invalid syntax' : 'value out of range';
  throw badRequest(`cannot convert to []int32: strconv.ParseUint: parsing ${goQuote(text)}: ${problem}`);
};

/** A field as the query says it; undefined for what is not written. As in the original, a flag is set by anything but 0 and false. */
const fieldValue = ({ type, always }: ConnectField, given: readonly string[]): unknown => {
  const [first] = given;
  if (type === 'strings') return given.length > 0 ? [...given] : always ? null : undefined;
  if (type === 'ports') return given.length > 0 ? given.flatMap((each) => each.split(',').map(portOf)) : undefined;
  if (type === 'boolean') return first !== undefined && first !== '0' && first.toLowerCase() !== 'false' ? true : undefined;
  return first || undefined;
};

/** The path that is asked for through a proxy, '' when the request names the proxy itself. */
const proxiedPath = ({ info, path }: Pick<ResourceRequest, 'info' | 'path'>): string => {
  const base = `/${info.resource}/${info.name}/proxy`;
  return path.slice(path.indexOf(base) + base.length);
};

/** What a request for a connection says, as an object of the subresource's kind. @throws StatusError BadRequest */
export const connectionOptions = (request: Pick<ResourceRequest, 'info' | 'path' | 'query'>, kind: string): Record<string, unknown> => {
  const options: Record<string, unknown> = { kind, apiVersion: 'v1' };
  for (const field of connectOptions[kind] ?? []) {
    const given = request.info.subresource === 'proxy' ? [proxiedPath(request)] : request.query.getAll(field.name);
    const value = fieldValue(field, given);
    if (value !== undefined) options[field.name] = value;
  }
  return options;
};

/**
 * Runs admission for exec, attach, port-forward and proxies, before anything is looked up (operation CONNECT). @throws StatusError when a
 * plugin refuses
 */
export const admitConnection = async (
  registry: Registry,
  { user, info, path, query, definition, warnings, annotate }: ResourceRequest,
  { kind }: SubresourceDefinition,
): Promise<void> => {
  if (query.has('dryRun')) throw badRequest('dryRun is not supported');
  const attributes: AdmissionAttributes = {
    operation: 'CONNECT',
    definition,
    subresource: info.subresource,
    namespace: info.namespace,
    name: info.name,
    user,
    dryRun: false,
    options: {},
    // A connection has no metadata: it is of no object.
    object: connectionOptions({ info, path, query }, kind?.kind ?? '') as unknown as UnstructuredObject,
    oldObject: undefined,
    warn: (text) => warnings.add(text),
    annotate,
  };
  await admit(registry, attributes);
  await validateAdmission(registry, attributes);
};
