import { encodeJson } from '../json/exact-json.ts';
import { deepClone } from '../clone/deep-clone.ts';
import { jsonEqual } from '../equality/json-equal.ts';
import { maxNesting } from '../json/decode-json.ts';
import { nestsDeeperThan } from '../json/nesting.ts';
import type { Json, JsonObject } from '../meta/object.ts';
import { goQuote } from '../text/go-quote.ts';
import { byteLength } from '../validation/names.ts';
import { parsePointer } from './json-pointer.ts';

/** One operation of RFC 6902; `from` belongs to move and copy, `value` to add, replace and test. */
export interface JsonPatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string | undefined;
  readonly value?: Json | undefined;
}

/** An operation that does not apply; the message names it and says why. */
export class JsonPatchError extends Error {
  override readonly name = 'JsonPatchError';
}

/** A test operation found another value. */
export class JsonPatchTestError extends JsonPatchError {}

/** What copy operations added is over the limit. */
export class JsonPatchTooLargeError extends Error {
  override readonly name = 'JsonPatchTooLargeError';
}

export interface JsonPatchOptions {
  /** How many bytes all copy operations together may add; 3 MiB by default. */
  readonly maxCopiedBytes?: number;
}

type Container = Json[] | JsonObject;

const isContainer = (value: Json | undefined): value is Container => typeof value === 'object' && value !== null;

const arrayIndex = (step: string, length: number): number => {
  if (!/^[-+]?[0-9]+$/.test(step))
    throw new JsonPatchError(`value was not a proper array index: '${step}': strconv.Atoi: parsing ${goQuote(step)}: invalid syntax`);
  const index = Number(step);
  const fromStart = index < 0 ? index + length : index;
  if (fromStart < 0 || fromStart >= length) throw new JsonPatchError(`Unable to access invalid index: ${index}: invalid index referenced`);
  return fromStart;
};

const readStep = (container: Container, step: string): Json | undefined => {
  if (Array.isArray(container)) return container[arrayIndex(step, container.length)];
  return Object.hasOwn(container, step) ? container[step] : undefined;
};

const setKey = (object: JsonObject, key: string, value: Json): void => {
  if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
};

interface Place {
  readonly container: Container;
  readonly key: string;
}

/** What each operation says of a place that is not there. */
const missing = {
  add: (path: string) => `add operation does not apply: doc is missing path: "${path}"`,
  remove: (path: string) => `remove operation does not apply: doc is missing path: "${path}"`,
  replace: (path: string) => `replace operation does not apply: doc is missing path: ${path}`,
  test: (path: string) => `test operation does not apply: is missing path: ${path}`,
  moveFrom: (path: string) => `move operation does not apply: doc is missing from path: ${path}`,
  moveTo: (path: string) => `move operation does not apply: doc is missing destination path: ${path}`,
  copyFrom: (path: string) => `copy operation does not apply: doc is missing from path: ${path}`,
  copyTo: (path: string) => `copy operation does not apply: doc is missing destination path: ${path}`,
};

const within = <T>(prefix: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw error instanceof JsonPatchError ? new JsonPatchError(`${prefix}: ${error.message}`, { cause: error }) : error;
  }
};

const locate = (document: JsonObject, pointer: string, operation: keyof typeof missing): Place => {
  const steps = parsePointer(pointer);
  const key = steps.pop();
  let container: Json | undefined = key === undefined ? undefined : document;
  for (const step of steps) {
    if (!isContainer(container)) break;
    // A bad index on the way is a missing path, whatever the reason.
    if (Array.isArray(container) && !/^-?[0-9]+$/.test(step)) container = undefined;
    else container = Array.isArray(container) ? container.at(Number(step)) : readStep(container, step);
  }
  if (key === undefined || !isContainer(container)) throw new JsonPatchError(`${missing[operation](pointer)}: missing value`);
  return { container, key };
};

const addAt = ({ container, key }: Place, value: Json): void => {
  if (!Array.isArray(container)) setKey(container, key, value);
  else container.splice(key === '-' ? container.length : arrayIndex(key, container.length + 1), 0, value);
};

