import { expect, test } from 'vitest';
import type { CSINode } from './types.gen.ts';
import { validateCSINodeUpdate } from './validate-csi.ts';

/** As Go's clients write a CSINode without drivers. */
const empty = { apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: { name: 'n' }, spec: { drivers: null } } as unknown as CSINode;
const withDriver = (nodeID: string): CSINode => ({ ...empty, spec: { drivers: [{ name: 'csi.test', nodeID }] } });

test('drivers come to a node that had none, and go', () => {
  expect(validateCSINodeUpdate(withDriver('a'), empty)).toEqual([]);
  expect(validateCSINodeUpdate(empty, withDriver('a'))).toEqual([]);
  expect(validateCSINodeUpdate(empty, empty)).toEqual([]);
});

test('a driver that stays keeps its identity', () => {
  expect(validateCSINodeUpdate(withDriver('b'), withDriver('a'))).toMatchObject([{ detail: 'field is immutable' }]);
});
