import type { ObjectMeta } from '../apimachinery/meta/object.ts';
import { formatLabelSelector, labelSelectorFromSpec } from '../apimachinery/selectors/label-selector.ts';
import { humanAge } from '../apimachinery/time/human-duration.ts';
import type { LabelSelector } from './meta/types.gen.ts';

/** The Age column. */
export const age = ({ metadata }: { readonly metadata: ObjectMeta }, now: Date): string => humanAge(metadata.creationTimestamp, now);

/** `a,b,c + 2 more...` after three items, `empty` without any. */
export const listed = (items: readonly string[], empty: string, max = 3): string => {
  if (items.length === 0) return empty;
  const shown = items.slice(0, max).join(',');
  return items.length > max ? `${shown} + ${items.length - max} more...` : shown;
};

/** `a=b,c=d` in the order of these texts, by which `a/b=c` comes before `a=b`. */
export const labelsText = (labels: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .toSorted()
    .join(',') || '<none>';

/** A label selector in its string form; a selector of everything is `empty`. */
export const selectorText = (selector: LabelSelector | undefined, empty = '<none>'): string => {
  try {
    return (selector && formatLabelSelector(labelSelectorFromSpec(selector))) || empty;
  } catch {
    return '<error>';
  }
};

/** Container names and images, each joined by commas. */
export const containerCells = (containers: readonly { readonly name: string; readonly image?: string }[] | undefined): [string, string] => [
  (containers ?? []).map(({ name }) => name).join(','),
  (containers ?? []).map(({ image }) => image ?? '').join(','),
];
