import type { KindDefinition } from '../../api/kind-definition.ts';
import { badRequest, invalidObject } from '../../apimachinery/errors/api-errors.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import { formatGroupVersion, parseGroupVersion } from '../../apimachinery/meta/group-version.ts';
import type { Json, JsonObject, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import { shapeEmbedded, shapeMetadata } from '../registry/custom-metadata.ts';
import { summarize, type DecodedBody } from '../http/decode-body.ts';
import { noTypeMeta } from '../http/type-meta.ts';
import { nestedKind } from '../registry/nested-kinds.ts';
import type { Registry } from '../registry/registry.ts';
import { arrangeByName, arrangementOf, strictMessage, unknownField, type Arrange } from './strict-problems.ts';
import { internalName } from './internal-name.ts';

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

const unrecognized = (kind: string, { bytes }: DecodedBody, why: string): Error =>
  badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summarize(bytes)})`);

/** `kind` and `apiVersion` of a built-in kind may be left out; what is there must fit the URL. */
const checkType = (
  registry: Registry,
  definition: KindDefinition,
  { object, body }: { readonly object: JsonObject; readonly body: DecodedBody },
): void => {
  const expected = formatGroupVersion(definition.group, definition.version);
  const { kind, apiVersion } = object;
  if (definition.custom && !kind)
    throw unrecognized(definition.kind, body, `Object 'Kind' is missing in '${Buffer.from(body.bytes).toString()}'`);
  if (apiVersion !== undefined && typeof apiVersion !== 'string') {
    throw unrecognized(
      definition.kind,
      body,
      "couldn't get version/kind; json parse error: json: cannot unmarshal into Go struct field .apiVersion of type string",
    );
  }
  const given = { kind: String(kind || definition.kind), ...parseGroupVersion(apiVersion || expected) };
  const refuse = (why: string): Error =>
    badRequest(`${given.kind} in version ${goQuote(given.version)} cannot be handled as a ${definition.kind}: ${why}`);
  if (definition.custom && (given.group !== definition.group || given.version !== definition.version)) {
    throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${expected})`);
  }
  if (definition.custom && given.kind !== definition.kind) {
    const name = (object['metadata'] as { name?: string } | undefined)?.name ?? '';
    throw invalidObject(given, name, [invalid('kind', given.kind, `must be ${definition.kind}`)]);
  }
  if (given.kind !== definition.kind || given.group !== definition.group || given.version !== definition.version) {
    const known = registry.catalog.findKind(given.group, given.version, given.kind) ?? nestedKind(given);
    if (!known)
      throw refuse(
        `no kind ${goQuote(given.kind)} is registered for version ${goQuote(formatGroupVersion(given.group, given.version))} in scheme "pkg/runtime/scheme.go:111"`,
      );
    if (known.kind === definition.kind && known.group === definition.group) {
      throw badRequest(
        `the API version in the data (${formatGroupVersion(given.group, given.version)}) does not match the expected API version (${expected})`,
      );
    }
    throw refuse(`converting (${given.version}.${given.kind}) to (${internalName(definition)}): unknown conversion`);
  }
  object['kind'] = definition.kind;
  object['apiVersion'] = expected;
};

/** The original's decoder keeps no more of them. */
const maxProblems = 100;

/** Custom resources are decoded whole before anybody looks for fields, and those are told as they were found. */
const arrangeFor = ({ custom }: KindDefinition, arrange: Arrange = arrangeByName): Arrange =>
  custom ? (unknownFields, strictErrors) => [...strictErrors, ...unknownFields.map(unknownField)] : arrange;

/** What is left of an object once it is known to have the shape of its kind: unknown fields dropped and reported, defaults filled in. */
export const shapeObject = (
  registry: Registry,
  definition: KindDefinition,
  options: {
    readonly value: UnstructuredObject;
    /** The value with its numbers as they were written, where some are written as no integer. */
    readonly literal?: unknown;
    readonly strictErrors: readonly string[];
    /** The order in which problems are told; default: as of a patch. */
    readonly arrange?: Arrange;
    readonly fieldValidation: FieldValidation;
    readonly warn: (text: string) => void;
    /** Words the refusal of Strict; default: as a decoding error of the kind. */
    readonly refuse?: (message: string) => Error;
    /** The same of a value that is of no such type. */
    readonly refuseType?: (message: string) => Error;
    /**
     * Server-side apply has looked at it by the schema: nobody is told of fields that it knows no more of, and null where a custom resource
     * may have none is left for validation to refuse.
     */
    readonly applied?: boolean;
    /** A strategic merge patch, whose unknown fields are told without the keys of maps. */
    readonly strategic?: boolean;
  },
): UnstructuredObject => {
  const { value, fieldValidation, warn } = options;
  const schema = registry.schemaOf(definition);
  let unknownMetadata: string[] = [];
  let unknownInside: string[] = [];
  try {
    if (definition.custom) {
      unknownMetadata = shapeMetadata(value, definition);
      unknownInside = shapeEmbedded(value, schema.root, definition);
    } else schema.checkTypes(options.literal ?? value, definition);
  } catch (error) {
    const refuse = options.refuseType ?? options.refuse;
    if (!refuse || !(error instanceof StatusError)) throw error;
    throw refuse(error.message.slice(error.message.indexOf(': ') + 2));
  }
  const pruned = [...unknownMetadata, ...schema.prune(value, { tellsMapKeys: options.strategic !== true }), ...unknownInside];
  const { strictErrors, applied = false } = options;
  const unknown = applied ? [] : pruned;
  const problems =
    unknown.length + strictErrors.length === 0
      ? strictErrors
      : arrangeFor(definition, options.arrange)(unknown, strictErrors).slice(0, maxProblems);
  if (problems.length > 0 && fieldValidation === 'Strict') {
    const message = strictMessage(problems);
    throw (
      options.refuse?.(message) ??
      badRequest(`${definition.kind} in version ${goQuote(definition.version)} cannot be handled as a ${definition.kind}: ${message}`)
    );
  }
  if (fieldValidation === 'Warn') for (const text of problems) warn(text);
  const { managedFields } = value.metadata;
  schema.applyDefaults(value, { keepNulls: applied });
  definition.strategy.applyDefaults?.(value);
  // An empty list says that nobody manages anything; the canonical form would lose it.
  if (managedFields?.length === 0) value.metadata.managedFields = managedFields;
  return value;
};

/** The decoded body as an object of the kind. @throws StatusError BadRequest */
export const toObject = (
  registry: Registry,
  definition: KindDefinition,
  options: { readonly body: DecodedBody; readonly fieldValidation: FieldValidation; readonly warn: (text: string) => void },
): UnstructuredObject => {
  const { body } = options;
  // JSON's null is the empty object, as in the original.
  const value: Json = body.value ?? {};
  if (!isObject(value)) {
    throw unrecognized(definition.kind, body, noTypeMeta(value));
  }
  checkType(registry, definition, { object: value, body });
  value['metadata'] ??= {};
  const object = value as unknown as UnstructuredObject;
  const { fieldValidation, warn } = options;
  return shapeObject(registry, definition, {
    value: object,
    literal: definition.custom ? undefined : body.literal?.(),
    strictErrors: body.strictErrors,
    arrange: arrangementOf(body),
    fieldValidation,
    warn,
  });
};
