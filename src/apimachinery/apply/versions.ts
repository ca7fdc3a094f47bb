import type { JsonObject } from '../meta/object.ts';
import type { SchemaSource } from '../schema/json-schema.ts';
import { compareValues, type Comparison } from './compare-values.ts';
import { mergeTypeOf } from './compile-merge-type.ts';
import type { FieldSet } from './field-set.ts';
import type { MergeType } from './merge-type.ts';

/** Narrows sets to the fields that a request may own; identity where a subresource owns everything. */
export interface FieldFilter {
  (set: FieldSet): FieldSet;
  /** For filters that leave paths out with all that is below: these, and what the system sets. */
  readonly unowned?: FieldSet;
}

/** What tracking needs to know about a kind: one version's schema, and the way to the others when the kind has more than one. */
export interface VersionedKind {
  /** Undefined for a version that is no longer served: its managers are forgotten. */
  schema(apiVersion: string): SchemaSource | undefined;
  /** What a request may not own counts in its own version only: managers of others lose what it would have changed (custom resources). */
  readonly filtersOwnVersion?: boolean;
  /** The object in another version. Absent when versions differ in nothing but their name (a CustomResourceDefinition without a webhook). */
  convert?(object: JsonObject, apiVersion: string): JsonObject;
}

/** An object in one version, with the type by which it merges. */
export interface TypedObject {
  readonly value: JsonObject;
  readonly type: MergeType;
  readonly apiVersion: string;
}

/** The object in the wanted version; undefined when that version is no longer served. */
export function convertTo(kind: VersionedKind, object: TypedObject, apiVersion: string): TypedObject | undefined {
  if (object.apiVersion === apiVersion) return object;
  const schema = kind.schema(apiVersion);
  if (!schema) return undefined;
  const value = kind.convert ? kind.convert(object.value, apiVersion) : { ...object.value, apiVersion };
  return { value, type: mergeTypeOf(schema), apiVersion };
}

/** Compares two objects in any version, once for each. */
export class VersionedComparison {
  readonly #kind: VersionedKind;
  readonly #live: TypedObject;
  readonly #next: TypedObject;
  readonly #filter: FieldFilter;
  readonly #known = new Map<string, Comparison | undefined>();

  constructor(kind: VersionedKind, objects: { live: TypedObject; next: TypedObject; filter: FieldFilter }) {
    this.#kind = kind;
    this.#live = objects.live;
    this.#next = objects.next;
    this.#filter = objects.filter;
  }

  /** Undefined when the version is no longer served. */
  at(apiVersion: string): Comparison | undefined {
    if (!this.#known.has(apiVersion)) this.#known.set(apiVersion, this.#compare(apiVersion));
    return this.#known.get(apiVersion);
  }

  #compare(apiVersion: string): Comparison | undefined {
    const live = convertTo(this.#kind, this.#live, apiVersion);
    const next = convertTo(this.#kind, this.#next, apiVersion);
    if (!live || !next) return undefined;
    const comparison = compareValues(live.value, next.value, live.type);
    if (this.#kind.filtersOwnVersion && apiVersion !== this.#live.apiVersion) return comparison;
    return { changed: this.#filter(comparison.changed), removed: this.#filter(comparison.removed) };
  }
}
