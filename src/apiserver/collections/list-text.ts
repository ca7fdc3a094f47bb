import { encodeJson } from '../../apimachinery/json/exact-json.ts';
import type { KindDefinition } from '../../api/kind-definition.ts';
import { formatGroupVersion } from '../../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { isServable, prefixOf } from '../registry/served-form.ts';
import { readObject } from '../registry/stored-object.ts';
import { decodeObject } from '../registry/value-codec.ts';

/**
 * List text: the JSON of one object as it stands in a list. Items of built-in kinds go without kind and apiVersion there, as in
 * kube-apiserver; custom resources keep them.
 */
export type ListText = Uint8Array;

const opening = Buffer.from('{');

/** A stored value as list text, in pieces that are copied and not parsed where the stored version is the one asked for. */
export const listTextOf = (definition: KindDefinition, value: Uint8Array): readonly Uint8Array[] => {
  if (!isServable(definition, value)) {
    // Metadata first, as in stored values: labels are looked for in the first one.
    const { kind, apiVersion, metadata, ...rest } = readObject(definition, value);
    return [Buffer.from(encodeJson({ ...(definition.custom ? { kind, apiVersion } : {}), metadata, ...rest }))];
  }
  return definition.custom ? [value] : [opening, value.subarray(prefixOf(definition).length)];
};

/** What `listTextOf` wrote, as the object it was. The caller owns it. */
export const objectOfListText = (definition: KindDefinition, text: ListText): UnstructuredObject => {
  const object = decodeObject(text);
  if (definition.custom) return object;
  return {
    kind: definition.kind,
    apiVersion: formatGroupVersion(definition.group, definition.version),
    ...withoutType(object),
  } as UnstructuredObject;
};

/** An item of a built-in kind's list. */
export const withoutType = ({
  kind: _kind,
  apiVersion: _version,
  ...rest
}: UnstructuredObject): Omit<UnstructuredObject, 'kind' | 'apiVersion'> => rest;
