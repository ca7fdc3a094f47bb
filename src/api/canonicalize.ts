import type { UnstructuredObject } from '../apimachinery/meta/object.ts';
import type { FieldDescriptor, Presence } from '../apimachinery/protobuf/descriptor.ts';
import { parseFieldType } from '../apimachinery/protobuf/descriptor.ts';
import { canonicalScalar } from './canonical-scalars.ts';
import type { CanonicalValue } from './canonical-scalars.ts';
import { goesWithItsField, isDisabledField } from './disabled-fields.ts';
import { messageDescriptor } from './messages.ts';

type JsonRecord = Record<string, unknown>;

interface Field extends CanonicalValue {
  /** '' when the members belong to the parent. */
  readonly name: string;
  readonly presence: Presence;
  readonly shape: 'single' | 'list' | 'map';
}

const structs = new Map<string, CanonicalValue>();

/** Compiled on first use, then shared; a struct may contain itself. */
const structOf = (definition: string): CanonicalValue => {
  const known = structs.get(definition);
  if (known) return known;
  const descriptor = messageDescriptor(definition);
  if (descriptor === undefined) throw new Error(`no message descriptor named ${definition}`);
  let fields: readonly Field[] | undefined;
  const walk = (value: unknown): JsonRecord => {
    fields ??= descriptor.filter(([, name]) => !isDisabledField(definition, name)).map((field) => compileField(field, definition));
    const out: JsonRecord = {};
    fillStruct(fields, value as JsonRecord, out);
    return out;
  };
  // A struct that held nothing but a disabled field goes with it, where the original does so.
  const canonical = goesWithItsField(definition)
    ? (value: unknown) => {
        const out = walk(value);
        return Object.keys(out).length === 0 && Object.keys(value as JsonRecord).some((name) => isDisabledField(definition, name))
          ? undefined
          : out;
      }
    : walk;
  const struct: CanonicalValue = { canonical, zero: () => walk({}), isZero: () => false };
  structs.set(definition, struct);
  return struct;
};

const compileField = ([, name, presence, type]: FieldDescriptor, definition: string): Field => {
  const { shape, element } = parseFieldType(type, definition);
  return { name, presence, shape, ...(canonicalScalar(element, structOf) ?? structOf(element)) };
};

const fillStruct = (fields: readonly Field[], value: JsonRecord, out: JsonRecord): void => {
  for (const field of fields) {
    const { name, presence, shape } = field;
    if (name === '') {
      Object.assign(out, field.canonical(value));
      continue;
    }
    const member = value[name];
    if (member !== undefined && member !== null) {
      const canonical = shape === 'single' ? field.canonical(member) : shape === 'list' ? listOf(field, member) : mapOf(field, member);
      if (canonical !== undefined && !(presence === 'o' && shape === 'single' && field.isZero(canonical))) {
        out[name] = canonical;
        continue;
      }
    }
    if (presence === 'n') out[name] = null;
    else if (presence === 'a' || presence === 's') out[name] = field.zero();
  }
};

/** Undefined when empty: storage does not tell an empty list from none. */
const listOf = (field: CanonicalValue, value: unknown): unknown[] | undefined => {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.map((item) => (item === null ? field.zero() : field.canonical(item)));
};

const mapOf = (field: CanonicalValue, value: unknown): JsonRecord | undefined => {
  const keys = Object.keys(value as JsonRecord);
  if (keys.length === 0) return undefined;
  const out: JsonRecord = {};
  for (const key of keys) {
    const member = (value as JsonRecord)[key];
    const canonical = member === null ? field.zero() : field.canonical(member);
    if (key === '__proto__') Object.defineProperty(out, key, { value: canonical, enumerable: true, configurable: true, writable: true });
    else out[key] = canonical;
  }
  return out;
};

/**
 * Brings an object of a built-in kind into the form it would have after the original decoded it into its Go struct and encoded it
 * again: quantities, times and base64 canonical, empty, unknown and disabled members gone, members that are always written there, in Go's
 * order. In place at the top, fresh objects below. The object's types must have been checked. `definition` is a name such as
 * `io.k8s.api.core.v1.Pod`.
 */
export const canonicalize = (definition: string, object: UnstructuredObject): void => {
  const canonical = structOf(definition).canonical(object) as JsonRecord;
  for (const name of Object.keys(object)) if (name !== 'kind' && name !== 'apiVersion' && !(name in canonical)) delete object[name];
  Object.assign(object, canonical);
};

/** The zero value of one member, freshly made: what a new object's `status` is. */
export const zeroMember = (definition: string, member: string): unknown => (structOf(definition).zero() as JsonRecord)[member];
