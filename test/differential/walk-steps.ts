import { deepClone } from '../../src/apimachinery/clone/deep-clone.ts';
import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { SchemaNode } from '../../src/apimachinery/schema/schema-node.ts';
import type { BuiltInSeed } from './field-seeds.ts';
import { writesStatus } from './walk-answers.ts';
import { mutations, type Mutation } from './mutate.ts';

export interface WalkRequest {
  readonly method: string;
  readonly path: string;
  readonly body: Json;
  readonly type?: string;
}

/** A change of an object, told in one line. */
export interface Step {
  readonly told: string;
  readonly apply: (object: JsonObject) => JsonObject;
  /** What a server is sent whose own object this is. */
  readonly request: (own: JsonObject) => WalkRequest;
}

/** The same numbers in 0…1 for the same beginning (mulberry32). */
export const randomly = (start: number, name: string): (() => number) => {
  let state = [...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), start * 0x9e3779b9) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The merge patch (RFC 7396) that makes `to` of `from`. */
export const mergePatchOf = (from: JsonObject, to: JsonObject): JsonObject => {
  const patch: Record<string, Json> = {};
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const [before, after] = [from[key], to[key]];
    if (JSON.stringify(before) === JSON.stringify(after)) continue;
    if (after === undefined) patch[key] = null;
    else patch[key] = isObject(before) && isObject(after) ? mergePatchOf(before, after) : after;
  }
  return patch;
};

/** The JSON patch (RFC 6902) of the members that differ, whole members of the first two levels. */
export const jsonPatchOf = (from: JsonObject, to: JsonObject, path = '', depth = 2): Json[] =>
  [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((key): Json[] => {
    const [before, after] = [from[key], to[key]];
    const place = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    if (after === undefined) return [{ op: 'remove', path: place }];
    if (depth > 1 && isObject(before) && isObject(after)) return jsonPatchOf(before, after, place, depth - 1);
    return [{ op: before === undefined ? 'add' : 'replace', path: place, value: after }];
  });

const told = ({ path, value }: Mutation): string => `${path}=${JSON.stringify(value)?.slice(0, 200)}`;

/** Makes steps for an object of this seed; `others` are of the same kind. */
export const stepsOf = (
  seed: BuiltInSeed,
  others: readonly BuiltInSeed[],
  random: () => number,
): { create(): Step; next(object: JsonObject): Step } => {
  const source = seed.definition.schema();
  const node = new SchemaNode(source.root, source);
  const status = seed.definition.subresources.some(({ name }) => name === 'status') ? node.property('status') : undefined;
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const howMany = (): number => (random() < 0.5 ? 1 : random() < 0.6 ? 2 : 3);

  /** A top-level member of another object, or one of its `spec`. */
  const borrowed = (): Mutation | undefined => {
    const other = pick(others)?.object as JsonObject | undefined;
    const key = pick(Object.keys(other ?? {}).filter((name) => !['apiVersion', 'kind', 'metadata', 'status'].includes(name)));
    if (!other || key === undefined) return undefined;
    const member = isObject(other[key]) && random() < 0.7 ? pick(Object.keys(other[key])) : undefined;
    const value = member === undefined ? other[key] : (other[key] as JsonObject)[member];
    return {
      path: `.${key}${member === undefined ? '' : `.${member}`} of ${String((other['metadata'] as JsonObject)['name'])}`,
      value,
      apply: (object) => {
        const copy = deepClone(object) as Record<string, Json>;
        if (member === undefined) copy[key] = deepClone(value ?? null);
        else copy[key] = { ...(copy[key] as JsonObject | undefined), [member]: deepClone(value ?? null) };
        return copy;
      },
    };
  };

  /** An object keeps its name: it is removed by it. */
  const among = (object: JsonObject, part: 'status' | 'object'): Mutation[] =>
    part === 'status' && status
      ? [...mutations(status, object['status'], ['status'], 2)]
      : [...mutations(node, object)].filter(({ path }) => path !== '.metadata.name');

  /** Places are chosen first, so that a place with many values comes no more often than others. */
  const oneOf = (all: readonly Mutation[]): Mutation | undefined => {
    const place = pick([...new Set(all.map(({ path }) => path))]);
    return pick(all.filter(({ path }) => path === place));
  };

  const combine = (object: JsonObject, part: 'status' | 'object'): { readonly told: string; apply(object: JsonObject): JsonObject } => {
    const all = among(object, part);
    const chosen: Mutation[] = [];
    for (let left = howMany(); left > 0; left -= 1) {
      const one = part === 'object' && random() < 0.2 ? borrowed() : oneOf(all);
      if (one) chosen.push(one);
    }
    const fits = (own: JsonObject, mutation: Mutation): JsonObject => {
      try {
        return mutation.apply(own);
      } catch {
        return own; // An earlier change took its place away.
      }
    };
    return { told: chosen.map(told).join(' & '), apply: (own) => chosen.reduce(fits, own) };
  };

  const put = (change: ReturnType<typeof combine>, path: string): Step => ({
    ...change,
    told: `PUT ${change.told}`,
    request: (own) => ({ method: 'PUT', path, body: change.apply(own) }),
  });

  const patch = (change: ReturnType<typeof combine>, path: string): Step => {
    const type = pick(['merge-patch', 'strategic-merge-patch', 'json-patch']) ?? '';
    const make = type === 'json-patch' ? jsonPatchOf : mergePatchOf;
    return {
      ...change,
      told: `${type} ${change.told}`,
      request: (own) => ({ method: 'PATCH', path, body: make(own, change.apply(own)), type: `application/${type}+json` }),
    };
  };

  const refuse = (): never => {
    throw new Error('a creation is no request of its own');
  };
  return {
    create: () => {
      const change = random() < 0.3 ? { told: '', apply: (object: JsonObject) => object } : combine(seed.object as JsonObject, 'object');
      return { ...change, told: `create ${change.told}`, request: refuse };
    },
    next: (object) => {
      const part = status && !writesStatus(String(seed.object.kind)) && random() < 0.35 ? 'status' : 'object';
      const path = part === 'status' ? `${seed.item}/status` : seed.item;
      const change = combine(object, part);
      return random() < 0.6 ? put(change, path) : patch(change, path);
    },
  };
};
