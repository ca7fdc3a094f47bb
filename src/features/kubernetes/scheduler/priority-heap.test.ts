import { array, assert, constantFrom, nat, oneof, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { createPriorityHeap } from './priority-heap.ts';

interface Entry {
  readonly rank: number;
}

const step = oneof(
  record({ kind: constantFrom('set' as const), key: nat(8), rank: nat(1000) }),
  record({ kind: constantFrom('delete' as const, 'pop' as const), key: nat(8), rank: nat(0) }),
);

test('whatever is set, replaced and deleted, the first of what is left comes out', () => {
  assert(
    property(array(step, { maxLength: 400 }), (steps) => {
      const heap = createPriorityHeap<number, Entry>((a, b) => a.rank < b.rank);
      const model = new Map<number, number>();
      for (const { kind, key, rank } of steps) {
        if (kind === 'set') {
          heap.set(key, { rank });
          model.set(key, rank);
        } else if (kind === 'delete') {
          heap.delete(key);
          model.delete(key);
        } else {
          const popped = heap.pop();
          expect(popped?.[1].rank).toBe(model.size === 0 ? undefined : Math.min(...model.values()));
          if (popped) model.delete(popped[0]);
        }
        expect(heap.size).toBe(model.size);
      }
    }),
  );
});
