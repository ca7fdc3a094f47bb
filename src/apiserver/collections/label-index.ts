import type { KindDefinition } from '../../api/kind-definition.ts';
import { compareKeys } from '../../storage/embedded/key-order.ts';
import { asBuffer } from '../registry/value-codec.ts';
import { labelsOf, type Labels } from '../registry/value-text.ts';
import type { Content } from './kept-by-kind.ts';

export interface LabelQuery {
  readonly prefix: string;
  /** The key to start after. */
  readonly after: string | undefined;
  readonly matchesLabels: (labels: Labels) => boolean;
}

/** Which objects of one kind have which labels: for a kind whose objects are too large to be kept themselves. */
export interface LabelIndex extends Content {
  readonly size: number;
  /** The keys of the objects whose labels match, in order. */
  matching(query: LabelQuery): string[];
}

interface Group {
  readonly labels: Labels;
  readonly keys: Set<string>;
}

/** Of a key in two tables, near enough, beside its characters. */
const bytesPerKey = 120;
/** Of a set of labels. */
const bytesPerGroup = 400;

/** Objects with the same labels are a group, and a selector is asked about each group once. */
export const createLabelIndex = (definition: KindDefinition): LabelIndex => {
  const groups = new Map<Labels, Group>();
  const groupOf = new Map<string, Group>();
  /** The labels by their text. */
  const known = new Map<string, Labels>();
  let characters = 0;

  const remove = (key: string): void => {
    const group = groupOf.get(key);
    if (!group) return;
    groupOf.delete(key);
    characters -= key.length;
    group.keys.delete(key);
    if (group.keys.size > 0) return;
    groups.delete(group.labels);
    // Sets of labels come and go with their objects: the texts of those gone are let go together.
    if (known.size > 2 * groups.size + 1000) for (const [text, labels] of known) if (!groups.has(labels)) known.delete(text);
  };

  return {
    definition,
    get size() {
      return groupOf.size;
    },
    get bytes() {
      return characters + groupOf.size * bytesPerKey + groups.size * bytesPerGroup;
    },
    apply(key, value) {
      remove(key);
      if (!value) return;
      const labels = labelsOf(asBuffer(value), known);
      let group = groups.get(labels);
      if (!group) groups.set(labels, (group = { labels, keys: new Set() }));
      group.keys.add(key);
      groupOf.set(key, group);
      characters += key.length;
    },
    matching({ prefix, after, matchesLabels }) {
      const found: string[] = [];
      for (const { labels, keys } of groups.values()) {
        if (!matchesLabels(labels)) continue;
        for (const key of keys) if (key.startsWith(prefix) && (after === undefined || compareKeys(key, after) > 0)) found.push(key);
      }
      return found.toSorted(compareKeys);
    },
  };
};
