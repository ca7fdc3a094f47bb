import type { KindDefinition } from '../../api/kind-definition.ts';
import { bodyTooLarge } from '../../apimachinery/errors/api-errors.ts';
import { formatGroupVersion } from '../../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { KeyValue } from '../../storage/contract.ts';
import { decodeObject, encodeObject } from './value-codec.ts';

/** An object as it is in the store, and parsed in the version that was asked for. */
export interface StoredObject {
  readonly value: Uint8Array;
  readonly revision: bigint;
  readonly object: UnstructuredObject;
}

/** Parses a stored value and converts it to the definition's version. The caller owns the object. */
export const readObject = (definition: KindDefinition, value: Uint8Array): UnstructuredObject => {
  const stored = decodeObject(value);
  const object = definition.refresh ? definition.refresh(stored) : stored;
  return definition.storage && object.apiVersion !== formatGroupVersion(definition.group, definition.version)
    ? definition.storage.fromStored(object)
    : object;
};

export const readStored = (definition: KindDefinition, { value, modRevision }: KeyValue): StoredObject => ({
  value,
  revision: modRevision,
  object: readObject(definition, value),
});

/**
 * What a write is answered with: a custom resource that is stored in another version comes back as it will be read. Its resourceVersion is
 * the object's: a value that a dry run did not write has none.
 */
export const writtenForm = (definition: KindDefinition, value: Uint8Array, object: UnstructuredObject): UnstructuredObject => {
  if (!definition.custom || !definition.storage || definition.version === definition.storage.version) return object;
  const read = readObject(definition, value);
  const { resourceVersion } = object.metadata;
  if (resourceVersion === undefined) delete read.metadata.resourceVersion;
  else read.metadata.resourceVersion = resourceVersion;
  return read;
};

/** Encodes in the version that is stored. */
export const encodeForStore = (definition: KindDefinition, object: UnstructuredObject): Uint8Array =>
  encodeObject(definition.storage ? definition.storage.toStored(object) : object);

/** As much as a request's body may hold: what is larger could never be sent back. */
const maxBytes = 3 * 2 ** 20;

/** Encodes an object that is to be written. @throws StatusError RequestEntityTooLarge: patches may make it grow without end */
export const encodeForWrite = (definition: KindDefinition, object: UnstructuredObject): Uint8Array => {
  const value = encodeForStore(definition, object);
  if (value.length > maxBytes) throw bodyTooLarge(maxBytes);
  return value;
};
