/** What a path and method ask for (kube-apiserver's RequestInfo). */
export interface RequestInfo {
  readonly isResource: boolean;
  /** get, list, watch, create, update, patch, delete, deletecollection; for plain paths the method in lower case. */
  readonly verb: string;
  readonly path: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly resource: string;
  readonly name: string;
  readonly subresource: string;
  /** What follows the subresource: a proxied path, without its leading slash. */
  readonly rest: string;
}

const verbs: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

const namespaceSubresources = new Set(['status', 'finalize']);
const whole: Pick<RequestInfo, 'namespace' | 'resource' | 'name' | 'subresource' | 'rest'> = {
  namespace: '',
  resource: '',
  name: '',
  subresource: '',
  rest: '',
};

const isTrue = (value: string | null): boolean => value !== null && value !== '0' && value.toLowerCase() !== 'false';

/** Takes a path apart, which is no longer percent-encoded. `/api/VERSION/…` and `/apis/GROUP/VERSION/…` with a resource are resource requests, all else is plain. */
export const parseRequestInfo = (method: string, path: string, query: URLSearchParams): RequestInfo => {
  const plain = (): RequestInfo => ({ isResource: false, verb: method.toLowerCase(), path, group: '', version: '', ...whole });
  const segments = path.split('/').slice(1);
  while (segments.at(-1) === '') segments.pop();
  const [root] = segments;
  if (root !== 'api' && root !== 'apis') return plain();
  const head = root === 'api' ? 2 : 3;
  if (segments.length <= head) return plain();
  const group = root === 'api' ? '' : (segments[1] ?? '');
  const version = segments[head - 1] ?? '';
  let parts = segments.slice(head);
  let verb = (Object.hasOwn(verbs, method) ? verbs[method] : undefined) ?? method.toLowerCase();
  const legacyWatch = parts[0] === 'watch' && parts.length > 1;
  if (legacyWatch) parts = parts.slice(1);

  let namespace = '';
  if (parts[0] === 'namespaces' && parts.length > 1) {
    namespace = parts[1] ?? '';
    if (parts.length > 2 && !namespaceSubresources.has(parts[2] ?? '')) parts = parts.slice(2);
  }
  const [resource = '', name = '', subresource = ''] = parts;
  if (legacyWatch || (verb === 'get' && query.has('watch') && isTrue(query.get('watch')) && name === '')) verb = 'watch';
  else if (name === '' && verb === 'get') verb = 'list';
  else if (name === '' && verb === 'delete') verb = 'deletecollection';
  return {
    isResource: true,
    verb,
    path,
    group,
    version,
    namespace: resource === 'namespaces' && name !== '' && namespace === name ? name : namespace,
    resource,
    name,
    subresource,
    rest: parts.slice(3).join('/'),
  };
};
