import { expect, test } from 'vitest';
import { decodeYaml, decodeYamlDocuments, YamlSyntaxError } from './decode-yaml.ts';
import { encodeYaml } from './encode-yaml.ts';

test.each([
  ['yes', true],
  ['Off', false],
  ['y', true],
  ['"yes"', 'yes'],
  ['017', 15],
  ['0o17', 15],
  ['08', 8],
  ['0x1F', 31],
  ['0b11', 3],
  ['-0b11', -3],
  ['1_000', 1000],
  ['1e3', 1000],
  ['.5', 0.5],
  ['1.', 1],
  ['+12', 12],
  ['~', null],
  ['', null],
  ['2001-01-01', '2001-01-01'],
  ['1.2.3', '1.2.3'],
  ['12Mi', '12Mi'],
  ['!!str 5', '5'],
  ['!!binary aGk=', 'hi'],
  ["'007'", '007'],
])('plain scalar %s means what it means to sigs.k8s.io/yaml', (text, value) => {
  expect(decodeYaml(`a: ${text}`).value).toEqual({ a: value });
});

test('keys become strings, merge keys are filled in, aliases are copied', () => {
  const { value } = decodeYaml('1: x\ntrue: z\nbase: &b {a: 1, b: 2}\nuse: {<<: *b, b: 3}\n');
  expect(value).toEqual({ 1: 'x', true: 'z', base: { a: 1, b: 2 }, use: { a: 1, b: 3 } });
});

test('duplicate keys are reported with the line of the value, the last one counts', () => {
  expect(decodeYaml('data:\n  a: "1"\n  a: "2"\n')).toEqual({
    value: { data: { a: '2' } },
    duplicateKeys: ['line 3: key "a" already set in map'],
  });
});

const billionLaughs = ['a: &a ["x","x","x","x","x","x","x","x","x"]']
  .concat([...'bcdefghi'].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`))
  .join('\n');

test.each([
  ['an alias bomb', billionLaughs, /excessive aliasing/],
  ['an alias of itself', 'a: &a [*a]', /contains itself/],
  ['deep flow collections', '['.repeat(20_000), /max depth/],
  ['deep block sequences', `${'- '.repeat(20_000)}a`, /max depth/],
  ['an unclosed list', 'kind: [ConfigMap\n', /^yaml: line 2: /],
  ['what JSON cannot say', 'a: .nan', /unsupported value/],
  ['a key that is a list', '? [a]\n: b', /unsupported map key/],
])('%s is refused', (_name, text, message) => {
  expect(() => decodeYaml(text)).toThrow(YamlSyntaxError);
  expect(() => decodeYaml(text)).toThrow(message);
});

test('brackets and dashes inside scalars are not nesting', () => {
  const noise = '['.repeat(3000);
  expect(decodeYaml(`a: |\n  ${noise}\n  ${'-'.repeat(3000)}\nb: "${noise}"\n`).value).toHaveProperty('b', noise);
});

test('several documents, empty ones left out', () => {
  expect(decodeYamlDocuments('---\na: 1\n---\n# nothing\n---\nb: 2\n')).toEqual([{ a: 1 }, { b: 2 }]);
});

test('encoding quotes what YAML 1.1 would misread', () => {
  const value = { b: 'yes', a: '017', c: ['on', 1, null], d: 'x\ny\n' };
  expect(decodeYaml(encodeYaml(value)).value).toEqual(value);
  expect(encodeYaml(value).startsWith('a: ')).toBe(true);
});
