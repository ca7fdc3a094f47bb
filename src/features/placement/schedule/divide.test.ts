import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DivisionInput, DivisionStrategy } from './divide.ts';
import { divideReplicas, strategyOf } from './divide.ts';

const candidates = (available: Record<string, number>, weights: Record<string, number> = {}) =>
  Object.entries(available).map(([name, free]) => ({ name, available: free, weight: weights[name] ?? 0 }));

const divide = (
  strategy: DivisionStrategy,
  replicas: number,
  available: Record<string, number>,
  more: Partial<DivisionInput> & { weights?: Record<string, number> } = {},
) => {
  const { weights, ...rest } = more;
  const result = divideReplicas({
    strategy,
    replicas,
    candidates: candidates(available, weights),
    previous: [],
    uid: undefined,
    fresh: false,
    ...rest,
  });
  return result.ok ? Object.fromEntries(result.targets.map(({ name, replicas: count }) => [name, count])) : result;
};

describe('strategyOf', () => {
  test.each([
    [undefined, 'Duplicated'],
    [{ replicaSchedulingType: 'Duplicated' as const }, 'Duplicated'],
    [{ replicaSchedulingType: 'Divided' as const }, 'StaticWeight'],
    [{ replicaSchedulingType: 'Divided' as const, replicaDivisionPreference: 'Aggregated' as const }, 'Aggregated'],
    [
      { replicaDivisionPreference: 'Weighted' as const, weightPreference: { dynamicWeight: 'AvailableReplicas' as const } },
      'DynamicWeight',
    ],
  ])('%j is %s', (scheduling, expected) => expect(strategyOf(scheduling)).toBe(expected));
});

test('Duplicated gives everyone all', () => expect(divide('Duplicated', 3, { a: 0, b: 9 })).toEqual({ a: 3, b: 3 }));

describe('static weights', () => {
  test('drop clusters that no rule matches', () =>
    expect(divide('StaticWeight', 9, { a: 0, b: 0, c: 0 }, { weights: { a: 2, b: 1 } })).toEqual({ a: 6, b: 3 }));
  test('are equal when none matches', () => expect(divide('StaticWeight', 5, { a: 0, b: 0 })).toEqual({ a: 3, b: 2 }));
  test('ignore what was there before', () =>
    expect(divide('StaticWeight', 4, { a: 0, b: 0 }, { weights: { a: 1, b: 1 }, previous: [{ name: 'a', replicas: 4 }] })).toEqual({
      a: 2,
      b: 2,
    }));
});

describe('dynamic weights', () => {
  test('follow free capacity', () => expect(divide('DynamicWeight', 12, { a: 6, b: 12, c: 18 })).toEqual({ a: 2, b: 4, c: 6 }));
  test('scaling up divides only the delta', () =>
    expect(divide('DynamicWeight', 9, { a: 1, b: 8 }, { previous: [{ name: 'a', replicas: 6 }] })).toEqual({ a: 6, b: 3 }));
  test('scaling down divides by what is assigned', () =>
    expect(
      divide(
        'DynamicWeight',
        6,
        { a: 0, b: 0 },
        {
          previous: [
            { name: 'a', replicas: 8 },
            { name: 'b', replicas: 4 },
          ],
        },
      ),
    ).toEqual({ a: 4, b: 2 }));
  test('equal stays as it is, whatever the capacity', () =>
    expect(divide('DynamicWeight', 4, { a: 0, b: 99 }, { previous: [{ name: 'a', replicas: 4 }] })).toEqual({ a: 4 }));
  test('no partial placement', () => expect(divide('DynamicWeight', 9, { a: 3, b: 5 })).toEqual({ ok: false, needed: 9, available: 8 }));
  test('fresh mode counts own capacity and forgets the past', () =>
    expect(divide('DynamicWeight', 6, { a: 0, b: 6 }, { previous: [{ name: 'a', replicas: 6 }], fresh: true })).toEqual({ a: 3, b: 3 }));
});

describe('aggregated', () => {
  test('uses the fewest clusters', () => expect(divide('Aggregated', 8, { a: 5, b: 10, c: 7 })).toEqual({ b: 8 }));
  test('takes the next roomiest when one is not enough', () =>
    expect(divide('Aggregated', 12, { a: 5, b: 10, c: 7 })).toEqual({ b: 7, c: 5 }));
  test('grows where it already is', () =>
    expect(divide('Aggregated', 6, { a: 4, b: 10 }, { previous: [{ name: 'a', replicas: 2 }] })).toEqual({ a: 6 }));
});

test('a divided result always sums to the replicas and never exceeds a capacity', () => {
  const strategies = fc.constantFrom<DivisionStrategy>('DynamicWeight', 'Aggregated');
  fc.assert(
    fc.property(strategies, fc.nat(200), fc.array(fc.nat(60), { minLength: 1, maxLength: 8 }), (strategy, replicas, free) => {
      const result = divideReplicas({
        strategy,
        replicas,
        candidates: free.map((available, index) => ({ name: `c${index}`, available, weight: 0 })),
        previous: [],
        uid: 'u',
        fresh: false,
      });
      const capacity = free.reduce((sum, value) => sum + value, 0);
      expect(result.ok).toBe(capacity >= replicas);
      if (!result.ok) return;
      expect(result.targets.reduce((sum, target) => sum + target.replicas!, 0)).toBe(replicas);
      for (const { name, replicas: count } of result.targets) expect(count).toBeLessThanOrEqual(free[Number(name.slice(1))]!);
    }),
  );
});
