import { array, assert as check, integer, property, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RoundRobin } from './round-robin.ts';
import { createThreadTurns } from './thread-turns.ts';

test('everything comes out once, and of owners that have something none comes twice before another came once', () => {
  check(
    property(array(tuple(integer({ min: 0, max: 3 }), integer({ min: 0, max: 3 })), { maxLength: 40 }), (pushed) => {
      const ring = new RoundRobin<number>();
      for (const [index, [group, owner]] of pushed.entries()) ring.push(index, owner, group);
      const groups = new Map(pushed.map(([group]) => [group, pushed.filter((each) => each[0] === group).length]));
      const shifted: number[] = [];
      let lastOf = new Map<number, number>();
      while (ring.size > 0) {
        const item = ring.shift() ?? -1;
        const group = pushed[item]?.[0] ?? -1;
        const busy = [...groups].filter(([, left]) => left > 0).length;
        const before = lastOf.get(group);
        if (before !== undefined) expect(shifted.length - before).toBeGreaterThanOrEqual(busy);
        lastOf = lastOf.set(group, shifted.length);
        groups.set(group, (groups.get(group) ?? 0) - 1);
        shifted.push(item);
      }
      expect(shifted.toSorted((a, b) => a - b)).toEqual(pushed.map((_, index) => index));
    }),
  );
});

describe('turns on the thread', () => {
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

  test('work begins at once until the slice is used up, then in later rounds, owner by owner', async () => {
    let time = 0;
    const turns = createThreadTurns({ sliceMilliseconds: 10, now: () => time });
    const began: string[] = [];
    const work = (name: string) => (): void => {
      began.push(name);
      time += 6;
    };
    const ask = (owner: string, name: string): void => (turns.isFree() ? work(name)() : turns.wait(work(name), owner));
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) ask('a', name);
    ask('b', 'b1');
    expect(began).toEqual(['a1', 'a2']);
    for (let i = 0; i < 50 && began.length < 6; i++) await settle();
    expect(began).toEqual(['a1', 'a2', 'a3', 'b1', 'a4', 'a5']);
    await settle();
    expect(turns.isFree()).toBe(true);
  });

  test('what follows from work in promises is done before the next begins', async () => {
    const turns = createThreadTurns({ sliceMilliseconds: 1000, now: () => 0 });
    const steps: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      for (let i = 0; i < 5; i++) {
        steps.push(name);
        await Promise.resolve();
      }
    };
    for (const name of ['a', 'b']) turns.wait(() => void work(name)(), name);
    for (let i = 0; i < 50 && steps.length < 10; i++) await settle();
    expect(steps.join('')).toBe('aaaaabbbbb');
  });
});
