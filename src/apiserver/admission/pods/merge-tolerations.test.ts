import { expect, test } from 'vitest';
import { mergeTolerations } from './merge-tolerations.ts';

const all = { operator: 'Exists' };
const heavy = { key: 'heavy', operator: 'Exists' };
const soon = { key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 10 };

test.each([
  ['all of both', [heavy], [soon], [heavy, soon]],
  ['equal ones once', [heavy], [heavy], [heavy]],
  ['nothing that an earlier one covers', [all], [heavy], [all]],
  ['nothing that a later one covers', [heavy], [all], [all]],
  ['one that tolerates longer', [soon], [{ ...soon, tolerationSeconds: 20 }], [{ ...soon, tolerationSeconds: 20 }]],
])('%s', (_, first, second, merged) => {
  expect(mergeTolerations(first, second)).toEqual(merged);
});
