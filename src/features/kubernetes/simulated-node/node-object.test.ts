import { expect, test } from 'vitest';
import { isOfferStale, nodeStatus } from './node-object.ts';

const node = { name: 'n', address: '10.0.0.1', podCIDR: '10.244.0.0/24' };

test('a node offers what it has, extended resources that others added included', () => {
  const first = nodeStatus(node, undefined, 0);
  expect(first.allocatable).toEqual({ cpu: '8', memory: '32Gi', pods: '110', 'ephemeral-storage': '100Gi' });
  expect(isOfferStale(node, first)).toBe(false);
  const patched = { ...first, capacity: { ...first.capacity, 'example.com/gpu': '4' } };
  expect(isOfferStale(node, patched)).toBe(true);
  const second = nodeStatus(node, patched, 0);
  expect(second).toMatchObject({ capacity: { 'example.com/gpu': '4' }, allocatable: { 'example.com/gpu': '4' } });
  const { 'example.com/gpu': _gone, ...less } = second.capacity ?? {};
  expect(isOfferStale(node, { ...second, capacity: less })).toBe(true);
});
