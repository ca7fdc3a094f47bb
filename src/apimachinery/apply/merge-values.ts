import type { Json, JsonObject } from '../meta/object.ts';
import { listItemElementOf } from './list-item.ts';
import { shapeOf, type ListType, type MapType, type MergeType } from './merge-type.ts';
import type { PathElement } from './path-element.ts';

type Value = Json | undefined;

const mergeMaps = (left: JsonObject, right: JsonObject, type: MapType): Value => {
  const merged: JsonObject = {};
  let isEmpty = true;
  const put = (key: string, value: Value): void => {
    if (value === undefined) return;
    isEmpty = false;
    if (key === '__proto__') Object.defineProperty(merged, key, { value, writable: true, enumerable: true, configurable: true });
    else merged[key] = value;
  };
  const typeOf = (key: string): MergeType | undefined => type.field(key);
  for (const key in left) {
    const field = typeOf(key);
    const over = Object.hasOwn(right, key) ? right[key] : undefined;
    put(key, field ? mergeAny(left[key], over, field) : (over ?? left[key]));
  }
  for (const key in right) {
    if (Object.hasOwn(left, key)) continue;
    const field = typeOf(key);
    put(key, field ? mergeAny(undefined, right[key], field) : right[key]);
  }
  return isEmpty ? undefined : merged;
};

const indexItems = (
  items: readonly Json[],
  type: ListType,
): { elements: (PathElement | undefined)[]; byElement: Map<PathElement, Value> } => {
  const byElement = new Map<PathElement, Value>();
  const elements = items.map((item) => listItemElementOf(type, item));
  // Items that occur twice cannot be merged with anything.
  elements.forEach((element, i) => element !== undefined && byElement.set(element, byElement.has(element) ? undefined : items[i]));
  return { elements, byElement };
};

/** Items of both lists: those that the right list names in its order, the others where they were between them. */
const mergeLists = (left: readonly Json[], right: readonly Json[], type: ListType): Value => {
  const live = indexItems(left, type);
  const config = indexItems(right, type);
  const shared = config.elements.filter((element) => element !== undefined && live.byElement.has(element));
  let nextShared = shared.shift();
  const merged: Json[] = [];
  const taken = new Set<PathElement | undefined>();
  const push = (value: Value): void => {
    if (value !== undefined) merged.push(value);
  };
  const pushBoth = (element: PathElement): void => {
    taken.add(element);
    push(mergeAny(live.byElement.get(element), config.byElement.get(element), type.item));
    if (element === nextShared) nextShared = shared.shift();
  };
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const element = live.elements[l];
    if (l < left.length) {
      const inConfig = element !== undefined && config.byElement.has(element);
      if (!inConfig) {
        push(mergeAny(left[l], undefined, type.item));
        l++;
        continue;
      }
      if (
        taken.has(element) ||
        (r < right.length && element !== config.elements[r] && nextShared !== undefined && nextShared !== element)
      ) {
        l++;
        continue;
      }
    }
    if (r < right.length) {
      const wanted = config.elements[r];
      if (wanted !== undefined) pushBoth(wanted);
      if (wanted === element) l++;
      r++;
    }
  }
  return merged.length > 0 ? merged : undefined;
};

function mergeAny(left: Value, right: Value, type: MergeType): Value {
  const shape = shapeOf(type, right === undefined ? left : right);
  if (shape === 'map' && type.map) {
    const from = typeof left === 'object' && left !== null && !Array.isArray(left) ? left : {};
    const to = typeof right === 'object' && right !== null && !Array.isArray(right) ? right : {};
    const bothEmpty = Object.keys(from).length === 0 && Object.keys(to).length === 0;
    if (!type.map.atomic && !bothEmpty) return mergeMaps(from, to, type.map);
  } else if (shape === 'list' && type.list) {
    const from = Array.isArray(left) ? left : [];
    const to = Array.isArray(right) ? right : [];
    if (type.list.kind !== 'atomic' && (from.length > 0 || to.length > 0)) return mergeLists(from, to, type.list);
  }
  return right === undefined ? left : right;
}

/** Lays the applied configuration over the live object: what it says replaces or merges, what it leaves out stays. */
export const mergeValues = (live: JsonObject, config: JsonObject, type: MergeType): JsonObject =>
  (mergeAny(live, config, type) ?? {}) as JsonObject;
