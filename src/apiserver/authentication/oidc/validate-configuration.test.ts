import { expect, test } from 'vitest';
import { parseAuthenticationConfiguration } from './configuration.ts';

type Entry = Record<string, unknown>;
const issuer = { url: 'https://a.example', audiences: ['x'] };
const claimMappings = { username: { claim: 'sub', prefix: '' } };
const textOf = (...jwt: Entry[]): string =>
  JSON.stringify({ apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthenticationConfiguration', jwt });
const problemOf = (text: string): string => {
  try {
    parseAuthenticationConfiguration(text, { disallowedIssuers: ['https://mine'] });
    return '';
  } catch (error) {
    return (error as Error).message.replace('invalid authentication configuration: jwt[0].', '');
  }
};
const ofIssuer = (more: Entry): Entry => ({ issuer: { ...issuer, ...more }, claimMappings });
const ofMappings = (more: Entry): Entry => ({ issuer, claimMappings: { ...claimMappings, ...more } });
const expression = (text: string): Entry => ofMappings({ username: { expression: text } });
const claimRules = (...claimValidationRules: Entry[]): Entry => ({ issuer, claimMappings, claimValidationRules });
const userRules = (...userValidationRules: Entry[]): Entry => ({ issuer, claimMappings, userValidationRules });

// What kube-apiserver 1.35.4 says of the same file.
test.each<[string, Entry]>([
  ['', ofIssuer({})],
  ['issuer.url: Required value', ofIssuer({ url: '' })],
  ['issuer.url: Invalid value: "http://a": URL scheme must be https', ofIssuer({ url: 'http://a' })],
  ['issuer.url: Invalid value: "https://a:b@c": URL must not contain a username or password', ofIssuer({ url: 'https://a:b@c' })],
  ['issuer.url: Invalid value: "https://a?x=y": URL must not contain a query', ofIssuer({ url: 'https://a?x=y' })],
  ['issuer.url: Invalid value: "https://%zz": parse "https://%zz": invalid URL escape "%zz"', ofIssuer({ url: 'https://%zz' })],
  [
    'issuer.url: Invalid value: "https://mine": URL must not overlap with disallowed issuers: [https://mine]',
    ofIssuer({ url: 'https://mine' }),
  ],
  [
    'issuer.discoveryURL: Invalid value: "https://a.example": discoveryURL must be different from URL',
    ofIssuer({ discoveryURL: 'https://a.example' }),
  ],
  [
    'issuer.certificateAuthority: Invalid value: "<omitted>": data does not contain any valid RSA or ECDSA certificates',
    ofIssuer({ certificateAuthority: 'nonsense' }),
  ],
  ['issuer.audiences[0]: Required value', ofIssuer({ audiences: [''] })],
  ['issuer.audiences[1]: Duplicate value: "a"', ofIssuer({ audiences: ['a', 'a'], audienceMatchPolicy: 'MatchAny' })],
  [
    'issuer.audienceMatchPolicy: Invalid value: "All": audienceMatchPolicy must be empty or MatchAny for single audience',
    ofIssuer({ audienceMatchPolicy: 'All' }),
  ],
  [
    'claimMappings.username: Invalid value: "": claim and expression can\'t both be set',
    ofMappings({ username: { claim: 'a', expression: 'claims.a' } }),
  ],
  [
    'claimMappings.username.prefix: Invalid value: "x": may not be specified when expression is set',
    ofMappings({ username: { expression: 'claims.a', prefix: 'x' } }),
  ],
  [
    "claimMappings.username.expression: Invalid value: \"foo.bar\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')\n | foo.bar\n | ^",
    expression('foo.bar'),
  ],
  ['', expression('claims.email_verified ? claims.email : "x"')],
  ['claimMappings.extra[0].key: Required value', ofMappings({ extra: [{ key: '', valueExpression: 'claims.a' }] })],
  [
    'claimMappings.extra[0].key: Invalid value: "foo": must be a domain-prefixed path (such as "acme.io/foo")',
    ofMappings({ extra: [{ key: 'foo', valueExpression: 'claims.a' }] }),
  ],
  [
    'claimMappings.extra[0].key: Invalid value: "k8s.io/b": k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use',
    ofMappings({ extra: [{ key: 'k8s.io/b', valueExpression: 'claims.a' }] }),
  ],
  ['claimMappings.extra[0].valueExpression: Required value', ofMappings({ extra: [{ key: 'a.io/b', valueExpression: '' }] })],
  ['claimValidationRules[0]: Required value: claim or expression is required', claimRules({})],
  ['claimValidationRules[0].message: Invalid value: "m": may not be specified when claim is set', claimRules({ claim: 'a', message: 'm' })],
  ['claimValidationRules[0].expression: Invalid value: "1": must evaluate to bool', claimRules({ expression: '1' })],
  ['claimValidationRules[1].claim: Duplicate value: "a"', claimRules({ claim: 'a' }, { claim: 'a' })],
  [
    'userValidationRules[0].expression: Invalid value: "user.nope == \\"a\\"": compilation failed: ERROR: <input>:1:5: undefined field \'nope\'\n | user.nope == "a"\n | ....^',
    userRules({ expression: 'user.nope == "a"' }),
  ],
  ['failed to load authentication configuration: strict decoding error: unknown field "jwt[0].foo"', { ...ofIssuer({}), foo: 1 }],
])('%s', (problem, entry) => {
  expect(problemOf(textOf(entry))).toBe(problem);
});

test('two issuers of one name, too many, and conditions of what is off', () => {
  const [one] = [ofIssuer({})];
  expect(problemOf(textOf(one!, one!))).toBe(
    'invalid authentication configuration: jwt[1].issuer.url: Duplicate value: "https://a.example"',
  );
  expect(problemOf(textOf(...Array.from({ length: 65 }, (_, index) => ofIssuer({ url: `https://h${index}` }))))).toBe(
    'invalid authentication configuration: jwt: Too many: 65: must have at most 64 items',
  );
  const off = { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthenticationConfiguration' };
  expect(problemOf(JSON.stringify({ ...off, anonymous: { enabled: false, conditions: [{ path: '/healthz' }] } }))).toBe(
    'invalid authentication configuration: anonymous.conditions: Invalid value: [{"Path":"/healthz"}]: enabled should be set to true when conditions are defined',
  );
});
