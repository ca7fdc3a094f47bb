import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { blockLabels } from './block.ts';
import type { Collection, Slice } from './collection.ts';
import type { Labels } from '../registry/value-text.ts';
import { objectAt } from './page-items.ts';

export interface SliceQuery {
  readonly prefix: string;
  /** The key to start after. */
  readonly after: string | undefined;
  readonly limit: number | undefined;
  /** Undefined: every object. */
  readonly matchesLabels?: ((labels: Labels) => boolean) | undefined;
  /** Asked about those whose labels match; undefined: nothing but labels counts. */
  readonly matches?: ((object: UnstructuredObject) => boolean) | undefined;
}

export interface SliceResult {
  readonly slices: readonly Slice[];
  /** The last key of the page when more may follow. */
  readonly last: string | undefined;
}

/** Cuts a page at its limit. */
const cut = (slices: Iterable<Slice>, limit: number): SliceResult => {
  const taken: Slice[] = [];
  let left = limit;
  for (const slice of slices) {
    if (left === 0) return { slices: taken, last: lastKey(taken) };
    const to = Math.min(slice.to, slice.from + left);
    taken.push({ ...slice, to });
    left -= to - slice.from;
    if (to < slice.to) return { slices: taken, last: lastKey(taken) };
  }
  return { slices: taken, last: undefined };
};

const lastKey = (slices: readonly Slice[]): string | undefined => {
  const last = slices.at(-1);
  return last?.block.keys[last.to - 1];
};

/** Label sets are shared by many objects: each is asked about once. */
const remembering = (matches: (labels: Labels) => boolean): ((labels: Labels) => boolean) => {
  const answers = new Map<Labels, boolean>();
  return (labels) => {
    let answer = answers.get(labels);
    if (answer === undefined) answers.set(labels, (answer = matches(labels)));
    return answer;
  };
};

/** Runs of neighbours that match. */
function* matching(collection: Collection, { prefix, after, matchesLabels, matches }: SliceQuery): Generator<Slice, void> {
  const labelsMatch = matchesLabels && remembering(matchesLabels);
  for (const { block, from, to } of collection.slices(prefix, after)) {
    const labels = labelsMatch ? blockLabels(block) : [];
    let start = -1;
    for (let at = from; at < to; at++) {
      const found =
        (!labelsMatch || labelsMatch(labels[at] as Labels)) &&
        (!matches || matches(objectAt(collection.definition, { block, from: at, to: at + 1 })));
      if (found && start < 0) start = at;
      else if (!found && start >= 0) {
        yield { block, from: start, to: at };
        start = -1;
      }
    }
    if (start >= 0) yield { block, from: start, to };
  }
}

/** One page of a collection as it is now. */
export const readSlices = (collection: Collection, query: SliceQuery): SliceResult => {
  const slices = query.matchesLabels || query.matches ? matching(collection, query) : collection.slices(query.prefix, query.after);
  return cut(slices, query.limit ?? Infinity);
};
