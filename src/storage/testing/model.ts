import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { MaintainableStore, Revision } from '../contract.ts';
import { recordWatch } from './watch-recorder.ts';

type Step =
  | { readonly do: 'create' | 'update' | 'delete'; readonly key: string; readonly stale: boolean; readonly text: string }
  | { readonly do: 'list'; readonly prefix: string; readonly limit: number };

const key = fc.constantFrom('/a/1', '/a/2', '/a/20', '/b/1', '/a-', '/a/ü', '/a/\u{1F600}', '/a/\uFF5E');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('create', 'update', 'delete'), key, stale: fc.boolean(), text: fc.string({ maxLength: 40 }) }),
  fc.record({ do: fc.constant('list'), prefix: fc.constantFrom('/', '/a', '/a/', '/none'), limit: fc.integer({ min: 1, max: 5 }) }),
);

interface Entry {
  readonly text: string;
  readonly revision: Revision;
}
type State = ReadonlyMap<string, Entry>;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const byUtf8 = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Random histories against a plain map: every answer, every past state and the whole watch must agree with it. */
export async function checkAgainstModel(open: () => Promise<MaintainableStore>, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
      const store = await open();
      try {
        await runHistory(store, steps);
      } finally {
        await store.close();
      }
    }),
    { numRuns },
  );
}

async function runHistory(store: MaintainableStore, steps: readonly Step[]): Promise<void> {
  const start = await store.revision();
  let state: State = new Map();
  let revision = start;
  const past: [Revision, State][] = [[start, state]];
  const log: unknown[] = [];
  const during = recordWatch(store, '/a', start);

  for (const action of steps) {
    if (action.do === 'list') {
      await expectList(store, state, action);
      continue;
    }
    const before = state.get(action.key);
    const expected = action.stale ? (before?.revision ?? 1n) - 1n : (before?.revision ?? 0n);
    const result =
      action.do === 'create'
        ? await store.create(action.key, bytes(action.text))
        : action.do === 'update'
          ? await store.update(action.key, bytes(action.text), { expected })
          : await store.delete(action.key, { expected });
    const wins = action.do === 'create' ? !before : before?.revision === expected;
    expect(result.applied).toBe(wins);
    if (!result.applied) {
      expect(result.current?.modRevision).toBe(before?.revision);
      continue;
    }
    expect(result.revision).toBeGreaterThan(revision);
    revision = result.revision;
    const next = new Map(state);
    if (action.do === 'delete') next.delete(action.key);
    else next.set(action.key, { text: action.text, revision });
    state = next;
    past.push([revision, state]);
    const text = action.do === 'delete' ? before?.text : action.text;
    log.push([action.do === 'delete' ? 'delete' : 'put', action.key, revision, text, before?.revision, before?.text]);
  }

  for (const [at, expected] of past) {
    const { items } = await store.list('/', { revision: at });
    expect(items.map((item) => [item.key, item.modRevision])).toEqual(
      [...expected].map(([name, entry]) => [name, entry.revision]).toSorted(([a], [b]) => byUtf8(String(a), String(b))),
    );
  }
  const afterwards = recordWatch(store, '/a', start);
  for (const recorder of [during, afterwards]) {
    await recorder.reached(revision);
    await recorder.stop();
    const seen = recorder.events.map((event) => [
      event.type,
      event.key,
      event.revision,
      Buffer.from(event.value).toString(),
      event.previous?.modRevision,
      event.previous && Buffer.from(event.previous.value).toString(),
    ]);
    expect(seen).toEqual(log.filter((entry) => Array.isArray(entry) && String(entry[1]).startsWith('/a')));
  }
}

async function expectList(store: MaintainableStore, state: State, { prefix, limit }: { prefix: string; limit: number }): Promise<void> {
  const want = [...state.keys()].filter((name) => name.startsWith(prefix)).toSorted(byUtf8);
  const got: string[] = [];
  for (let after: string | undefined, left = 1; left > 0;) {
    const page = await store.list(prefix, { limit, ...(after !== undefined && { after }) });
    got.push(...page.items.map((item) => item.key));
    expect(page.remaining).toBe(want.length - got.length);
    left = page.remaining;
    after = got.at(-1);
  }
  expect(got).toEqual(want);
  expect(await store.count(prefix)).toBe(want.length);
}
