import { expect, test } from 'vitest';
import { builtInKinds } from '../../api/kinds.ts';
import { parseLabelSelector } from '../../apimachinery/selectors/parse-label-selector.ts';
import { quickMatch } from './quick-match.ts';

const configMaps = builtInKinds.find(({ plural }) => plural === 'configmaps')!;
const mayMatch = (selector: string, labels: Record<string, string>): boolean | undefined =>
  quickMatch(configMaps, parseLabelSelector(selector), undefined)?.(Buffer.from(JSON.stringify({ metadata: { labels } })));

test.each<[string, Record<string, string>, boolean | undefined]>([
  ['a=b', { a: 'b' }, true],
  ['a=b', { a: 'c' }, false],
  ['a in (b,c)', { a: 'c' }, true],
  ['a in (b,c)', { a: 'd' }, false],
  ['a,b', { a: 'x' }, false],
  ['a>1', { b: '2' }, false],
  ['!a,a!=b,a notin (b)', {}, undefined],
])('%s on %j: %s', (selector, labels, expected) => {
  expect(mayMatch(selector, labels)).toBe(expected);
});

test('of long selectors only a little is looked for in each object: they would be looked through once for each word', () => {
  const many = Array.from({ length: 5000 }, (_, i) => `v${i}`);
  expect(mayMatch(`a in (${many.join()})`, { a: 'other' })).toBe(true);
  expect(mayMatch(`a in (${many.join()})`, { b: 'v1' })).toBe(false);
  expect(mayMatch(many.join(), { v0: '', v1: '', v10: '', v100: '' })).toBe(true);
});
