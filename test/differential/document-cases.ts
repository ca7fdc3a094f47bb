import type { Step } from './requests.ts';
import { get } from './step.ts';

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const documents: readonly (readonly [string, string | undefined])[] = [
  ['/api', aggregated], ['/apis', aggregated], ['/api', undefined], ['/apis', undefined], ['/api/v1', undefined], ['/apis/apps', undefined], ['/apis/apps/v1', undefined], ['/apis/batch/v1', undefined], ['/version', undefined],
  ['/openapi/v2', undefined], ['/openapi/v2', 'application/json'], ['/openapi/v2', 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'], ['/openapi/v2', 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'], ['/openapi/v3', undefined], ['/openapi/v3/apis/apps/v1', undefined], ['/openapi/v3/api/v1', 'application/json'], ['/openapi/v3/apis/apps/v1', 'application/com.github.proto-openapi.spec.v3.v1.0+protobuf'], ['/openapi/v3/version', undefined], ['/openapi/v3/apis', undefined],
  ['/', undefined], ['/healthz', undefined], ['/livez?verbose', undefined], ['/healthz?verbose=true&exclude=ping', undefined], ['/readyz/ping', undefined], ['/.well-known/openid-configuration', undefined], ['/openid/v1/jwks', undefined],
]; // prettier-ignore

const withHeaders = ([path, accept]: readonly [string, string | undefined], headers: Record<string, string>, method = 'GET'): Step => ({
  ...get(path, accept),
  method,
  headers,
});

const accepts = [
  '*/*', 'application/*', 'application/json;q=0.5,application/yaml', 'text/html', 'text/*', 'text/plain', 'application/json; charset=utf-8', 'application/xml, application/json', 'application/cbor', 'application/vnd.kubernetes.protobuf', 'application/json;as=Table', 'application/json;as=Table;v=v1', 'application/json;as=Table;g=meta.k8s.io;v=v2', 'application/json;as=Foo;g=meta.k8s.io;v=v1', 'application/json;g=meta.k8s.io', 'application/json;profile=x', 'application/json;stream=watch', 'application/json;stream=foo', ';', ',', 'json', '*', 'application/json;as=APIGroupDiscoveryList;v=v2beta1;g=apidiscovery.k8s.io', `${aggregated},application/json`, 'application/yaml;as=Table;v=v1;g=meta.k8s.io', 'application/json;as=Table;v=v1;g=meta.k8s.io;includeObject=None', 'application/json;pretty=1', 'application/json;pretty=true', 'application/yaml;pretty=1',
]; // prettier-ignore
const maps = '/api/v1/namespaces/diff/configmaps';
const negotiated = [
  maps,
  `${maps}/a`,
  `${maps}/absent`,
  '/api/v1',
  '/apis',
  '/version',
  '/openapi/v2',
  '/openapi/v3',
  '/healthz',
  '/foo',
  '/apis/foo/v1/bars',
  '/metrics/x',
  '/apis/apps',
];

const tables = [
  'includeObject=None',
  'includeObject=Metadata',
  'includeObject=Object',
  'includeObject=x',
  'includeObject=',
  'limit=2',
  'labelSelector=none',
];
const asTable = 'application/json;as=Table;v=v1;g=meta.k8s.io';

const agents = ['kubectl/v1.35.0 (linux/amd64) kubernetes/x', 'Mozilla/5.0 (X11; Linux) AppleWebKit', 'curl/8', ''];

/** Documents, and in which form they are answered. */
export const documentCases: Step[] = [
  ...documents.flatMap((document) => [
    withHeaders(document, {}),
    withHeaders(document, { 'if-none-match': '"x"' }),
    withHeaders(document, { 'if-none-match': '*' }),
    withHeaders(document, { 'accept-encoding': 'gzip' }),
    withHeaders(document, { 'accept-encoding': 'deflate, gzip;q=1.0, *;q=0.5' }),
    withHeaders(document, {}, 'HEAD'),
    withHeaders(document, {}, 'OPTIONS'),
    withHeaders(document, {}, 'POST'),
    withHeaders(document, { 'audit-id': 'given' }),
    withHeaders(document, { 'if-modified-since': 'Sat, 01 Jan 2000 00:00:00 GMT' }),
  ]),
  ...negotiated.flatMap((path) => accepts.map((accept) => get(path, accept))),
  ...tables.flatMap((query) => [get(`${maps}?${query}`, asTable), get(`${maps}/a?${query}`, asTable), get(`${maps}?watch=true&timeoutSeconds=1&${query}`, asTable)]),
  ...agents.flatMap((agent) => [maps, '/api/v1', '/apis', '/version', '/apis/apps/v1', '/foo', `${maps}/absent`].map((path) => ({ ...get(path), headers: { 'user-agent': agent } }))),
  ...['gzip', 'identity', 'br', '*', 'gzip;q=0'].flatMap((encoding) => [maps, '/openapi/v2', '/apis/apps/v1', '/api/v1/foos'].map((path) => ({ ...get(path), headers: { 'accept-encoding': encoding } }))),
  ...['https://example.com', 'null'].map((origin) => ({ ...get(maps), headers: { origin } })),
]; // prettier-ignore
