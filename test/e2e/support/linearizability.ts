/**
 * A checker of histories against a register with compare-and-swap, after Wing and Gong (1993) with Lowe's memory of what was tried
 * (2017): is there an order of the operations, each taking effect at one moment between its call and its answer, that explains every
 * answer? Each key is checked alone, which is enough: linearizability is local (Herlihy and Wing 1990).
 */

/** What a register holds: the text of its last write; undefined when the key is absent. */
export type Content = string | undefined;

export type Action =
  | { readonly do: 'read'; readonly saw: Content }
  | { readonly do: 'create'; readonly text: string }
  | { readonly do: 'update'; readonly expected: string; readonly text: string }
  | { readonly do: 'delete'; readonly expected: string };

export interface Operation {
  readonly action: Action;
  /** `refused`: the register was not as expected. `unknown`: no answer came, it may have taken effect at any time after the call, or never. */
  readonly outcome: 'done' | 'refused' | 'unknown';
  /** Order of calls and answers on one clock; the answer of an unknown outcome never comes. */
  readonly called: number;
  readonly answered: number;
}

interface Step {
  readonly content: Content;
}

/** What the register holds after the operation; undefined when its answer cannot be. */
const apply = (content: Content, { action, outcome }: Operation): Step | undefined => {
  if (action.do === 'read') return action.saw === content ? { content } : undefined;
  const holds = action.do === 'create' ? content === undefined : content === action.expected;
  if (outcome === 'refused') return holds ? undefined : { content };
  if (!holds) return undefined;
  return { content: action.do === 'delete' ? undefined : action.text };
};

/** Whether one key's history can be explained, beginning with an absent key. */
export const isLinearizable = (history: readonly Operation[]): boolean => {
  const operations = history.toSorted((a, b) => a.called - b.called);
  const tried = new Set<string>();
  // Depth first over (operations that took effect, content); an own stack, for histories are long.
  const stack: { readonly taken: ReadonlySet<number>; readonly from: number; readonly content: Content }[] = [
    { taken: new Set(), from: 0, content: undefined },
  ];
  for (let state = stack.pop(); state; state = stack.pop()) {
    const { taken, content } = state;
    let { from } = state;
    while (taken.has(from)) from += 1;
    // Nothing may take effect after an operation that is still left has been answered.
    let horizon = Infinity;
    let isDone = true;
    const next: typeof stack = [];
    for (let index = from; index < operations.length; index++) {
      const operation = operations[index]!;
      if (taken.has(index)) continue;
      if (operation.called > horizon) break;
      if (operation.outcome !== 'unknown') {
        isDone = false;
        horizon = Math.min(horizon, operation.answered);
      }
      const step = apply(content, operation);
      if (step) next.push({ taken: new Set([...taken].filter((each) => each >= from)).add(index), from, content: step.content });
    }
    if (isDone) return true;
    for (const each of next) {
      const key = `${each.from} ${[...each.taken].toSorted((a, b) => a - b).join(',')} ${each.content}`;
      if (tried.has(key)) continue;
      tried.add(key);
      stack.push(each);
    }
  }
  return false;
};
