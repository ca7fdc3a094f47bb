import { encodeJson } from '../../apimachinery/json/exact-json.ts';
import { createHash } from 'node:crypto';
import type { KindDefinition } from '../../api/kind-definition.ts';

const fingerprints = new WeakMap<KindDefinition, string>();

/** A hash of all that a definition publishes. A built-in kind's schema only changes with the program, so it is not read for this. */
const definitionFingerprint = (definition: KindDefinition): string => {
  const known = fingerprints.get(definition);
  if (known) return known;
  const { group, version, kind, listKind, plural, namespaced, verbs, subresources, custom, selectableFields } = definition;
  const schema = custom ? definition.schema().root : undefined;
  const text = encodeJson([
    group,
    version,
    kind,
    listKind,
    plural,
    namespaced,
    verbs,
    subresources,
    schema,
    custom ? Object.keys(selectableFields ?? {}) : [],
  ]);
  const made = createHash('sha512').update(text).digest('hex');
  fingerprints.set(definition, made);
  return made;
};

/** What names the content of a document: equal exactly when the document would be, given the same `program` (its version). */
export const documentFingerprint = (program: string, definitions: readonly KindDefinition[]): string => {
  const hash = createHash('sha512').update(program);
  for (const definition of definitions) hash.update(definitionFingerprint(definition));
  return hash.digest('hex').toUpperCase();
};
