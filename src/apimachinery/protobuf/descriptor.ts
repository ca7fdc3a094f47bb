/**
 * When a field is written to JSON, as Go's encoding/json does for the struct:
 * `o` a value dropped when zero or empty, `p` a pointer dropped when nil, `a` a value that is always written, `n` a pointer, list or map
 * that is always written and null when nil, `s` a struct that is always written, `z` a struct dropped when zero.
 */
export type Presence = 'o' | 'p' | 'a' | 'n' | 's' | 'z';

/**
 * A field of a message: its number; its JSON name, '' when its members belong to the parent's JSON object; its type: a scalar of
 * proto2, a definition (`io.k8s.….Quantity`), or `.Name` for a definition of the same package; `[]T` is repeated, `{}T` a map.
 */
export type FieldDescriptor = readonly [number: number, name: string, presence: Presence, type: string];

/** Fields in the order of Go's struct, which is the order of its JSON. */
export type MessageDescriptor = readonly FieldDescriptor[];

/** Finds descriptors by definition name, such as `io.k8s.api.core.v1.Pod`. Undefined when there is no such message. */
export type DescriptorSource = (definition: string) => MessageDescriptor | undefined;

export interface FieldType {
  readonly shape: 'single' | 'list' | 'map';
  /** A scalar, or the full name of a definition. */
  readonly element: string;
}

/** Reads a field's type as it is written within a message of `definition`. */
export const parseFieldType = (type: string, definition: string): FieldType => {
  const shape = type.startsWith('[]') ? 'list' : type.startsWith('{}') ? 'map' : 'single';
  const name = shape === 'single' ? type : type.slice(2);
  return { shape, element: name.startsWith('.') ? definition.slice(0, definition.lastIndexOf('.')) + name : name };
};
