import { expect, test } from 'vitest';
import { parseTokens } from './credential-files.ts';

test.each([
  ['t,ann,1', { token: 't', username: 'ann', uid: '1', groups: [] }],
  ['t,ann,1,a', { token: 't', username: 'ann', uid: '1', groups: ['a'] }],
  ['t,ann,,"a, b"', { token: 't', username: 'ann', uid: '', groups: ['a', 'b'] }],
  ['t,"a ""b"", c",1', { token: 't', username: 'a "b", c', uid: '1', groups: [] }],
])('%s', (line, token) => expect(parseTokens(`\n${line}\r\n`, 'tokens.csv')).toEqual([token]));

test('a line that is too short is refused by its number', () => {
  expect(() => parseTokens('t,ann,1\nt,ann', 'tokens.csv')).toThrow('tokens.csv: line 2 must have at least 3 columns');
});
