import { expect, test } from 'vitest';
import { isLinearizable, type Action, type Operation } from './linearizability.ts';

const operation = (called: number, answered: number, action: Action, outcome: Operation['outcome'] = 'done'): Operation => ({
  action,
  outcome,
  called,
  answered: outcome === 'unknown' ? Infinity : answered,
});
const create = (text: string): Action => ({ do: 'create', text });
const read = (saw: string | undefined): Action => ({ do: 'read', saw });
const update = (expected: string, text: string): Action => ({ do: 'update', expected, text });
const remove = (expected: string): Action => ({ do: 'delete', expected });

test.each<[string, boolean, Operation[]]>([
  ['nothing', true, []],
  ['a read of what was written', true, [operation(1, 2, create('a')), operation(3, 4, read('a'))]],
  ['a stale read', false, [operation(1, 2, create('a')), operation(3, 4, update('a', 'b')), operation(5, 6, read('a'))]],
  [
    'an old value while the write is under way',
    true,
    [operation(1, 2, create('a')), operation(3, 6, update('a', 'b')), operation(4, 5, read('a'))],
  ],
  [
    'new, then old again',
    false,
    [operation(1, 2, create('a')), operation(3, 10, update('a', 'b')), operation(4, 5, read('b')), operation(6, 7, read('a'))],
  ],
  [
    'two winners of one compare-and-swap',
    false,
    [operation(1, 2, create('a')), operation(3, 5, update('a', 'b')), operation(4, 6, update('a', 'c'))],
  ],
  [
    'one winner, one loser',
    true,
    [operation(1, 2, create('a')), operation(3, 5, update('a', 'b')), operation(4, 6, update('a', 'c'), 'refused')],
  ],
  ['refused for no reason', false, [operation(1, 2, create('a')), operation(3, 4, update('a', 'b'), 'refused')]],
  [
    'a write of unknown outcome that shows later',
    true,
    [operation(1, 2, create('a')), operation(3, 0, update('a', 'b'), 'unknown'), operation(4, 5, read('a')), operation(6, 7, read('b'))],
  ],
  [
    'a write of unknown outcome that comes and goes',
    false,
    [operation(1, 2, create('a')), operation(3, 0, update('a', 'b'), 'unknown'), operation(4, 5, read('b')), operation(6, 7, read('a'))],
  ],
  ['a lost write', false, [operation(1, 2, create('a')), operation(3, 4, update('a', 'b')), operation(5, 6, read(undefined))]],
  [
    'deleted and made again',
    true,
    [
      operation(1, 2, create('a')),
      operation(3, 4, remove('a')),
      operation(5, 6, read(undefined)),
      operation(7, 8, create('b')),
      operation(9, 10, create('c'), 'refused'),
    ],
  ],
])('%s: %s', (_, expected, history) => {
  expect(isLinearizable(history)).toBe(expected);
});
