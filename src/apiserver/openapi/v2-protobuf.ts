import { encodeJson } from '../../apimachinery/json/exact-json.ts';
import type { JsonSchema } from '../../apimachinery/schema/json-schema.ts';
import { boolean, double, integer, message, string, strings } from './protobuf-writer.ts';
import type { ProtobufField } from './protobuf-writer.ts';
import type { SwaggerDocument, SwaggerOperation, SwaggerParameter, SwaggerPathItem } from './v2-document.ts';

/** openapi.v2.Any: a value as YAML, of which JSON is a part. */
const any = (number: number, value: unknown): ProtobufField => message(number, [string(2, `${encodeJson(value)}\n`)]);

const extensions = (number: number, value: object): ProtobufField[] =>
  Object.entries(value).flatMap(([name, content]) => (name.startsWith('x-') ? [message(number, [string(1, name), any(2, content)])] : []));

/** openapi.v2.Schema. */
const schemaFields = (schema: JsonSchema): ProtobufField[] => [
  string(1, schema.$ref),
  string(2, schema.format),
  string(3, schema.title),
  string(4, schema.description),
  ...(schema.default === undefined ? [] : [any(5, schema.default)]),
  double(6, schema.multipleOf),
  double(7, schema.maximum),
  boolean(8, schema.exclusiveMaximum),
  double(9, schema.minimum),
  boolean(10, schema.exclusiveMinimum),
  integer(11, schema.maxLength),
  integer(12, schema.minLength),
  string(13, schema.pattern),
  integer(14, schema.maxItems),
  integer(15, schema.minItems),
  boolean(16, schema.uniqueItems),
  integer(17, schema.maxProperties),
  integer(18, schema.minProperties),
  strings(19, schema.required),
  ...(schema.enum ?? []).map((value) => any(20, value)),
  ...(schema.additionalProperties === undefined
    ? []
    : [
        typeof schema.additionalProperties === 'object'
          ? message(21, [message(1, schemaFields(schema.additionalProperties))])
          : message(21, [boolean(2, schema.additionalProperties)]),
      ]),
  ...(schema.type === undefined ? [] : [message(22, [string(1, schema.type)])]),
  ...(schema.items ? [message(23, [message(1, schemaFields(schema.items))])] : []),
  ...(schema.properties ? [message(25, namedSchemas(schema.properties))] : []),
  ...extensions(31, schema),
];

const namedSchemas = (schemas: Readonly<Record<string, JsonSchema>>): ProtobufField[] =>
  Object.entries(schemas).map(([name, schema]) => message(1, [string(1, name), message(2, schemaFields(schema))]));

/** openapi.v2.Parameter: a body, or one of the others, whose fields sit elsewhere in a path's than in a query's message. */
const parameterFields = (parameter: SwaggerParameter): ProtobufField[] => {
  const { name, description, required, type, uniqueItems, schema } = parameter;
  if (parameter.in === 'body')
    return [
      message(1, [
        string(1, description),
        string(2, name),
        string(3, 'body'),
        boolean(4, required),
        message(5, schemaFields(schema ?? {})),
      ]),
    ];
  const [inPath, shift] = [parameter.in === 'path', parameter.in === 'path' ? 0 : 1];
  return [
    message(2, [
      message(inPath ? 4 : 3, [
        boolean(1, required),
        string(2, parameter.in),
        string(3, description),
        string(4, name),
        string(5 + shift, type),
        boolean(19 + shift, uniqueItems),
      ]),
    ]),
  ];
};

const parameterItem = (number: number, parameter: SwaggerParameter | { readonly $ref: string }): ProtobufField =>
  '$ref' in parameter
    ? message(number, [message(2, [string(1, parameter.$ref)])])
    : message(number, [message(1, parameterFields(parameter))]);

const operationFields = (operation: SwaggerOperation): ProtobufField[] => [
  strings(1, operation.tags),
  string(3, operation.description),
  string(5, operation.operationId),
  strings(6, operation.produces),
  strings(7, operation.consumes),
  ...(operation.parameters ?? []).map((parameter) => parameterItem(8, parameter)),
  message(
    9,
    Object.entries(operation.responses).map(([code, { description, schema }]) => {
      const answer = schema ? [message(2, [message(1, schemaFields(schema))])] : [];
      return message(1, [string(1, code), message(2, [message(1, [string(1, description), ...answer])])]);
    }),
  ),
  strings(10, operation.schemes),
  ...extensions(13, operation),
];

const methodNumbers = { get: 2, put: 3, post: 4, delete: 5, options: 6, head: 7, patch: 8 } as const;

const pathItemFields = (item: SwaggerPathItem): ProtobufField[] => [
  ...(['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const).flatMap((method) => {
    const operation = item[method];
    return operation ? [message(methodNumbers[method], operationFields(operation))] : [];
  }),
  ...(item.parameters ?? []).map((parameter) => parameterItem(9, parameter)),
];

/** An OpenAPI v2 document as the openapi.v2.Document message of gnostic, which kubectl and client-go ask for. */
export const encodeSwagger = (document: SwaggerDocument): Buffer =>
  Buffer.concat([
    string(1, document.swagger),
    message(2, [string(1, document.info.title), string(2, document.info.version)]),
    message(
      8,
      Object.entries(document.paths).map(([path, item]) => message(2, [string(1, path), message(2, pathItemFields(item))])),
    ),
    message(9, namedSchemas(document.definitions)),
    message(
      10,
      Object.entries(document.parameters).map(([name, parameter]) => message(1, [string(1, name), message(2, parameterFields(parameter))])),
    ),
  ]);
