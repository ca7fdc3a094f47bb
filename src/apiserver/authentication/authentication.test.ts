import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type As, jane, root, type SecuredServer, startSecuredServer } from '../testing/secured-server.ts';
import { generateSigningKey } from '../certificates/key-pair.ts';
import { isSignedBy, readClaims, signingKey, signJwt } from './jwt.ts';

let server: SecuredServer;
let time = Date.parse('2026-06-01T00:00:00Z');
beforeAll(async () => {
  server = await startSecuredServer({ now: () => time });
});
afterAll(() => server.close());

const whoami = async (as: As): Promise<Answer> =>
  server.call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body: {}, as });
const bearer = (token: string): As => ({ headers: { authorization: `Bearer ${token}` } });
const accounts = '/api/v1/namespaces/default/serviceaccounts';

const newToken = async (name: string, spec: Record<string, unknown> = {}): Promise<string> => {
  await server.call('POST', accounts, { body: { metadata: { name } } });
  const { body } = await server.call('POST', `${accounts}/${name}/token`, { body: { spec } });
  return String(body.status?.['token']);
};

test('who shows a certificate that names nobody is not anonymous', async () => {
  expect((await whoami({ certificate: { commonName: '', organizations: ['ops'] } })).status).toBe(401);
});

test('a client certificate names the user and its groups', async () => {
  const { body } = await whoami({ certificate: { commonName: 'bob', organizations: ['ops'], uid: '7' } });
  expect(body.status?.['userInfo']).toEqual({ username: 'bob', uid: '7', groups: ['ops', 'system:authenticated'] });
});

test.each([
  ['a bad token', bearer('nope')],
  ['a made-up service account token', bearer('a.b.c')],
])('%s is 401 Unauthorized', async (_, as) => {
  const { status, body } = await whoami(as);
  expect(status).toBe(401);
  expect(body).toMatchObject({ kind: 'Status', status: 'Failure', message: 'Unauthorized', reason: 'Unauthorized', code: 401 });
});

test('without credentials one is system:anonymous and sees version and health only', async () => {
  const { body } = await server.call('GET', '/api/v1/namespaces/default/pods', { as: {} });
  expect(body.message).toBe(
    'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "default"',
  );
  expect((await server.call('GET', '/version', { as: {} })).status).not.toBe(403);
  expect((await server.call('GET', '/openapi/v2', { as: {} })).body.message).toBe(
    'forbidden: User "system:anonymous" cannot get path "/openapi/v2"',
  );
});

describe('service account tokens', () => {
  test('a request for one is decoded as strictly as what is stored', async () => {
    const ask = (query: string, body: unknown) => server.call('POST', `${accounts}/builder/token${query}`, { body });
    await newToken('builder');
    expect((await ask('?fieldValidation=Strict', { spec: { foo: 1 } })).status).toBe(400);
    expect((await ask('', { kind: 'Foo', apiVersion: 'v1' })).status).toBe(400);
    expect((await ask('', { spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1' } } })).body.message).toBe('Name parameter required.');
    const { body, headers } = await ask('', { spec: { foo: 1 } });
    expect(String(headers['warning'])).toContain('unknown field');
    expect(body['spec']).toMatchObject({ expirationSeconds: 3600 });
    expect(body.metadata.managedFields).toMatchObject([{ subresource: 'token', fieldsV1: { 'f:spec': { 'f:expirationSeconds': {} } } }]);
  });

  test('one that was asked for is a token of the account', async () => {
    const token = await newToken('builder');
    const { body } = await whoami(bearer(token));
    expect(body.status?.['userInfo']).toMatchObject({
      username: 'system:serviceaccount:default:builder',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^JTI=/)] },
    });
  });

  test('it ends with its time, its account, and its bound object', async () => {
    const pod = { metadata: { name: 'runner' }, spec: { serviceAccountName: 'bound', containers: [{ name: 'c', image: 'i' }] } };
    await server.call('POST', accounts, { body: { metadata: { name: 'bound' } } });
    await server.call('POST', '/api/v1/namespaces/default/pods', { body: pod });
    const token = await newToken('bound', { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'runner' }, expirationSeconds: 600 });
    expect((await whoami(bearer(token))).body.status?.['userInfo']).toMatchObject({
      extra: { 'authentication.kubernetes.io/pod-name': ['runner'] },
    });
    const deleted = await server.call('DELETE', '/api/v1/namespaces/default/pods/runner?gracePeriodSeconds=0');
    expect(deleted.status).toBe(200);
    expect((await whoami(bearer(token))).status).toBe(401);

    const short = await newToken('short', { expirationSeconds: 600 });
    time += 700_000;
    expect((await whoami(bearer(short))).status).toBe(401);

    const orphan = await newToken('orphan');
    await server.call('DELETE', `${accounts}/orphan`);
    expect((await whoami(bearer(orphan))).status).toBe(401);
  });

  test('it is good only for its audience', async () => {
    const token = await newToken('vault', { audiences: ['vault'] });
    expect((await whoami(bearer(token))).status).toBe(401);
    const review = (audiences: string[]) =>
      server.call('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { body: { spec: { token, audiences } } });
    expect((await review(['vault', 'other'])).body.status).toMatchObject({ authenticated: true, audiences: ['vault'] });
    expect((await review(['other'])).body.status).toMatchObject({
      error: '[invalid bearer token, token audiences ["vault"] is invalid for the target audiences ["other"]]',
    });
  });

  test.each([
    [{ expirationSeconds: 5 }, 422, 'spec.expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes'],
    [
      { boundObjectRef: { apiVersion: 'v1', kind: 'ConfigMap', name: 'x' } },
      400,
      'cannot bind token to object of type /v1, Kind=ConfigMap',
    ],
    [{ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'x' } }, 404, 'pods "x" not found'],
  ])('%j is refused', async (spec, status, message) => {
    await server.call('POST', accounts, { body: { metadata: { name: 'asker' } } });
    const answer = await server.call('POST', `${accounts}/asker/token`, { body: { spec } });
    expect(answer.status).toBe(status);
    expect(answer.body.message).toContain(message);
  });
});

