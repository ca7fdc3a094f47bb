import { encodeJson } from '../../apimachinery/json/exact-json.ts';
import type { JsonSchema } from '../../apimachinery/schema/json-schema.ts';
import { methods } from './document.ts';
import type { ContentSchema, OpenApiDocument, Operation, Parameter, PathItem } from './document.ts';
import { remembered } from './remembered.ts';
import { toV2Schema, v2Ref } from './v2-schema.ts';

/** The part of OpenAPI 2.0 (Swagger) that Kubernetes publishes. */
export interface SwaggerDocument {
  readonly swagger: '2.0';
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, SwaggerPathItem>>;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  readonly parameters: Readonly<Record<string, SwaggerParameter>>;
  readonly securityDefinitions: object;
  readonly security: readonly object[];
}

export interface SwaggerParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'body';
  readonly description?: string;
  readonly required?: true;
  readonly type?: string;
  readonly uniqueItems?: true;
  readonly schema?: ContentSchema;
}
type SwaggerParameterOrRef = SwaggerParameter | { readonly $ref: string };

export interface SwaggerOperation {
  readonly description: string;
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  readonly schemes: readonly string[];
  readonly tags: readonly string[];
  readonly operationId: string;
  readonly parameters?: readonly SwaggerParameterOrRef[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly schema?: ContentSchema }>>;
  readonly 'x-kubernetes-action'?: string;
  readonly 'x-kubernetes-group-version-kind'?: object;
}
export type SwaggerPathItem = { readonly [method in (typeof methods)[number]]?: SwaggerOperation } & {
  readonly parameters?: readonly SwaggerParameterOrRef[];
};

/** kubectl looks for these two in the operations themselves, and does not follow references. */
const inlined = new Set(['dryRun', 'fieldValidation', 'name']);

const swaggerParameter = ({ schema, ...parameter }: Parameter): SwaggerParameter => ({ ...parameter, ...schema });

const sharedName = (parameter: SwaggerParameter): string => `${parameter.name}-${parameter.in}`;

const firstSchema = (content: Readonly<Record<string, { readonly schema: ContentSchema }>>): ContentSchema | undefined => {
  const [first] = Object.values(content);
  if (!first) return undefined;
  return '$ref' in first.schema ? { $ref: v2Ref(first.schema.$ref) } : first.schema;
};

const toOperation = (operation: Operation, share: (parameter: Parameter) => SwaggerParameterOrRef): SwaggerOperation => {
  const { parameters = [], requestBody, responses, description, tags, operationId, ...extensions } = operation;
  const body = requestBody && firstSchema(requestBody.content);
  const bodyTypes = Object.keys(requestBody?.content ?? { '*/*': {} });
  const all: SwaggerParameterOrRef[] = [
    ...(body ? [{ name: 'body', in: 'body' as const, ...(requestBody.required ? { required: true as const } : {}), schema: body }] : []),
    ...parameters.map(share),
  ];
  return {
    description,
    consumes: bodyTypes,
    produces: Object.keys(responses['200']?.content ?? {}),
    schemes: ['https'],
    tags,
    operationId,
    ...(all.length > 0 ? { parameters: all } : {}),
    responses: Object.fromEntries(
      Object.entries(responses).map(([code, { description: text, content }]) => {
        const schema = content && firstSchema(content);
        return [code, { description: text, ...(schema ? { schema } : {}) }];
      }),
    ),
    ...extensions,
  };
};

interface ConvertedItem {
  readonly item: SwaggerPathItem;
  /** Parameters that the item refers to, by name. */
  readonly shared: ReadonlyMap<string, SwaggerParameter>;
}

const toPathItem = remembered((item: PathItem): ConvertedItem => {
  const shared = new Map<string, SwaggerParameter>();
  const share = (parameter: Parameter): SwaggerParameterOrRef => {
    const converted = swaggerParameter(parameter);
    if (inlined.has(parameter.name)) return converted;
    const name = sharedName(converted);
    shared.set(name, converted);
    return { $ref: `#/parameters/${name}` };
  };
  return {
    item: {
      ...Object.fromEntries(methods.flatMap((method) => (item[method] ? [[method, toOperation(item[method], share)]] : []))),
      ...(item.parameters ? { parameters: item.parameters.map(share) } : {}),
    },
    shared,
  };
});

const toDefinition = remembered(toV2Schema);

/** The same paths and schemas as one OpenAPI v2 document. Those seen before are not converted again. */
export const toSwagger = ({ info, paths, components }: OpenApiDocument): SwaggerDocument => {
  const shared = new Map<string, SwaggerParameter>();
  const swaggerPaths: Record<string, SwaggerPathItem> = {};
  for (const [path, item] of Object.entries(paths)) {
    const converted = toPathItem(item);
    swaggerPaths[path] = converted.item;
    for (const [name, parameter] of converted.shared) shared.set(name, parameter);
  }
  return {
    swagger: '2.0',
    info,
    paths: swaggerPaths,
    definitions: Object.fromEntries(Object.entries(components.schemas).map(([name, schema]) => [name, toDefinition(schema)])),
    parameters: Object.fromEntries([...shared].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    securityDefinitions: {
      BearerToken: { description: 'Bearer Token authentication', type: 'apiKey', name: 'authorization', in: 'header' },
    },
    security: [{ BearerToken: [] }],
  };
};

const textOf = remembered((part: object) => encodeJson(part));
const entriesText = (parts: Readonly<Record<string, object>>): string =>
  Object.entries(parts)
    .map(([name, part]) => `${JSON.stringify(name)}:${textOf(part)}`)
    .join(',');

/** The document's JSON; the text of paths and schemas seen before is not made again. */
export const encodeSwaggerJson = ({ paths, definitions, ...rest }: SwaggerDocument): Buffer =>
  Buffer.from(`${encodeJson(rest).slice(0, -1)},"paths":{${entriesText(paths)}},"definitions":{${entriesText(definitions)}}}`);
