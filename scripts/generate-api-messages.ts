// Message descriptors: protobuf's numbers and types joined with the JSON names and the presence of Go's structs.
import { definitionNameOf, homeOf } from './generate-api-source.ts';
import type { FactField, ProtobufField, Source } from './generate-api-source.ts';

/** number, JSON name ('' when inlined), presence, type; `[]T` is repeated, `{}T` a map from strings. See src/apimachinery/protobuf/descriptor.ts. */
export type MessageField = readonly [number: number, name: string, presence: string, type: string];

/** A served definition → its fields, in the order of Go's struct, which is the order of its JSON. */
export const messageDescriptors = (source: Source): Map<string, readonly MessageField[]> => {
  const messages = new Map<string, readonly MessageField[]>();
  for (const [packageName, factMessages] of Object.entries(source.facts)) {
    const protobufMessages = source.protobuf[packageName] ?? {};
    for (const [message, fields] of Object.entries(protobufMessages)) {
      const facts = factMessages[message];
      if (facts === undefined && !isList(fields)) continue;
      messages.set(
        definitionNameOf(packageName, message),
        orderLikeGo(fields, facts).map((field) => describe(packageName, field, facts)),
      );
    }
  }
  return messages;
};

/** A Go slice type with a name (ExtraValue, Verbs) is a message with one repeated field. */
const isList = (fields: readonly ProtobufField[]) =>
  fields.length === 1 && fields[0]?.[1] === 'items' && fields[0][2] === 'repeated' && fields[0][3] === 'string';

const orderLikeGo = (fields: readonly ProtobufField[], facts: readonly FactField[] | undefined): readonly ProtobufField[] => {
  const position = (field: ProtobufField) => facts?.findIndex((fact) => fact[0] === field[0]) ?? 0;
  return fields.toSorted((a, b) => position(a) - position(b));
};

const describe = (packageName: string, field: ProtobufField, facts: readonly FactField[] | undefined): MessageField => {
  const [number, name, label, type, value] = field;
  const fact = facts?.find((candidate) => candidate[0] === number);
  const element = (text: string) => typeName(packageName, text);
  const spelled = label === 'map' ? `{}${element(value ?? '')}` : label === 'repeated' ? `[]${element(type)}` : element(type);
  return [number, fact?.[1] ?? name, fact?.[2] ?? 'o', spelled];
};

/** Scalars keep their name; messages are named as in OpenAPI, those of the same package by their last part. */
const typeName = (packageName: string, type: string): string => {
  if (/^(int64|int32|string|bool|double|bytes)$/.test(type)) return type;
  if (!type.startsWith('.')) return `.${type}`;
  const at = type.lastIndexOf('.');
  const target = type.slice(1, at);
  return target === packageName ? `.${type.slice(at + 1)}` : definitionNameOf(target, type.slice(at + 1));
};

/** Groups values by the folder and version of their definition. */
export const byHome = <T>(values: ReadonlyMap<string, T>): Map<string, Record<string, T>> => {
  const homes = new Map<string, Record<string, T>>();
  for (const [definition, value] of [...values].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const { folder, version } = homeOf(definition);
    const key = `${folder}/${version}`;
    const home = homes.get(key) ?? {};
    home[definition] = value;
    homes.set(key, home);
  }
  return homes;
};