const removeAt = ({ container, key }: Place): void => {
  if (Array.isArray(container)) container.splice(arrayIndex(key, container.length), 1);
  else if (Object.hasOwn(container, key)) delete container[key];
  else throw new JsonPatchError(`Unable to remove nonexistent key: ${key}: missing value`);
};

const requireFrom = ({ op, from }: JsonPatchOperation): string => {
  if (typeof from !== 'string') throw new JsonPatchError(`${op} operation failed to decode from: missing value`);
  return from;
};

const test = (document: JsonObject, { path, value = null }: JsonPatchOperation): void => {
  const { container, key } = locate(document, path, 'test');
  const found = within(`error in test for path: '${path}'`, () => readStep(container, key) ?? null);
  if (!jsonEqual(found, value)) throw new JsonPatchTestError(`testing value ${path} failed: test failed`);
};

/**
 * Applies a JSON patch (RFC 6902) to a copy, with the leniencies of the original: negative indexes, a missing value is null,
 * copying what does not exist copies null.
 * @throws {JsonPatchError} when an operation does not apply, @throws {JsonPatchTooLargeError}
 */
export function applyJsonPatch(document: JsonObject, operations: readonly JsonPatchOperation[], options?: JsonPatchOptions): JsonObject;
export function applyJsonPatch(document: Json, operations: readonly JsonPatchOperation[], options?: JsonPatchOptions): Json;
export function applyJsonPatch(document: Json, operations: readonly JsonPatchOperation[], options: JsonPatchOptions = {}): Json {
  let patched = deepClone(document) as JsonObject;
  const maxCopiedBytes = options.maxCopiedBytes ?? 3 * 1024 * 1024;
  let copiedBytes = 0;
  for (const operation of operations) {
    const { op, path } = operation;
    if (typeof path !== 'string') throw new JsonPatchError(`${op ?? 'unknown'} operation failed to decode path: missing value`);
    const value = deepClone(operation.value ?? null);
    switch (op) {
      case 'add': {
        const place = locate(patched, path, op);
        within(`error in add for path: '${path}'`, () => addAt(place, value));
        break;
      }
      case 'remove': {
        const place = locate(patched, path, op);
        within(`error in remove for path: '${path}'`, () => removeAt(place));
        break;
      }
      case 'replace': {
        if (path === '') {
          if (!isContainer(value)) throw new JsonPatchError('replace operation value must be object or array: %!w(<nil>)');
          patched = value as JsonObject;
          break;
        }
        const { container, key } = locate(patched, path, op);
        if (Array.isArray(container))
          container[within(`replace operation does not apply: doc is missing key: ${path}`, () => arrayIndex(key, container.length))] =
            value;
        else setKey(container, key, value);
        break;
      }
      case 'move': {
        const source = locate(patched, requireFrom(operation), 'moveFrom');
        const moved = within(`error in move for path: '${source.key}'`, () => {
          const found = readStep(source.container, source.key) ?? null;
          removeAt(source);
          return found;
        });
        const place = locate(patched, path, 'moveTo');
        within(`error in move for path: '${path}'`, () => addAt(place, moved));
        break;
      }
      case 'copy': {
        const from = requireFrom(operation);
        const source = locate(patched, from, 'copyFrom');
        const copied = deepClone(within(`error in copy for from: '${from}'`, () => readStep(source.container, source.key) ?? null));
        const place = locate(patched, path, 'copyTo');
        copiedBytes += byteLength(encodeJson(copied));
        if (copiedBytes > maxCopiedBytes) {
          throw new JsonPatchTooLargeError(
            `Unable to complete the copy, the accumulated size increase of copy is ${copiedBytes}, exceeding the limit ${maxCopiedBytes}`,
          );
        }
        within('error while adding value during copy', () => addAt(place, copied));
        break;
      }
      case 'test':
        test(patched, operation);
        break;
      default:
        throw new JsonPatchError(`Unexpected kind: ${op ?? 'unknown'}`);
    }
  }
  if (nestsDeeperThan(patched, maxNesting)) throw new JsonPatchError(`the patched value nests deeper than ${maxNesting}`);
  return patched;
}
