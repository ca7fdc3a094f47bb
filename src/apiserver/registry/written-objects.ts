import type { KindDefinition } from '../../api/kind-definition.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';

const written = new WeakMap<Uint8Array, UnstructuredObject>();

/**
 * Tells what a value that was just written says, so that who hears of the write need not parse it. `value` is the store's own; from here on
 * nobody changes the object. Kinds whose objects are stored in another form than they are served in are parsed.
 */
export const handOver = (definition: KindDefinition, value: Uint8Array, object: UnstructuredObject): void => {
  if (!definition.storage && !definition.refresh && !definition.conversion) written.set(value, object);
};

export const writtenObject = (value: Uint8Array): UnstructuredObject | undefined => written.get(value);

/** Those who listen have heard of it; later ones parse. */
export const forgetWritten = (value: Uint8Array): void => void written.delete(value);
