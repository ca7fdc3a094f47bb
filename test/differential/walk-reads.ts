import { decodeProtobuf } from '../../src/api/protobuf.ts';
import { parseJson } from '../../src/apimachinery/json/exact-json.ts';
import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import type { Answer } from './field-answers.ts';
import type { BuiltInSeed } from './field-seeds.ts';
import type { RawAnswer } from './send-raw.ts';

const json = 'application/json';
const protobuf = 'application/vnd.kubernetes.protobuf';

/** Every form that an object, or the list of it alone, is read in: where, and what is asked for. */
export const readsOf = ({ item, collection, object }: BuiltInSeed): readonly { readonly path: string; readonly accept: string }[] => {
  const list = `${collection}?fieldSelector=metadata.name%3D${String(object.metadata.name)}`;
  const as = (type: string, kind: string): string => `${type};as=${kind};v=v1;g=meta.k8s.io`;
  return [
    { path: item, accept: json },
    { path: item, accept: protobuf },
    { path: `${item}?includeObject=Object`, accept: as(json, 'Table') },
    { path: item, accept: as(protobuf, 'Table') },
    { path: item, accept: as(json, 'PartialObjectMetadata') },
    { path: item, accept: as(protobuf, 'PartialObjectMetadata') },
    { path: list, accept: json },
    { path: list, accept: protobuf },
    { path: list, accept: as(json, 'Table') },
    { path: list, accept: as(protobuf, 'PartialObjectMetadataList') },
  ];
};

/** Prose is not copied, and age goes on. */
const leveled = (value: Json): Json => {
  if (typeof value === 'string') return value.replace(/^(?:[0-9]+[smhd]){1,2}$/, 'AGE');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(leveled);
  const isColumn = 'priority' in value && 'format' in value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => (isColumn && name === 'description' ? [] : [[name, leveled(item)]])),
  );
};

/** What was read, decoded by the field numbers of protobuf.json where it is protobuf. */
export const readAnswer = ({ code, body, headers }: RawAnswer): Answer => {
  const type = headers['content-type'] ?? '';
  const parsed = (): Json => {
    if (!type.startsWith(protobuf)) return parseJson(body.toString('utf8'));
    return decodeProtobuf(body).object as unknown as JsonObject;
  };
  return { code, body: leveled(parsed()), warning: `${type} ${headers['warning'] ?? ''}` };
};
