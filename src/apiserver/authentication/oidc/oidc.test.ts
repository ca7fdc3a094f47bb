import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthority, generateSigningKey, issueServing } from '../../certificates/key-pair.ts';
import { type SecuredServer, startSecuredServer } from '../../testing/secured-server.ts';
import { type JwtClaims, type SigningKey, signingKey, signJwt } from '../jwt.ts';
import { type AuthenticationConfiguration, parseAuthenticationConfiguration } from './configuration.ts';

let provider: Server;
let url: string;
let server: SecuredServer;
let published: SigningKey;
let keyRequests = 0;
let clock = Date.now();
let configured: AuthenticationConfiguration;

const configurationOf = (certificateAuthority: string): string =>
  JSON.stringify({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthenticationConfiguration',
    jwt: [
      {
        issuer: { url, certificateAuthority, audiences: ['causeway', 'other'], audienceMatchPolicy: 'MatchAny' },
        claimValidationRules: [
          { claim: 'hd', requiredValue: 'example.com' },
          { expression: 'claims.exp - claims.iat <= 7200', message: 'lives too long' },
        ],
        claimMappings: {
          username: { claim: 'sub', prefix: 'oidc:' },
          groups: { expression: 'claims.roles.split(",").map(role, "oidc:" + role)' },
          uid: { expression: 'claims.jti' },
          extra: [{ key: 'example.com/tenant', valueExpression: 'claims.?tenant.orValue("")' }],
        },
        userValidationRules: [{ expression: "!user.username.startsWith('oidc:system:')", message: 'reserved' }],
      },
    ],
  });

beforeAll(async () => {
  const term = { now: Date.now(), days: 1 };
  const authority = createAuthority('provider', term);
  const { certificate, key } = issueServing({ commonName: 'id.example.com', ipAddresses: ['127.0.0.1'] }, term, authority);
  published = signingKey(generateSigningKey());
  provider = createServer({ cert: certificate, key }, (request, response) => {
    const isKeys = request.url === '/keys';
    if (isKeys) keyRequests++;
    const jwk = { ...published.publicKey.export({ format: 'jwk' }), kid: published.keyId, alg: published.algorithm, use: 'sig' };
    response.end(JSON.stringify(isKeys ? { keys: [{ kty: 'oct', k: 'AA' }, jwk] } : { issuer: url, jwks_uri: `${url}/keys` }));
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  configured = parseAuthenticationConfiguration(configurationOf(authority.certificate));
  server = await startSecuredServer({ authentication: () => configured, now: () => clock });
});
afterAll(async () => {
  await server.close();
  provider.closeAllConnections();
  provider.close();
});

const token = (claims: JwtClaims = {}, key = published): string => {
  const iat = Math.floor(clock / 1000);
  const base = {
    iss: url,
    sub: 'ann',
    aud: 'causeway',
    iat,
    exp: iat + 3600,
    jti: 'u-1',
    hd: 'example.com',
    roles: 'dev,ops',
    tenant: 'blue',
  };
  return signJwt({ ...base, ...claims }, key);
};
const whoAmI = (bearer: string) =>
  server.call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
    as: { headers: { authorization: `Bearer ${bearer}` } },
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  });

test('a token makes the user that the mappings say', async () => {
  const { status, body } = await whoAmI(token());
  expect(status).toBe(201);
  expect(body.status?.['userInfo']).toEqual({
    username: 'oidc:ann',
    uid: 'u-1',
    groups: ['oidc:dev', 'oidc:ops', 'system:authenticated'],
    extra: { 'example.com/tenant': ['blue'] },
  });
});

test('an audience among several is enough, an empty extra value is left out', async () => {
  const { body } = await whoAmI(token({ aud: ['nobody', 'other'], tenant: '' }));
  expect(body.status?.['userInfo']).not.toHaveProperty('extra');
});

test.each<[string, JwtClaims]>([
  ['of another audience', { aud: 'nobody' }],
  ['that has expired', { exp: 1 }],
  ['that is not good yet', { nbf: 99_999_999_999 }],
  ['of another domain', { hd: 'example.org' }],
  ['that lives too long', { exp: Math.floor(Date.now() / 1000) + 100_000 }],
  ['of a reserved name', { sub: 'system:admin' }],
  ['without what a mapping needs', { roles: undefined }],
  ['of another issuer', { iss: 'https://127.0.0.1:1' }],
])('a token %s is refused', async (_, claims) => {
  expect((await whoAmI(token(claims))).status).toBe(401);
});

test('the keys are fetched once, and again when the issuer has a new one; a key that is no more is refused', async () => {
  await whoAmI(token());
  const before = keyRequests;
  await Promise.all([whoAmI(token()), whoAmI(token())]);
  expect(keyRequests).toBe(before);
  const old = published;
  published = signingKey(generateSigningKey());
  clock += 5000;
  expect((await whoAmI(token())).status).toBe(201);
  expect((await whoAmI(token({}, old))).status).toBe(401);
  // Within a second of the last fetch nobody can make us ask again.
  expect((await whoAmI(token({}, old))).status).toBe(401);
  expect(keyRequests).toBe(before + 1);
});

test('a configuration that is put in its place counts from then on, and an issuer that stays keeps its keys', async () => {
  const before = configured;
  expect((await whoAmI(token())).status).toBe(201);
  const asked = keyRequests;
  configured = { jwt: [], anonymous: { enabled: true, paths: ['/livez'] } };
  expect((await whoAmI(token())).status).toBe(401);
  const bare = (path: string) => server.call('GET', path, { as: { headers: {} } });
  // Nothing serves /livez here.
  expect([(await bare('/livez')).status, (await bare('/version')).status]).toEqual([404, 401]);
  const [issuer] = before.jwt;
  configured = { jwt: [{ ...issuer!, claimMappings: { ...issuer!.claimMappings, username: { claim: 'sub', prefix: 'new:' } } }] };
  expect((await whoAmI(token())).body.status?.['userInfo']).toMatchObject({ username: 'new:ann' });
  for (const anonymous of [{ enabled: true }, { enabled: false }]) {
    configured = { ...structuredClone(before), anonymous };
    expect((await whoAmI(token())).status).toBe(201);
  }
  expect(keyRequests).toBe(asked + 2);
});

const head = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n';

test.each([
  ['{}', /no kind "" is registered/],
  [
    `${head}jwt: [{issuer: {url: 'http://a', audiences: [b]}, claimMappings: {username: {claim: sub, prefix: ''}}}]`,
    /URL scheme must be https/,
  ],
  [`${head}jwt: [{issuer: {url: 'https://a', audiences: []}, claimMappings: {username: {claim: sub, prefix: ''}}}]`, /at least one/],
  [`${head}jwt: [{issuer: {url: 'https://a', audiences: [b]}, claimMappings: {username: {claim: sub}}}]`, /prefix is required/],
  [
    `${head}jwt: [{issuer: {url: 'https://a', audiences: [b, c]}, claimMappings: {username: {expression: claims.sub}}}]`,
    /must be MatchAny/,
  ],
  [`${head}jwt: [{issuer: {url: 'https://a', audiences: [b]}, claimMappings: {username: {expression: claims.email}}}]`, /email_verified/],
])('%s is refused', (text, message) => {
  expect(() => parseAuthenticationConfiguration(text)).toThrow(message);
});

test('anonymous requests may be kept to some paths', () => {
  expect(parseAuthenticationConfiguration(`${head}anonymous: {enabled: true, conditions: [{path: /livez}]}`).anonymous).toEqual({
    enabled: true,
    paths: ['/livez'],
  });
});
