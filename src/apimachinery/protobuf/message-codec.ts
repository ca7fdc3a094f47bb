import type { DescriptorSource, FieldDescriptor, Presence } from './descriptor.ts';
import { parseFieldType } from './descriptor.ts';
import { ProtobufError, wireType } from './reader.ts';
import type { Reader } from './reader.ts';
import { eachField, nested, specialCodec } from './special-codecs.ts';
import { unionCodec, unionSchemaDefinition } from './union-codecs.ts';
import { scalarCodecs } from './value-codec.ts';
import type { ValueCodec } from './value-codec.ts';
import type { Writer } from './writer.ts';

type JsonRecord = Record<string, unknown>;

interface Field {
  readonly number: number;
  readonly name: string;
  readonly presence: Presence;
  readonly shape: 'single' | 'list' | 'map';
  readonly codec: ValueCodec;
}

/** A message's own codec also reads without a length prefix (the outermost message) and knows its fields' names. */
export interface MessageCodec extends ValueCodec {
  readBody(reader: Reader, end: number): JsonRecord;
  writeBody(writer: Writer, value: JsonRecord): void;
}

/** Builds codecs from descriptors, each message once, on first use. `message` gives undefined for an unknown definition. */
export const messageCodecs = (source: DescriptorSource): { message(definition: string): MessageCodec | undefined } => {
  const codecs = new Map<string, MessageCodec>();

  const message = (definition: string): MessageCodec | undefined => {
    const known = codecs.get(definition);
    if (known) return known;
    const descriptor = source(definition);
    if (descriptor === undefined) return undefined;
    let fields: readonly Field[] | undefined;
    const codec = messageCodec(() => (fields ??= descriptor.map((field) => compileField(field, definition))));
    codecs.set(definition, codec);
    return codec;
  };

  const compileField = ([number, name, presence, type]: FieldDescriptor, definition: string): Field => {
    const { shape, element } = parseFieldType(type, definition);
    return { number, name, presence, shape, codec: elementCodec(element) };
  };

  const schema = (): ValueCodec => elementCodec(unionSchemaDefinition);

  const elementCodec = (element: string): ValueCodec => {
    const codec = scalarCodecs[element] ?? specialCodec(element) ?? unionCodec(element, schema) ?? message(element);
    if (codec === undefined) throw new Error(`no message descriptor named ${element}`);
    return codec;
  };

  return { message };
};

const messageCodec = (fieldsOf: () => readonly Field[]): MessageCodec => {
  let byNumber: Map<number, number> | undefined;
  let descending: readonly Field[] | undefined;

  const readBody = (reader: Reader, end: number): JsonRecord => {
    const fields = fieldsOf();
    byNumber ??= new Map(fields.map(({ number }, index) => [number, index]));
    const values: unknown[] = Array.from({ length: fields.length });
    reader.enter();
    while (reader.position < end) {
      const tag = reader.varint();
      const number = Math.floor(tag / 8);
      const index = byNumber.get(number);
      if (number === 0) throw new ProtobufError(`illegal tag 0 (wire type ${tag & 7})`);
      if (index === undefined) reader.skip(tag & 7);
      else values[index] = readField(reader, fields[index] as Field, { wire: tag & 7, previous: values[index] });
    }
    reader.leave();
    if (reader.position !== end) throw new ProtobufError('unexpected EOF');
    return assemble(fields, values);
  };

  const writeBody = (writer: Writer, value: JsonRecord): void => {
    descending ??= fieldsOf().toSorted((a, b) => b.number - a.number);
    for (const field of descending) writeField(writer, field, value);
  };

  return {
    wire: wireType.bytes,
    read: (reader) => readBody(reader, reader.end()),
    write: (writer, value) => nested(writer, () => writeBody(writer, value as JsonRecord)),
    zero: () => assemble(fieldsOf(), []),
    writeZero: (writer) => nested(writer, () => writeBody(writer, {})),
    isZero: () => false,
    readBody,
    writeBody,
  };
};

const readField = (reader: Reader, field: Field, { wire, previous }: { wire: number; previous: unknown }): unknown => {
  const { codec, shape } = field;
  if (shape === 'map') return readEntry(reader, codec, (previous ?? {}) as JsonRecord);
  if (shape === 'single') {
    if (wire !== codec.wire) throw new ProtobufError(`wrong wireType = ${wire} for field ${field.name}`);
    return codec.read(reader);
  }
  const items = (previous ?? []) as unknown[];
  if (wire === codec.wire) items.push(codec.read(reader));
  else if (wire === wireType.bytes) {
    const end = reader.end();
    while (reader.position < end) items.push(codec.read(reader));
  } else throw new ProtobufError(`wrong wireType = ${wire} for field ${field.name}`);
  return items;
};

const readEntry = (reader: Reader, codec: ValueCodec, map: JsonRecord): JsonRecord => {
  let key = '';
  let value: unknown;
  eachField(reader, (number, wire) => {
    if (number === 1) key = reader.string();
    else if (number === 2) value = codec.read(reader);
    else reader.skip(wire);
  });
  // oxlint-disable-next-line no-proto
  if (key === '__proto__') Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  else map[key] = value === undefined ? codec.zero() : value;
  return map;
};

/** Which members the JSON object has, and in Go's order: see Presence. */
const assemble = (fields: readonly Field[], values: readonly unknown[]): JsonRecord => {
  const object: JsonRecord = {};
  for (let index = 0; index < fields.length; index++) {
    const { name, presence, shape, codec } = fields[index] as Field;
    const value = values[index];
    if (name === '') Object.assign(object, value ?? codec.zero());
    else if (value === undefined) {
      if (presence === 'a' || presence === 's') object[name] = codec.zero();
      else if (presence === 'n') object[name] = null;
    } else if (!(presence === 'z' && value === null) && !(presence === 'o' && shape === 'single' && codec.isZero(value)))
      object[name] = value;
  }
  return object;
};

const writeField = (writer: Writer, { number, name, presence, shape, codec }: Field, object: JsonRecord): void => {
  const value = name === '' ? object : object[name];
  if (shape === 'list') {
    if (!Array.isArray(value)) return;
    for (let index = value.length - 1; index >= 0; index--) {
      if (value[index] === null) codec.writeZero(writer);
      else codec.write(writer, value[index]);
      writer.tag(number, codec.wire);
    }
  } else if (shape === 'map') {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value).toSorted().toReversed())
      writeEntry(writer, number, { codec, key, value: (value as JsonRecord)[key] });
  } else if (value === undefined || value === null) {
    if (presence === 'p' || presence === 'n' || (codec === scalarCodecs['bytes'] && presence === 'o')) return;
    codec.writeZero(writer);
    writer.tag(number, codec.wire);
  } else {
    codec.write(writer, value);
    writer.tag(number, codec.wire);
  }
};

const writeEntry = (writer: Writer, number: number, { codec, key, value }: { codec: ValueCodec; key: string; value: unknown }): void => {
  nested(writer, () => {
    if (value === null || value === undefined) codec.writeZero(writer);
    else codec.write(writer, value);
    writer.tag(2, codec.wire);
    writer.string(key);
    writer.tag(1, wireType.bytes);
  });
  writer.tag(number, wireType.bytes);
};
