import { expect, test } from 'vitest';
import { decodeContinueToken, encodeContinueToken } from './continue-token.ts';

const token = (fields: unknown): string => Buffer.from(JSON.stringify(fields)).toString('base64url');
const v = 'meta.k8s.io/v1';

test('a token goes on after the key that it was made for', () => {
  const where = { revision: 7n, after: 'default/m1' };
  expect(decodeContinueToken(encodeContinueToken(where))).toEqual(where);
  expect(decodeContinueToken(token({ v, rv: 7, start: '/m1\u0000' }))).toEqual({ revision: 7n, after: 'm1' });
});

test.each([
  ['x', 'illegal base64 data at input byte 0'],
  ['abc=', 'illegal base64 data at input byte 3'],
  ['abcde', 'illegal base64 data at input byte 4'],
  ['YQ', "invalid character 'a' looking for beginning of value"],
  ['\n', 'unexpected end of JSON input'],
  [token(null), 'server does not recognize this encoded version '],
  [token([]), 'json: cannot unmarshal array into Go value of type storage.continueToken'],
  [token({ v: 'meta.k8s.io/v2', rv: 5, start: 'a' }), 'server does not recognize this encoded version meta.k8s.io/v2'],
  [token({ v, rv: '5', start: 'a' }), 'json: cannot unmarshal string into Go struct field continueToken.rv of type int64'],
  [token({ v, rv: 1.5, start: 'a' }), 'json: cannot unmarshal number 1.5 into Go struct field continueToken.rv of type int64'],
  [token({ v, start: 'a' }), 'incorrect encoded start resourceVersion (version meta.k8s.io/v1)'],
  [token({ v, rv: 5, start: '' }), 'encoded start key empty (version meta.k8s.io/v1)'],
  [token({ v, rv: 5, start: '../x' }), '../x'],
  [token({ v, rv: 5, start: 'a/./b' }), 'a/./b'],
  [token({ v, rv: 5, start: '//a' }), '//a'],
])('%j is no token', (text, why) => {
  expect(() => decodeContinueToken(text)).toThrow(`invalid continue token: continue key is not valid: ${why}`);
});
