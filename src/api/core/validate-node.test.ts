import { expect, test } from 'vitest';
import type { Node } from './types.gen.ts';
import { validateNode, validateNodeUpdate } from './validate-node.ts';

const node = (spec: object, status: object = {}): Node =>
  ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, spec, status }) as Node;

test('swap that a node has is some', () => {
  const swap = (capacity: number): Node => node({}, { nodeInfo: { swap: { capacity } } });
  expect(validateNode(swap(1))).toEqual([]);
  expect(validateNode(swap(-1))).toMatchObject([{ field: 'metadata.nodeSwapStatus.capacity', detail: 'must be greater than zero' }]);
});

test('taints of an update are told twice, as those of a node and those of a change', () => {
  const tainted = node({ taints: [{ key: 'a', effect: 'Other' }] });
  const fields = (errors: readonly { readonly field: string }[]): string[] => errors.map(({ field }) => field);
  expect(fields(validateNode(tainted))).toEqual(['metadata.taints[0].effect']);
  expect(fields(validateNodeUpdate(tainted, node({})))).toEqual(['metadata.taints[0].effect', 'metadata.taints[0].effect']);
});
