import type { KindDefinition } from '../../api/kind-definition.ts';
import { formatGroupVersion } from '../../apimachinery/meta/group-version.ts';
import { collectComponents } from './components.ts';
import { schemaResolver } from './custom-schema.ts';
import { content, textContent } from './document.ts';
import type { OpenApiDocument, PathItem } from './document.ts';
import { operationTag } from './operation-names.ts';
import { kindPaths } from './paths.ts';
import { remembered } from './remembered.ts';
import { metaSchema } from './schema-names.ts';

const info = { title: 'Kubernetes', version: '1.35' };
const mediaTypes = ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml'];
const securitySchemes = {
  BearerToken: { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' },
};

/** `/api/v1` or `/apis/GROUP/VERSION`. */
export const groupVersionRoot = (group: string, version: string): string =>
  `${group === '' ? '/api' : '/apis'}/${formatGroupVersion(group, version)}`;

/** A path that answers a discovery document. */
export const discoveryPath = (options: {
  tag: string;
  operationId: string;
  description: string;
  /** Of meta/v1, or the whole name. */
  schema: string;
  types?: readonly string[];
}): PathItem => ({
  get: {
    tags: [options.tag],
    description: options.description,
    operationId: options.operationId,
    responses: {
      200: {
        description: 'OK',
        content: content(options.types ?? mediaTypes, options.schema.includes('.') ? options.schema : metaSchema(options.schema)),
      },
      401: { description: 'Unauthorized' },
    },
  },
});

const resourcesPath = (group: string, version: string): PathItem =>
  discoveryPath({
    tag: operationTag(group, version),
    operationId: `get${operationTag(group, version)
      .replace(/^./, (first) => first.toUpperCase())
      .replace(/_v/, 'V')}APIResources`,
    description: 'get available resources',
    schema: 'APIResourceList',
  });

const pathsOfKind = remembered((definition: KindDefinition) =>
  kindPaths(definition, groupVersionRoot(definition.group, definition.version)),
);

/** The paths of one group version, sorted. */
export const groupVersionPaths = (definitions: readonly KindDefinition[]): Record<string, PathItem> => {
  const [first] = definitions;
  if (!first) return {};
  const root = groupVersionRoot(first.group, first.version);
  const paths: [string, PathItem][] = definitions.flatMap(pathsOfKind);
  if (!first.custom) paths.push([`${root}/`, resourcesPath(first.group, first.version)]);
  return Object.fromEntries(paths.toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

/** A path that answers text or another server's JSON. */
export const textPath = (options: { tag: string; operationId: string; description: string; type: string }): PathItem => ({
  get: {
    tags: [options.tag],
    description: options.description,
    operationId: options.operationId,
    responses: { 200: { description: 'OK', content: textContent([options.type]) }, 401: { description: 'Unauthorized' } },
  },
});

/** As kube-apiserver calls the documents of custom resources. */
const customInfo = { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' };

/** The document of a group version of custom resources. */
export const customDocument = (paths: Record<string, PathItem>, definitions: readonly KindDefinition[]): OpenApiDocument => ({
  openapi: '3.0.0',
  info: customInfo,
  paths,
  components: { schemas: collectComponents(paths, schemaResolver(definitions)) },
});

/** An OpenAPI v3 document of paths with every schema they need. */
export const openApiDocument = (paths: Record<string, PathItem>, definitions: readonly KindDefinition[]): OpenApiDocument => ({
  openapi: '3.0.0',
  info,
  paths,
  components: { schemas: collectComponents(paths, schemaResolver(definitions)), securitySchemes },
});
