import { expect, test } from 'vitest';
import {
  readFieldSelector,
  selectorProblems,
  validateFieldReviewSelector,
  validateLabelReviewSelector,
  type ReviewSelector,
} from './review-selectors.ts';

test.each<[ReviewSelector, string[]]>([
  [{ rawSelector: 'a=b' }, []],
  [{ rawSelector: 'x' }, []],
  [{}, ['requirements']],
  [{ rawSelector: 'a=b', requirements: [{ key: 'a', operator: 'In', values: ['b'] }] }, ['rawSelector']],
  [{ requirements: [{ key: '', operator: 'In' }] }, ['requirements[0].key', 'requirements[0].values']],
  [{ requirements: [{ key: 'a', operator: 'Exists', values: ['b'] }] }, ['requirements[0].values']],
  [{ requirements: [{ key: 'a', operator: 'SomethingNew' }] }, []],
])('a field selector %j', (selector, fields) => {
  expect(validateFieldReviewSelector(selector, 'f').map(({ field }) => field)).toEqual(fields.map((field) => `f.${field}`));
});

test('keys and values of a label selector are labels', () => {
  const requirements = [{ key: '-', operator: 'In', values: ['!'] }];
  const fields = validateLabelReviewSelector({ requirements }, 'l').map(({ field }) => field);
  expect(fields).toEqual(['l.requirements[0].key', 'l.requirements[0].values[0]']);
});

test('what cannot be read asks for everything, and the status says so', () => {
  expect(readFieldSelector({ rawSelector: 'x' }).requirements).toEqual([]);
  const known = { key: 'spec.nodeName', operator: 'In', values: ['n'] };
  const partly = { requirements: [known, { key: 'a', operator: 'New' }] };
  expect(readFieldSelector(partly).requirements).toEqual([{ field: 'spec.nodeName', operator: '=', value: 'n' }]);
  expect(selectorProblems({ fieldSelector: partly, labelSelector: { rawSelector: '(' } })).toEqual([
    'spec.resourceAttributes.fieldSelector partially ignored due to parse error',
    'spec.resourceAttributes.labelSelector ignored due to parse error',
  ]);
  expect(selectorProblems({ labelSelector: { requirements: [{ key: 'a', operator: 'Exists' }] } })).toEqual([]);
});
