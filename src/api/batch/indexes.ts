/** Why a list of indexes cannot be read, in the original's words. */
export interface IndexProblem {
  readonly problem: string;
}

const parseInteger = (text: string): number | undefined => (/^[+-]?\d+$/.test(text) ? Number(text) : undefined);

/** How many indexes `0,2-4` names; each lies below `completions`, and they ascend without touching. */
export const countIndexes = (text: string, completions: number): number | IndexProblem => {
  if (text === '') return 0;
  let last: number | undefined;
  let total = 0;
  for (const part of text.split(',')) {
    const limits = part.split('-');
    if (limits.length > 2)
      return {
        problem: `the fragment ${JSON.stringify(part)} violates the requirement that an index interval can have at most two parts separated by '-'`,
      };
    const first = parseInteger(limits[0] ?? '');
    if (first === undefined) return { problem: `cannot convert string to integer for index: ${JSON.stringify(limits[0])}` };
    if (first >= completions) return { problem: `too large index: ${JSON.stringify(limits[0])}` };
    if (last !== undefined && last >= first) return { problem: `non-increasing order, previous: ${last}, current: ${first}` };
    last = first;
    if (limits.length === 2) {
      const end = parseInteger(limits[1] ?? '');
      if (end === undefined) return { problem: `cannot convert string to integer for index: ${JSON.stringify(limits[1])}` };
      if (end >= completions) return { problem: `too large index: ${JSON.stringify(limits[1])}` };
      if (last >= end) return { problem: `non-increasing order, previous: ${last}, current: ${end}` };
      last = end;
    }
    total += last - first + 1;
  }
  return total;
};