test('a Secret of the token type holds a token that lives as long as it', async () => {
  await server.call('POST', accounts, { body: { metadata: { name: 'old' } } });
  const secrets = '/api/v1/namespaces/default/secrets';
  const { body } = await server.call('POST', secrets, {
    body: {
      metadata: { name: 'old-token', annotations: { 'kubernetes.io/service-account.name': 'old' } },
      type: 'kubernetes.io/service-account-token',
    },
  });
  const data = body['data'] as Record<string, string>;
  expect(Buffer.from(data['ca.crt'] ?? '', 'base64').toString()).toBe(server.identity.certificateAuthority.certificate);
  const token = bearer(Buffer.from(data['token'] ?? '', 'base64').toString());
  expect((await whoami(token)).body.status?.['userInfo']).toMatchObject({ username: 'system:serviceaccount:default:old' });
  await server.call('DELETE', `${secrets}/old-token`);
  expect((await whoami(token)).status).toBe(401);
});

test('a bootstrap token is a user of system:bootstrappers until it expires', async () => {
  const data = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  await server.call('POST', '/api/v1/namespaces/kube-system/secrets', {
    body: {
      metadata: { name: 'bootstrap-token-abcdef' },
      type: 'bootstrap.kubernetes.io/token',
      data: data({
        'token-id': 'abcdef',
        'token-secret': '0123456789abcdef',
        expiration: new Date(time + 60_000).toISOString(),
        'usage-bootstrap-authentication': 'true',
        'auth-extra-groups': 'system:bootstrappers:east',
      }),
    },
  });
  const { body } = await whoami(bearer('abcdef.0123456789abcdef'));
  expect(body.status?.['userInfo']).toEqual({
    username: 'system:bootstrap:abcdef',
    groups: ['system:bootstrappers', 'system:bootstrappers:east', 'system:authenticated'],
  });
  expect((await whoami(bearer('abcdef.0123456789abcdee'))).status).toBe(401);
  time += 61_000;
  expect((await whoami(bearer('abcdef.0123456789abcdef'))).status).toBe(401);
});

describe('impersonation', () => {
  const as = (headers: Record<string, string>, who = root): As => ({ headers: { ...who.headers, ...headers } });

  test('takes on user, groups, uid and extra', async () => {
    const headers = {
      'impersonate-user': 'bob',
      'impersonate-group': 'a, b',
      'impersonate-uid': '9',
      'impersonate-extra-scopes%2fx': 'view',
    };
    const { body } = await whoami(as(headers));
    expect(body.status?.['userInfo']).toEqual({
      username: 'bob',
      uid: '9',
      groups: ['a', 'b', 'system:authenticated'],
      extra: { 'scopes/x': ['view'] },
    });
  });

  test('a service account comes with its groups', async () => {
    const { body } = await whoami(as({ 'impersonate-user': 'system:serviceaccount:ns:sa' }));
    expect(body.status?.['userInfo']).toMatchObject({
      groups: ['system:serviceaccounts', 'system:serviceaccounts:ns', 'system:authenticated'],
    });
  });

  test('needs permission, and a user', async () => {
    const refused = await whoami(as({ 'impersonate-user': 'bob' }, jane));
    expect(refused.body.message).toBe(
      'users "bob" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
    expect(refused.headers['x-content-type-options']).toBe('nosniff');
    expect((await whoami(as({ 'impersonate-group': 'x' }))).status).toBe(400);
  });
});

test('the issuer can be discovered and its keys verify its tokens', async () => {
  const configuration = await server.call('GET', '/.well-known/openid-configuration');
  expect(configuration.body).toMatchObject({
    issuer: 'https://kubernetes.default.svc',
    jwks_uri: 'https://kubernetes.default.svc/openid/v1/jwks',
  });
  expect((await server.call('GET', '/openid/v1/jwks')).body).toMatchObject({ keys: [{ kty: 'EC', alg: 'ES256', use: 'sig' }] });
  for (const path of ['/.well-known/openid-configuration/', '/openid/v1/jwks/']) expect((await server.call('GET', path)).status).toBe(200);
  for (const method of ['HEAD', 'POST']) expect((await server.call(method, '/openid/v1/jwks')).status).toBe(405);
});

describe('signed tokens', () => {
  const key = signingKey(generateSigningKey());
  const token = signJwt({ sub: 'x' }, key);

  test('only the key and its own algorithm verify', () => {
    expect(readClaims(token)).toEqual({ sub: 'x' });
    expect(isSignedBy(token, [key])).toBe(true);
    expect(isSignedBy(token, [signingKey(generateSigningKey())])).toBe(false);
  });

  test.each(['none', 'HS256'])('an attacker cannot choose %s', (alg) => {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const body = `${encode({ alg, kid: key.keyId })}.${encode({ sub: 'x' })}`;
    const secret = key.publicKey.export({ type: 'spki', format: 'pem' });
    const signature = alg === 'none' ? '' : createHmac('sha256', secret).update(body).digest('base64url');
    expect(isSignedBy(`${body}.${signature}`, [key])).toBe(false);
  });
});
