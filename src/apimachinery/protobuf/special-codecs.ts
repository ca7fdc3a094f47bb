import { decodeJson } from '../json/decode-json.ts';
import { encodeJson } from '../json/exact-json.ts';
import { canonicalQuantity } from '../quantity/format-quantity.ts';
import { formatDuration, parseDuration } from '../time/duration.ts';
import { parseTimestamp } from '../time/timestamp.ts';
import type { Reader } from './reader.ts';
import { ProtobufError, wireType } from './reader.ts';
import type { ValueCodec } from './value-codec.ts';
import type { Writer } from './writer.ts';

/** Messages whose JSON form is not an object of their fields. */
export const specialCodec = (definition: string): ValueCodec | undefined => specials[definition];

/** Calls back for each field until the message's end. */
export const eachField = (reader: Reader, visit: (number: number, wire: number) => void): void => {
  const end = reader.end();
  while (reader.position < end) {
    const tag = reader.varint();
    visit(Math.floor(tag / 8), tag & 7);
  }
  if (reader.position !== end) throw new ProtobufError('unexpected EOF');
};

/** Writes a length-delimited message; `content` writes its fields from the last to the first. */
export const nested = (writer: Writer, content: () => void): void => {
  const before = writer.length;
  content();
  writer.varint(writer.length - before);
};

const special = (codec: Pick<ValueCodec, 'read' | 'write'>, zero: unknown, writeZero: ValueCodec['writeZero']): ValueCodec => ({
  ...codec,
  wire: wireType.bytes,
  zero: () => zero,
  writeZero,
  isZero: () => false,
});

const writeEmpty = (writer: Writer): void => writer.varint(0);

const quantity = special(
  {
    read: (reader) => {
      let text = '0';
      eachField(reader, (number, wire) => (number === 1 && wire === wireType.bytes ? (text = reader.string()) : reader.skip(wire)));
      return parsed(text, canonicalQuantity);
    },
    write: (writer, value) =>
      nested(writer, () => {
        writer.string(String(value));
        writer.tag(1, wireType.bytes);
      }),
  },
  '0',
  (writer) => quantity.write(writer, '0'),
);

const intOrString = special(
  {
    read: (reader) => {
      let isText = false;
      let int: number | bigint = 0;
      let text = '';
      eachField(reader, (number, wire) => {
        if (number === 1) isText = reader.varint() === 1;
        else if (number === 2) int = reader.int();
        else if (number === 3) text = reader.string();
        else reader.skip(wire);
      });
      return isText ? text : int;
    },
    write: (writer, value) =>
      nested(writer, () => {
        const isText = typeof value === 'string';
        writer.string(isText ? value : '');
        writer.tag(3, wireType.bytes);
        writer.varint(isText ? 0 : Number(value));
        writer.tag(2, wireType.varint);
        writer.varint(isText ? 1 : 0);
        writer.tag(1, wireType.varint);
      }),
  },
  0,
  (writer) => intOrString.write(writer, 0),
);

/** An empty message is the zero time, null in JSON. */
const time = (fraction: (nanoseconds: number) => string, keepNanoseconds: (nanoseconds: number) => number) =>
  special(
    {
      read: (reader) => {
        let seconds: number | undefined;
        let nanoseconds = 0;
        eachField(reader, (number, wire) => {
          seconds ??= 0;
          if (number === 1) seconds = Number(reader.int());
          else if (number === 2) nanoseconds = Number(reader.int());
          else reader.skip(wire);
        });
        if (seconds === undefined) return null;
        const date = new Date(seconds * 1000);
        const year = date.getUTCFullYear();
        // RFC 3339 has four digits for the year.
        if (!(year >= 0 && year <= 9999)) throw new ProtobufError(`time out of range: ${seconds}`);
        return `${date.toISOString().slice(0, 19)}${fraction(nanoseconds)}Z`;
      },
      write: (writer, value) => {
        const instant = typeof value === 'string' ? parseTimestamp(value) : undefined;
        if (instant === undefined) return writeEmpty(writer);
        return nested(writer, () => {
          writer.varint(keepNanoseconds(instant.nanoseconds));
          writer.tag(2, wireType.varint);
          writer.varint(instant.seconds);
          writer.tag(1, wireType.varint);
        });
      },
    },
    null,
    writeEmpty,
  );

/** JSON text in a `raw` field. */
const rawJson = special(
  {
    read: (reader) => {
      let raw = '';
      eachField(reader, (number, wire) => (number === 1 && wire === wireType.bytes ? (raw = reader.string()) : reader.skip(wire)));
      return raw === '' ? null : parsed(raw, (text) => decodeJson(text).value);
    },
    write: (writer, value) =>
      value === undefined || value === null
        ? writeEmpty(writer)
        : nested(writer, () => {
            writer.string(encodeJson(value));
            writer.tag(1, wireType.bytes);
          }),
  },
  null,
  writeEmpty,
);

/** A text within the message that does not parse makes the whole message wrong. */
const parsed = <T>(text: string, parse: (text: string) => T): T => {
  try {
    return parse(text);
  } catch (cause) {
    throw new ProtobufError(cause instanceof Error ? cause.message : String(cause));
  }
};

/** A named list type of Go: a message whose only field is the list. */
const list = special(
  {
    read: (reader) => {
      const items: string[] = [];
      eachField(reader, (number, wire) => (number === 1 && wire === wireType.bytes ? items.push(reader.string()) : reader.skip(wire)));
      return items;
    },
    write: (writer, value) =>
      nested(writer, () => {
        for (const item of (Array.isArray(value) ? value : []).toReversed()) {
          writer.string(String(item));
          writer.tag(1, wireType.bytes);
        }
      }),
  },
  null,
  writeEmpty,
);

/** A length of time: nanoseconds in the message, Go's text in JSON. */
const duration = special(
  {
    read: (reader) => {
      let nanoseconds: number | bigint = 0;
      eachField(reader, (number, wire) => (number === 1 && wire === wireType.varint ? (nanoseconds = reader.int()) : reader.skip(wire)));
      return formatDuration(BigInt(nanoseconds));
    },
    write: (writer, value) =>
      nested(writer, () => {
        writer.varint(Number(parseDuration(typeof value === 'string' ? value : '0')));
        writer.tag(1, wireType.varint);
      }),
  },
  '0s',
  (writer) => duration.write(writer, '0s'),
);

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const specials: Readonly<Record<string, ValueCodec>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': quantity,
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': intOrString,
  [`${meta}.Time`]: time(
    () => '',
    () => 0,
  ),
  [`${meta}.Duration`]: duration,
  [`${meta}.MicroTime`]: time(
    (nanoseconds) => `.${String(Math.trunc(nanoseconds / 1000)).padStart(6, '0')}`,
    (nanoseconds) => nanoseconds - (nanoseconds % 1000),
  ),
  'io.k8s.apimachinery.pkg.runtime.RawExtension': rawJson,
  [`${meta}.FieldsV1`]: rawJson,
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': rawJson,
  [`${meta}.Verbs`]: list,
  'io.k8s.api.authentication.v1.ExtraValue': list,
  'io.k8s.api.authorization.v1.ExtraValue': list,
  'io.k8s.api.certificates.v1.ExtraValue': list,
};
