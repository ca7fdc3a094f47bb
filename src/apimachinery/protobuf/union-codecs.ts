import { wireType } from './reader.ts';
import type { Reader } from './reader.ts';
import { eachField, nested } from './special-codecs.ts';
import type { ValueCodec } from './value-codec.ts';
import type { Writer } from './writer.ts';

const apiextensions = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';

/** The schema-or-something types of CustomResourceDefinition; JSON has one or the other in place. `schema` reads and writes JSONSchemaProps. */
export const unionCodec = (definition: string, schema: () => ValueCodec): ValueCodec | undefined => {
  if (definition === `${apiextensions}.JSONSchemaPropsOrArray`) return schemaOrList(schema, schema);
  if (definition === `${apiextensions}.JSONSchemaPropsOrStringArray`) return schemaOrList(schema, () => strings);
  return definition === `${apiextensions}.JSONSchemaPropsOrBool` ? schemaOrBool(schema) : undefined;
};

/** Definition of the schema that the unions hold. */
export const unionSchemaDefinition = `${apiextensions}.JSONSchemaProps`;

const strings = {
  read: (reader: Reader): unknown => reader.string(),
  write: (writer: Writer, value: unknown): void => writer.string(String(value)),
};

const union = (codec: Pick<ValueCodec, 'read' | 'write'>): ValueCodec => ({
  ...codec,
  wire: wireType.bytes,
  zero: () => null,
  writeZero: (writer) => writer.varint(0),
  isZero: () => false,
});

const schemaOrList = (schema: () => ValueCodec, element: () => Pick<ValueCodec, 'read' | 'write'>): ValueCodec =>
  union({
    read: (reader) => {
      let one: unknown;
      const many: unknown[] = [];
      eachField(reader, (number, wire) => {
        if (number === 1) one = schema().read(reader);
        else if (number === 2) many.push(element().read(reader));
        else reader.skip(wire);
      });
      return many.length > 0 ? many : (one ?? null);
    },
    write: (writer, value) =>
      nested(writer, () => {
        if (Array.isArray(value)) {
          for (const item of value.toReversed()) {
            element().write(writer, item);
            writer.tag(2, wireType.bytes);
          }
        } else if (value !== null && value !== undefined) {
          schema().write(writer, value);
          writer.tag(1, wireType.bytes);
        }
      }),
  });

const schemaOrBool = (schema: () => ValueCodec): ValueCodec =>
  union({
    read: (reader) => {
      let allows = false;
      let one: unknown;
      eachField(reader, (number, wire) => {
        if (number === 1) allows = reader.varint() !== 0;
        else if (number === 2) one = schema().read(reader);
        else reader.skip(wire);
      });
      return one ?? allows;
    },
    write: (writer, value) =>
      nested(writer, () => {
        const isSchema = typeof value === 'object' && value !== null;
        if (isSchema) {
          schema().write(writer, value);
          writer.tag(2, wireType.bytes);
        }
        writer.varint(isSchema || value === true ? 1 : 0);
        writer.tag(1, wireType.varint);
      }),
  });
