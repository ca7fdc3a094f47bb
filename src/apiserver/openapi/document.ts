import type { JsonSchema } from '../../apimachinery/schema/json-schema.ts';

/** The part of OpenAPI 3.0 that Kubernetes publishes. */
export interface OpenApiDocument {
  readonly openapi: '3.0.0';
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>>; readonly securitySchemes?: object };
}

export type PathItem = { readonly [method in Method]?: Operation } & { readonly parameters?: readonly Parameter[] };
export type Method = 'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch';
export const methods: readonly Method[] = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly description?: string;
  readonly required?: true;
  readonly schema: { readonly type: string; readonly uniqueItems: true };
}

/** Of a body: a schema by its name, or a plain type. */
export type ContentSchema = { readonly $ref: string } | { readonly type: string };
type Content = Readonly<Record<string, { readonly schema: ContentSchema }>>;

export interface Operation {
  readonly tags: readonly string[];
  readonly description: string;
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content; readonly required?: true };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
  readonly 'x-kubernetes-action'?: string;
  readonly 'x-kubernetes-group-version-kind'?: { readonly group: string; readonly version: string; readonly kind: string };
}

export const schemaRefPrefix = '#/components/schemas/';

/** Text under every media type. */
export const textContent = (mediaTypes: readonly string[]): Content =>
  Object.fromEntries(mediaTypes.map((type) => [type, { schema: { type: 'string' } }]));

/** The same schema under every media type. */
export const content = (mediaTypes: readonly string[], name: string): Content =>
  Object.fromEntries(mediaTypes.map((type) => [type, { schema: { $ref: schemaRefPrefix + name } }]));
