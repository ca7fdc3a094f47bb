import { deepClone } from '../../src/apimachinery/clone/deep-clone.ts';
import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { pick, pickWeighted, type Random } from './random.ts';

/** Keys and indexes from the root to a value. */
export type Place = readonly (string | number)[];

/** One change at one place, that can be made to any object that has it. */
export type Edit = (object: JsonObject) => JsonObject;

const isFixed = (place: Place): boolean => {
  const path = place.join('.');
  return /^(?:apiVersion|kind|metadata|metadata\.(?:name|namespace|uid|resourceVersion|creationTimestamp|generation|managedFields.*))$/.test(
    path,
  );
};

/** Every place below the root but what identifies the object. */
export const placesOf = (value: Json, place: Place = []): Place[] => {
  const below =
    typeof value !== 'object' || value === null
      ? []
      : Array.isArray(value)
        ? value.flatMap((item, i) => placesOf(item, [...place, i]))
        : Object.entries(value).flatMap(([key, item]) => placesOf(item, [...place, key]));
  return place.length === 0 || isFixed(place) ? below : [place, ...below];
};

type Parent = Record<string | number, Json>;

const at = (place: Place, change: (parent: Parent, key: string | number) => void): Edit => {
  return (object) => {
    const copy = deepClone(object);
    let parent: Json | undefined = copy;
    for (const key of place.slice(0, -1)) {
      parent = (parent as unknown as Parent)[key];
      if (typeof parent !== 'object' || parent === null) return copy;
    }
    change(parent as unknown as Parent, place.at(-1) ?? '');
    return copy;
  };
};

const remove = (parent: Parent, key: string | number): void => {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
};

/** Another value of the same type. */
const other = (value: Json | undefined, random: Random): Json => {
  if (typeof value === 'number') return value + (random() < 0.5 ? 1 : -1);
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string')
    return /^\d/.test(value) ? pick(random, ['1', '2', '10', '3Gi', '100m']) : `${value}${pick(random, ['x', '1'])}`;
  if (!Array.isArray(value)) return { ...(value as JsonObject), [pick(random, ['a', 'extra', 'x.example/y'])]: pick(random, ['1', 'b']) };
  const choice = random();
  const first = value[0];
  if (first !== undefined && choice < 0.4) return [...value, deepClone(first)];
  return choice < 0.8 ? value.toReversed() : value.slice(1);
};

const empty = (value: Json | undefined): Json =>
  Array.isArray(value)
    ? []
    : typeof value === 'object' && value !== null
      ? {}
      : typeof value === 'number'
        ? 0
        : typeof value === 'boolean'
          ? false
          : '';

/** A random change of what an object has: most take something away or put another value there, some make it null or empty. */
export const randomEdit = (object: JsonObject, random: Random, odd = 1): Edit => {
  const places = placesOf(object);
  if (places.length === 0) return (unchanged) => unchanged;
  const place = pick(random, places);
  const kind = pickWeighted(random, { remove: 5, other: 5, null: 0.4 * odd, empty: 0.6 * odd });
  const seed = random();
  return at(place, (parent, key) => {
    if (kind === 'remove') remove(parent, key);
    else if (kind === 'null') parent[key] = null;
    else if (kind === 'empty') parent[key] = empty(parent[key]);
    else parent[key] = other(parent[key], () => seed);
  });
};

/** Several changes in turn, each of what the ones before have left. */
export const randomEdits = (object: JsonObject, random: Random, count: number): Edit => {
  const edits: Edit[] = [];
  let current = object;
  for (let i = 0; i < count; i++) {
    const edit = randomEdit(current, random);
    edits.push(edit);
    current = edit(current);
  }
  return (given) => edits.reduce((changed, edit) => edit(changed), given);
};
