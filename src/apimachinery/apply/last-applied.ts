import { parseJson } from '../json/exact-json.ts';
import type { Json, JsonObject } from '../meta/object.ts';
import { goJson } from '../text/go-quote.ts';
import { validateAnnotations } from '../validation/object-meta.ts';
import { compareValues } from './compare-values.ts';
import { emptyFieldSet, fieldPathsOf, fieldSetOf, hasFieldPath, subtractFieldSets, type FieldSet } from './field-set.ts';
import type { Conflict } from './ownership.ts';
import { toFieldSet } from './to-field-set.ts';
import { valueError } from './validate-value.ts';
import type { TypedObject } from './versions.ts';

/** Where client-side apply keeps what it applied. */
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** The only manager whose client-side applies are upgraded. */
export const kubectlManager = 'kubectl';

const annotationsOf = (object: JsonObject): JsonObject | undefined =>
  (object['metadata'] as JsonObject | undefined)?.['annotations'] as JsonObject | undefined;

const parseLastApplied = (live: TypedObject): JsonObject | undefined => {
  const text = annotationsOf(live.value)?.[lastAppliedAnnotation];
  if (typeof text !== 'string' || text === '') return undefined;
  try {
    const object = parseJson(text) as JsonObject;
    return object['apiVersion'] === live.apiVersion && valueError(object, live.type) === undefined ? object : undefined;
  } catch {
    return undefined;
  }
};

/** The fields that client-side apply set and nobody changed since: server-side apply by kubectl may take them over. */
const takeableFields = (live: TypedObject): FieldSet => {
  const applied = parseLastApplied(live);
  // A live list with duplicate items (a strategic merge patch can make one) cannot be compared item by item.
  if (!applied || valueError(live.value, live.type) !== undefined) return emptyFieldSet;
  const { changed, removed } = compareValues(applied, live.value, live.type);
  return [changed, removed].reduce(subtractFieldSets, toFieldSet(applied, live.type));
};

/** The conflicts that remain when kubectl may take over what it applied client-side. */
export function conflictsBeyondLastApplied(conflicts: readonly Conflict[], live: TypedObject): Conflict[] {
  const takeable = takeableFields(live);
  if (takeable.size === 0) return [...conflicts];
  return conflicts.flatMap(({ manager, fields }) => {
    const left = [...fieldPathsOf(fields)].filter((path) => !hasFieldPath(takeable, path));
    return left.length > 0 ? [{ manager, fields: fieldSetOf(...left) }] : [];
  });
}

/** Go writes maps in the order of their keys. */
const sortKeys = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sortKeys(value[key] ?? null)]),
  );
};

/** Keeps an existing annotation of client-side apply current, so that clients can go back to it; dropped when it would be too large. */
export function withLastApplied(object: JsonObject, config: JsonObject): JsonObject {
  const annotations = annotationsOf(object);
  if (!annotations?.[lastAppliedAnnotation]) return object;
  const { [lastAppliedAnnotation]: _, ...configAnnotations } = annotationsOf(config) ?? {};
  const configMeta = config['metadata'] as JsonObject | undefined;
  const hadAnnotations = configMeta !== undefined && 'annotations' in configMeta;
  const recorded = {
    ...config,
    ...(configMeta ? { metadata: { ...configMeta, ...(hadAnnotations ? { annotations: configAnnotations } : {}) } } : {}),
  };
  const next: JsonObject = { ...annotations, [lastAppliedAnnotation]: `${goJson(sortKeys(recorded))}\n` };
  const isTooLarge = validateAnnotations(next as Record<string, string>, '').some(({ type }) => type === 'FieldValueTooLong');
  if (isTooLarge) delete next[lastAppliedAnnotation];
  return { ...object, metadata: { ...(object['metadata'] as JsonObject), annotations: next } };
}
