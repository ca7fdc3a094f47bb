import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isStatusError } from '../errors/status-error.ts';
import { everything, formatLabelSelector, labelSelectorFromMap, labelSelectorFromSpec, matchesLabels, nothing } from './label-selector.ts';
import { parseLabelSelector } from './parse-label-selector.ts';

test.each<[string, Record<string, string>, boolean]>([
  ['', {}, true],
  ['a=b', { a: 'b' }, true],
  ['a=b', {}, false],
  ['a==b', { a: 'c' }, false],
  ['a!=b', {}, true],
  ['a!=b', { a: 'b' }, false],
  ['a', { a: '' }, true],
  ['!a', { a: '' }, false],
  ['!a', {}, true],
  ['a in (b,c)', { a: 'c' }, true],
  ['a in ()', { a: '' }, true],
  ['a in ()', {}, false],
  ['a in (,x)', { a: '' }, true],
  ['a notin (b)', {}, true],
  ['a notin (b)', { a: 'b' }, false],
  ['a>5', { a: '10' }, true],
  ['a>5', { a: 'x' }, false],
  ['a<5', {}, false],
  ['a<5', { a: '-7' }, true],
  ['in in (in), notin', { in: 'in', notin: '' }, true],
  ['a=,b', { a: '', b: 'x' }, true],
  ['  a = b ,\tc ', { a: 'b', c: '' }, true],
])('%j on %j: %s', (text, labels, matches) => {
  expect(matchesLabels(parseLabelSelector(text), labels)).toBe(matches);
});

const keyRule =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const valueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

// Answers of kube-apiserver 1.35.
test.each([
  ['a=b,', "found '', expected: identifier after ','"],
  ['a in (', "unable to parse requirement: found '', expected: ',', ')' or identifier"],
  ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
  ['!a=b', "found '=', expected: ',' or 'end of string'"],
  ['a>b', "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer"],
  ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
  ['=a', "found '=', expected: !, identifier, or 'end of string'"],
  ['a==b==c', "found '==', expected: ',' or 'end of string'"],
  ['A!x', "unable to parse requirement: found '!', expected: in, notin, =, ==, !=, gt, lt"],
  ['a=b c', "found 'c', expected: ',' or 'end of string'"],
  ['x notin ,', "unable to parse requirement: found ',' expected: '('"],
  [',', "found ',', expected: !, identifier, or 'end of string'"],
  ['a=$', `unable to parse requirement: values[0][a]: Invalid value: "$": ${valueRule}`],
  ['-x=a', `unable to parse requirement: <nil>: Invalid value: "-x": ${keyRule}`],
  ['!!a', "unable to parse requirement: found '!', expected: identifier"],
  ['a=(b', "unable to parse requirement: found '(', expected: identifier"],
  ['a>=1', "unable to parse requirement: found '=', expected: identifier"],
  [`a=${'a'.repeat(64)}`, `unable to parse requirement: values[0][a]: Invalid value: "${'a'.repeat(64)}": must be no more than 63 bytes`],
  ['x in y', "unable to parse requirement: found 'y' expected: '('"],
  ['!', "unable to parse requirement: found '', expected: identifier"],
  ['(a', "found '(', expected: !, identifier, or 'end of string'"],
  ['x in (a b)', "unable to parse requirement: found 'b', expected: ',' or ')'"],
])('%j is refused', (text, message) => {
  const refusal = (): unknown => parseLabelSelector(text);
  expect(refusal).toThrow(expect.objectContaining({ message, reason: 'BadRequest' }));
});

test('the object form: absent selects nothing, empty selects everything', () => {
  expect(matchesLabels(labelSelectorFromSpec(undefined), {})).toBe(false);
  expect(matchesLabels(labelSelectorFromSpec({}), undefined)).toBe(true);
  const selector = labelSelectorFromSpec({
    matchLabels: { b: '1' },
    matchExpressions: [
      { key: 'a', operator: 'In', values: ['y', 'x'] },
      { key: 'c', operator: 'DoesNotExist' },
    ],
  });
  expect(formatLabelSelector(selector)).toBe('a in (x,y),b=1,!c');
  expect(() => labelSelectorFromSpec({ matchExpressions: [{ key: 'a', operator: 'Frob' }] })).toThrow(
    '"Frob" is not a valid label selector operator',
  );
});

test('everything and nothing', () => {
  expect(matchesLabels(everything, { a: 'b' })).toBe(true);
  expect(matchesLabels(nothing, { a: 'b' })).toBe(false);
  expect(formatLabelSelector(labelSelectorFromMap({ b: '2', a: '1' }))).toBe('a=1,b=2');
});

test('formatting and parsing again gives the same selector', () => {
  const words = fc.stringMatching(/^[a-z]{1,3}$/);
  const term = fc.oneof(
    fc.tuple(words, fc.constantFrom('=', '==', '!='), words).map((parts) => parts.join('')),
    fc.tuple(words, fc.constantFrom('in', 'notin'), fc.array(words, { minLength: 1 })).map(([k, op, v]) => `${k} ${op} (${v.join(',')})`),
    fc.tuple(fc.constantFrom('', '!'), words).map((parts) => parts.join('')),
    fc.tuple(words, fc.constantFrom('<', '>'), fc.integer()).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(fc.array(term), (terms) => {
      let selector;
      try {
        selector = parseLabelSelector(terms.join(','));
      } catch (error) {
        // A negative number is no label value.
        expect(isStatusError(error, 'BadRequest')).toBe(true);
        return;
      }
      expect(parseLabelSelector(formatLabelSelector(selector))).toEqual(selector);
    }),
  );
});
