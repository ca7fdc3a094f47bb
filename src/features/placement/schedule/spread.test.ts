import { describe, expect, test } from 'vitest';
import type { SpreadConstraint } from '../api/placement.ts';
import { selectBySpread } from './spread.ts';

const clusters = [
  { name: 'a', score: 0, capacity: 5, region: 'eu', zone: 'eu-1', provider: 'x' },
  { name: 'b', score: 100, capacity: 2, region: 'eu', zone: 'eu-2', provider: 'x' },
  { name: 'c', score: 0, capacity: 9, region: 'us', zone: 'us-1', provider: 'y' },
  { name: 'd', score: 0, capacity: 1, region: '', zone: '', provider: '' },
];

const select = (constraints: SpreadConstraint[], replicas?: number, duplicated = false) => {
  const result = selectBySpread({ clusters, constraints, replicas, duplicated });
  return result.ok ? result.clusters.map(({ name }) => name) : result.reason;
};

test('without constraints all stay, best first', () => expect(select([])).toEqual(['b', 'c', 'a', 'd']));

describe('cluster constraint', () => {
  test('takes the best up to maxGroups', () => expect(select([{ spreadByField: 'cluster', maxGroups: 2 }])).toEqual(['b', 'c']));
  test('omitted maxGroups is unlimited', () => expect(select([{ spreadByField: 'cluster', minGroups: 2 }])).toEqual(['b', 'c', 'a', 'd']));
  test('too few clusters is unschedulable, with the count', () =>
    expect(select([{ spreadByField: 'cluster', minGroups: 5 }])).toBe(
      'the number of feasible cluster groups is 4: spreadConstraints ask for at least 5',
    ));
  test('the last one makes way when room is short', () => expect(select([{ spreadByField: 'cluster', maxGroups: 1 }], 8)).toEqual(['c']));
});

describe('region constraint', () => {
  test('one cluster in each region first', () =>
    expect(
      select([
        { spreadByField: 'region', minGroups: 2 },
        { spreadByField: 'cluster', minGroups: 2, maxGroups: 2 },
      ]),
    ).toEqual(['b', 'c']));
  test('fills the rest by merit and leaves out clusters without a region', () =>
    expect(
      select([
        { spreadByField: 'region', minGroups: 2 },
        { spreadByField: 'cluster', maxGroups: 9 },
      ]),
    ).toEqual(['b', 'c', 'a']));
  test('one region is the one with the most room for the replicas', () =>
    expect(
      select(
        [
          { spreadByField: 'region', maxGroups: 1 },
          { spreadByField: 'cluster', maxGroups: 5 },
        ],
        9,
      ),
    ).toEqual(['c']));
  test('duplicated counts the clusters that can hold everything', () =>
    expect(
      select(
        [
          { spreadByField: 'region', maxGroups: 1 },
          { spreadByField: 'cluster', maxGroups: 5 },
        ],
        2,
        true,
      ),
    ).toEqual(['b', 'a']));
  test('too few regions', () => expect(select([{ spreadByField: 'region', minGroups: 3 }])).toMatch(/feasible region groups is 2/));
});

test('zone only requires enough groups', () => {
  expect(select([{ spreadByField: 'zone', minGroups: 3 }])).toEqual(['b', 'c', 'a', 'd']);
  expect(select([{ spreadByField: 'zone', minGroups: 4 }])).toMatch(/feasible zone groups is 3/);
});
