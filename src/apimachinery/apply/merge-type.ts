import type { Json } from '../meta/object.ts';

/** What a scalar must be; `untyped` takes any. */
export type ScalarType = 'numeric' | 'string' | 'boolean' | 'untyped';

export interface ListType {
  /** Atomic lists are owned and replaced as a whole; sets and maps item by item. */
  readonly kind: 'atomic' | 'set' | 'map';
  readonly keys: readonly string[];
  readonly item: MergeType;
  /** Items without the key are told apart as if they had this value. */
  keyDefault(key: string): Json | undefined;
}

export interface MapType {
  readonly atomic: boolean;
  /** The type of a named field, and of any other key: undefined when the schema does not know it. */
  field(name: string): MergeType | undefined;
  /** Whether the schema names the field: such a field is a struct's, not a map's key. */
  isNamed(name: string): boolean;
  /** Holds what no schema describes: any nesting, owned key by key. */
  readonly deduced: boolean;
  /** Fields that a Go struct always encodes, with the value that stands for "not set". Empty for custom resources. */
  readonly zeros: ReadonlyMap<string, Json>;
  /** The same, and the texts, numbers and booleans that are always encoded without being required: what a struct says that nobody filled. */
  readonly unset: ReadonlyMap<string, Json>;
  /** A built-in kind's struct, which leaves out what is empty. */
  readonly isGoType: boolean;
}

/** How values at one place of a schema merge. Several shapes are possible where the schema leaves the type open. */
export interface MergeType {
  readonly map: MapType | undefined;
  readonly scalar: ScalarType | undefined;
  readonly list: ListType | undefined;
}

export type Shape = 'map' | 'scalar' | 'list' | undefined;

/** The shape by which a value is walked: its own if the type allows it, else the type's first. */
export function shapeOf(type: MergeType, value: Json | undefined): Shape {
  if (value !== undefined && value !== null) {
    if (typeof value !== 'object') {
      if (type.scalar) return 'scalar';
    } else if (Array.isArray(value)) {
      if (type.list) return 'list';
    } else if (type.map) return 'map';
  }
  return type.map ? 'map' : type.scalar ? 'scalar' : type.list ? 'list' : undefined;
}

const nothing: ReadonlyMap<string, Json> = new Map();
const noDefault = (): undefined => undefined;

/** A list or map of unknown content, owned as a whole. */
export const untypedAtomic: MergeType = {
  scalar: 'untyped',
  get list(): ListType {
    return { kind: 'atomic', keys: [], item: untypedAtomic, keyDefault: noDefault };
  },
  get map(): MapType {
    return {
      atomic: true,
      field: () => untypedAtomic,
      isNamed: () => false,
      deduced: false,
      zeros: nothing,
      unset: nothing,
      isGoType: false,
    };
  },
};

/** What no schema describes: lists are atomic, maps merge key by key. */
export const deduced: MergeType = {
  scalar: 'untyped',
  list: { kind: 'atomic', keys: [], item: untypedAtomic, keyDefault: noDefault },
  get map(): MapType {
    return deducedMap;
  },
};

const deducedMap: MapType = {
  atomic: false,
  field: () => deduced,
  isNamed: () => false,
  deduced: true,
  zeros: nothing,
  unset: nothing,
  isGoType: false,
};
