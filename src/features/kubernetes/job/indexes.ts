import type { Pod } from '../../../api/core/types.gen.ts';

export const completionIndexAnnotation = 'batch.kubernetes.io/job-completion-index';

/** The completion index of an Indexed Job's pod; -1 when it has none. */
export const indexOf = ({ metadata }: Pod): number => {
  const text = metadata.annotations?.[completionIndexAnnotation] ?? '';
  return /^\d+$/.test(text) ? Number(text) : -1;
};

/** `0-2,5` as a set, without what is not below `completions`. */
export const parseIndexes = (text: string | undefined, completions: number): Set<number> => {
  const indexes = new Set<number>();
  for (const part of (text ?? '').split(',').filter((entry) => entry !== '')) {
    const [first = '', last = first] = part.split('-');
    for (let index = Number(first); index <= Math.min(Number(last), completions - 1); index += 1) indexes.add(index);
  }
  return indexes;
};

/** The inverse of parseIndexes: runs of more than one are written as ranges. */
export const formatIndexes = (indexes: Iterable<number>): string => {
  const parts: string[] = [];
  const sorted = [...indexes].toSorted((a, b) => a - b);
  for (let begin = 0; begin < sorted.length;) {
    let end = begin;
    while (sorted[end + 1] === (sorted[end] ?? 0) + 1) end += 1;
    parts.push(
      end === begin ? String(sorted[begin]) : end === begin + 1 ? `${sorted[begin]},${sorted[end]}` : `${sorted[begin]}-${sorted[end]}`,
    );
    begin = end + 1;
  }
  return parts.join(',');
};
