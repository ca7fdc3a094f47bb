import type { Json } from '../meta/object.ts';
import type { JsonSchema } from './json-schema.ts';

/** A structural schema that carries its TypeScript type: one source for the type, the schema and the CRD. */
export type Typed<T> = JsonSchema & { readonly '~type'?: T };

/** The TypeScript type of a typed schema. */
export type Static<S> = S extends Typed<infer T> ? T : never;

type Shape = Record<string, Typed<unknown>>;
type Flatten<T> = { [K in keyof T]: T[K] } & {};
type ObjectOf<R extends Shape, O extends Shape> = Flatten<{ [K in keyof R]: Static<R[K]> } & { [K in keyof O]?: Static<O[K]> }>;

export const string = (keywords: JsonSchema = {}): Typed<string> => ({ type: 'string', ...keywords });
export const dateTime = (): Typed<string> => ({ type: 'string', format: 'date-time' });
export const boolean = (keywords: JsonSchema = {}): Typed<boolean> => ({ type: 'boolean', ...keywords });
export const int32 = (keywords: JsonSchema = {}): Typed<number> => ({ type: 'integer', format: 'int32', ...keywords });
export const int64 = (keywords: JsonSchema = {}): Typed<number> => ({ type: 'integer', format: 'int64', ...keywords });

/** One of the given strings; `keywords` may carry a default. */
export const oneOf = <const V extends string>(values: readonly V[], keywords: JsonSchema = {}): Typed<V> => ({
  type: 'string',
  enum: [...values],
  ...keywords,
});

export const array = <T>(items: Typed<T>, keywords: JsonSchema = {}): Typed<T[]> => ({ type: 'array', items, ...keywords });

/** A list merged by these keys in server-side apply. */
export const mapList = <T>(items: Typed<T>, keys: readonly string[], keywords: JsonSchema = {}): Typed<T[]> => ({
  type: 'array',
  items,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': [...keys],
  ...keywords,
});

export const record = <T>(values: Typed<T>, keywords: JsonSchema = {}): Typed<Record<string, T>> => ({
  type: 'object',
  additionalProperties: values,
  ...keywords,
});

export const object = <R extends Shape, O extends Shape = Record<never, never>>(
  required: R,
  optional?: O,
  keywords: JsonSchema = {},
): Typed<ObjectOf<R, O>> => {
  const names = Object.keys(required);
  return { type: 'object', properties: { ...required, ...optional }, ...(names.length > 0 ? { required: names } : {}), ...keywords };
};

/** Any object; its unknown fields are kept. */
export const anyObject = (keywords: JsonSchema = {}): Typed<Record<string, unknown>> => ({
  type: 'object',
  'x-kubernetes-preserve-unknown-fields': true,
  ...keywords,
});

/** Any JSON value. */
export const anyValue = (keywords: JsonSchema = {}): Typed<Json> => ({ 'x-kubernetes-preserve-unknown-fields': true, ...keywords });

/** A resource.Quantity: an integer, or a decimal string with a suffix. */
export const quantity = (): Typed<string | number> => ({
  'x-kubernetes-int-or-string': true,
  anyOf: [{ type: 'integer' }, { type: 'string' }],
  pattern: '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$',
});

/** meta/v1 LabelSelector. */
export const labelSelector = () =>
  object(
    {},
    {
      matchLabels: record(string()),
      matchExpressions: array(
        object({ key: string(), operator: string() }, { values: array(string(), { 'x-kubernetes-list-type': 'atomic' }) }),
        {
          'x-kubernetes-list-type': 'atomic',
        },
      ),
    },
    { 'x-kubernetes-map-type': 'atomic' },
  );

/** meta/v1 Condition. */
export const condition = () =>
  object(
    {
      type: string({ maxLength: 316 }),
      status: oneOf(['True', 'False', 'Unknown']),
      reason: string({ minLength: 1, maxLength: 1024 }),
      message: string({ maxLength: 32768 }),
      lastTransitionTime: dateTime(),
    },
    { observedGeneration: int64({ minimum: 0 }) },
  );

/** meta/v1 Condition lists: one entry per type. */
export const conditions = () => mapList(condition(), ['type']);

/** The schema of a whole custom object: apiVersion, kind and metadata beside spec and status. */
export const rootSchema = (spec: JsonSchema, status?: JsonSchema, keywords: JsonSchema = {}): JsonSchema => ({
  type: 'object',
  ...keywords,
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec,
    ...(status ? { status } : {}),
  },
});
