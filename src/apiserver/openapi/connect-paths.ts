import { connectOptions, type ConnectFieldType } from '../../api/core/connect-options.ts';
import type { KindDefinition, SubresourceDefinition } from '../../api/kind-definition.ts';
import { textContent } from './document.ts';
import type { Method, Operation, Parameter, PathItem } from './document.ts';
import { operationId, operationTag } from './operation-names.ts';
import { nameParameter, namespaceParameter } from './parameters.ts';

const query = (types: Readonly<Record<string, string>>): readonly Parameter[] =>
  Object.entries(types).map(([name, type]) => ({ name, in: 'query', schema: { type, uniqueItems: true } }));

const types: Readonly<Record<ConnectFieldType, string>> = { boolean: 'boolean', string: 'string', strings: 'string', ports: 'integer' };

/** What each of core/v1's connect options takes in its query. */
const options: Readonly<Record<string, readonly Parameter[]>> = Object.fromEntries(
  Object.entries(connectOptions).map(([kind, fields]) => [
    kind,
    query(Object.fromEntries(fields.map(({ name, type }) => [name, types[type]]))),
  ]),
);

/** What pods/log takes in its query (core/v1 PodLogOptions). */
export const logParameters = query({
  container: 'string',
  follow: 'boolean',
  insecureSkipTLSVerifyBackend: 'boolean',
  limitBytes: 'integer',
  previous: 'boolean',
  sinceSeconds: 'integer',
  stream: 'string',
  tailLines: 'integer',
  timestamps: 'boolean',
});

const pathParameter: Parameter = {
  name: 'path',
  in: 'path',
  description: 'path to the resource',
  required: true,
  schema: { type: 'string', uniqueItems: true },
};

const streaming: readonly Method[] = ['get', 'post'];
const proxying: readonly Method[] = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The paths of a subresource that connects to a pod, a node or a service. */
export const connectPaths = (
  definition: KindDefinition,
  subresource: SubresourceDefinition,
  path: string,
): readonly [string, PathItem][] => {
  const { group, version, kind, namespaced } = definition;
  const taken = subresource.kind ?? { group, version, kind };
  const item = (suffix: string, more: readonly Parameter[]): PathItem => {
    const operation = (method: Method): Operation => ({
      tags: [operationTag(group, version)],
      description: `connect ${method.toUpperCase()} requests to ${subresource.name} of ${kind}`,
      operationId: operationId({ verb: 'connect', group, version, namespaced, kind, subresource: subresource.name, suffix }).replace(
        capitalized(version),
        `${capitalized(version)}${capitalized(method)}`,
      ),
      responses: { 200: { description: 'OK', content: textContent(['*/*']) }, 401: { description: 'Unauthorized' } },
      'x-kubernetes-action': 'connect',
      'x-kubernetes-group-version-kind': taken,
    });
    const parameters = [nameParameter(taken.kind), ...(namespaced ? [namespaceParameter] : []), ...more, ...(options[taken.kind] ?? [])];
    const used = subresource.name === 'proxy' ? proxying : streaming;
    return {
      ...Object.fromEntries(used.map((method) => [method, operation(method)])),
      parameters: parameters.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    };
  };
  const own: [string, PathItem] = [path, item('', [])];
  return subresource.name === 'proxy' ? [own, [`${path}/{path}`, item('WithPath', [pathParameter])]] : [own];
};
