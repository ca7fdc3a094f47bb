import { badRequest, tooLarge } from '../errors/api-errors.ts';
import { StatusError } from '../errors/status-error.ts';
import { decodeJson } from '../json/decode-json.ts';
import { scanJson } from '../json/json-scanner.ts';
import type { Json, JsonObject } from '../meta/object.ts';
import { goQuote } from '../text/go-quote.ts';
import type { SchemaSource } from '../schema/json-schema.ts';
import { applyJsonPatch, JsonPatchError, JsonPatchTooLargeError, type JsonPatchOperation } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { StrategicPatchError } from './strategic/strategic-patch-error.ts';
import { applyStrategicMergePatch } from './strategic/strategic-merge-patch.ts';

export type PatchType = 'json' | 'merge' | 'strategic';

/** Content-Type of a PATCH without server-side apply. */
export const patchTypes: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
};

const maxOperations = 10_000;
const maxDepth = 10_000;

const textOf = (body: Uint8Array | string): string => (typeof body === 'string' ? body : Buffer.from(body).toString('utf8'));

/** A patch decoded once, to be applied to as many versions of the object as retries need. */
export interface DecodedPatch {
  /** What was decoded. */
  readonly value: Json;
  /** What strict decoding objects to, when asked for. */
  readonly strictErrors: readonly string[];
  /** Neither object is changed. @throws {StatusError} when it does not apply */
  apply(object: JsonObject): JsonObject;
}

const goType = (value: Json): string =>
  Array.isArray(value) ? 'array' : typeof value === 'object' ? 'object' : typeof value === 'boolean' ? 'bool' : typeof value;

const decode = (
  body: Uint8Array | string,
  { duplicates, prefix }: { duplicates: boolean; prefix: string },
): { value: Json; duplicateFields: string[] } => {
  try {
    return decodeJson(body, { duplicates });
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw badRequest(`${prefix}${error instanceof Error ? error.message : String(error)}`);
  }
};

/** The original says no more than this; our reason is the cause. */
const rejected = (cause: JsonPatchError): StatusError =>
  new StatusError('Invalid', 'the server rejected our request due to an error in our request', { details: {}, cause });

const decodeJsonPatch = (given: Json): ((object: JsonObject) => JsonObject) => {
  const value = given ?? [];
  if (!Array.isArray(value))
    throw badRequest(`error decoding patch: json: cannot unmarshal ${goType(value)} into Go value of type []handlers.jsonPatchOp`);
  if (value.length > maxOperations) {
    throw tooLarge(`The allowed maximum operations in a JSON patch is ${maxOperations}, got ${value.length}`);
  }
  const operations = value.map((operation) => (typeof operation === 'object' ? (operation ?? {}) : {})) as unknown as JsonPatchOperation[];
  return (object) => {
    try {
      return applyJsonPatch(object, operations);
    } catch (error) {
      if (error instanceof JsonPatchTooLargeError) throw tooLarge(error.message);
      throw error instanceof JsonPatchError ? rejected(error) : error;
    }
  };
};

const operationFields = new Set(['op', 'path', 'from', 'value']);

const isWithin = (path: string, field: string): boolean => path.startsWith(field) && ['', '.', '['].includes(path.charAt(field.length));

/** What strict decoding finds in the text of a JSON patch, as it stands there; what is unknown is skipped as a whole. */
const jsonPatchErrors = (text: string): string[] => {
  const errors = new Set<string>();
  let unknown: string | undefined;
  const onKey = (path: string, isDuplicate: boolean): void => {
    if (unknown !== undefined && isWithin(path, unknown)) return;
    unknown = undefined;
    const [, field] = /^\[[0-9]+\]\.([^.[]*)$/.exec(path) ?? [];
    if (field !== undefined && !operationFields.has(field)) {
      unknown = path;
      errors.add(`json patch unknown field ${goQuote(path)}`);
    } else if (isDuplicate) errors.add(`json patch duplicate field ${goQuote(path)}`);
  };
  scanJson(text, { maxDepth, duplicates: true, onKey });
  return [...errors];
};

const requireMap = (value: Json, prefix: string): JsonObject => {
  if (value === null) throw badRequest('Invalid JSON Patch');
  if (typeof value === 'object' && !Array.isArray(value)) return value;
  throw badRequest(`${prefix}json: cannot unmarshal ${goType(value)} into Go value of type map[string]interface {}`);
};

export interface DecodePatchOptions {
  readonly type: PatchType;
  /** Of the patched kind, in the version of the request; used by strategic patches. */
  readonly schema: SchemaSource;
  /** Report duplicate keys (fieldValidation Strict and Warn). */
  readonly duplicates?: boolean;
}

/**
 * Decodes the body of a PATCH request.
 * @throws {StatusError} BadRequest on malformed bodies, RequestEntityTooLarge on more than 10,000 operations
 */
export function decodePatch(body: Uint8Array | string, { type, schema, duplicates = false }: DecodePatchOptions): DecodedPatch {
  const prefix = type === 'strategic' ? '' : 'error decoding patch: ';
  const { value, duplicateFields } = decode(body, { duplicates, prefix });
  if (type === 'json') return { value, strictErrors: duplicates ? jsonPatchErrors(textOf(body)) : [], apply: decodeJsonPatch(value) };
  const strictErrors = duplicateFields.map((field) => `duplicate field ${goQuote(field)}`);
  const patch = requireMap(type === 'strategic' ? (value ?? {}) : value, prefix);
  if (type === 'merge') return { value, strictErrors, apply: (object) => applyMergePatch(object, patch) };
  const apply = (object: JsonObject): JsonObject => {
    try {
      return applyStrategicMergePatch(object, patch, schema);
    } catch (error) {
      throw error instanceof StrategicPatchError ? badRequest(error.message) : error;
    }
  };
  return { value, strictErrors, apply };
}
