import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthority, issueClient, issueServing, type KeyedCertificate } from '../../apiserver/certificates/key-pair.ts';
import type { ClusterServer } from '../cluster-server.ts';
import { startKubeApiServer } from './start-kube-apiserver.ts';

const directory = mkdtempSync(join(tmpdir(), 'kube-apiserver-'));
const term = { now: Date.now(), days: 1 };
const servingAuthority = createAuthority('serving', term);
const clientAuthority = createAuthority('clients', term);
const signing = generateKeyPairSync('rsa', { modulusLength: 2048 });
const silent = (): void => {};
const log = { debug: silent, info: silent, warn: silent, error: silent };
const write = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};
const issuer = 'https://127.0.0.1/';
const options = {
  log,
  host: '127.0.0.1',
  port: 0,
  etcdServers: [],
  serviceClusterIPRange: '10.0.0.0/24',
  nodePortRange: [31_000, 31_010] as const,
  authorizationModes: ['RBAC'] as const,
};

let server: ClusterServer;
beforeAll(async () => {
  const pair = issueServing({ commonName: 'a', ipAddresses: ['127.0.0.1'] }, term, servingAuthority);
  write('apiserver.crt', pair.certificate);
  write('apiserver.key', pair.key);
  server = await startKubeApiServer({
    ...options,
    credentials: {
      certDir: directory,
      clientCaFile: write('client-ca.crt', clientAuthority.certificate),
      tokenAuthFile: write('tokens.csv', 'secret,ann,uid-1,"system:masters,b"\n'),
      serviceAccountIssuer: [issuer, 'https://former'],
      serviceAccountKeyFile: [write('sa.pub', signing.publicKey.export({ type: 'spki', format: 'pem' }) as string)],
      serviceAccountSigningKeyFile: write('sa.key', signing.privateKey.export({ type: 'pkcs1', format: 'pem' }) as string),
    },
  });
});
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly body: { readonly [field: string]: unknown; readonly status?: { readonly [field: string]: unknown } };
}

interface Call {
  readonly url?: string;
  readonly token?: string;
  readonly client?: KeyedCertificate;
  readonly body?: unknown;
}

const call = (path: string, { url = server.url, token, client, body }: Call): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      ca: servingAuthority.certificate,
      agent: false,
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(client ? { cert: client.certificate, key: client.key } : {}),
    });
    sent.on('error', reject).on('response', (response) => {
      let text = '';
      response.on('data', (part) => (text += String(part)));
      response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) as Answer['body'] }));
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });

const reviews = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

test('the serving pair of the certificate directory is shown, and the given authority decides about clients', async () => {
  const client = issueClient({ commonName: 'default', organizations: ['system:masters'] }, term, clientAuthority);
  const { body } = await call(reviews, { client, body: {} });
  expect(body.status?.['userInfo']).toMatchObject({ username: 'default', groups: ['system:masters', 'system:authenticated'] });
  const own = server.kubeconfig.client;
  expect(await call('/version', { client: { certificate: own.certificate, key: own.key } })).toMatchObject({ status: 401 });
});

test('a token of the file is its user', async () => {
  const { body } = await call(reviews, { token: 'secret', body: {} });
  expect(body.status?.['userInfo']).toEqual({ username: 'ann', uid: 'uid-1', groups: ['system:masters', 'b', 'system:authenticated'] });
});

test('service account tokens are signed by the given key, in the name of the first issuer', async () => {
  const account = { metadata: { name: 'robot' } };
  await call('/api/v1/namespaces/default/serviceaccounts', { token: 'secret', body: account });
  const { body } = await call('/api/v1/namespaces/default/serviceaccounts/robot/token', { token: 'secret', body: { spec: {} } });
  const token = String(body.status?.['token']);
  expect(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({ iss: issuer, aud: [issuer] });
  const who = await call(reviews, { token, body: {} });
  expect(who.body.status?.['userInfo']).toMatchObject({ username: 'system:serviceaccount:default:robot' });
});

test('the range of addresses is an object that is ready', async () => {
  const { body } = await call('/apis/networking.k8s.io/v1/servicecidrs/kubernetes', { token: 'secret' });
  expect(body).toMatchObject({ spec: { cidrs: ['10.0.0.0/24'] }, status: { conditions: [{ type: 'Ready', status: 'True' }] } });
});

test('node ports come from the given range', async () => {
  const service = { metadata: { name: 'a' }, spec: { type: 'NodePort', ports: [{ port: 1 }] } };
  const { body } = await call('/api/v1/namespaces/default/services', { token: 'secret', body: service });
  const { ports } = body['spec'] as { readonly ports: readonly { readonly nodePort: number }[] };
  expect(ports[0]?.nodePort).toSatisfy((port: number) => port >= 31_000 && port <= 31_010);
});

test('AlwaysAllow lets in everybody who has a name', async () => {
  const other = await startKubeApiServer({
    ...options,
    authorizationModes: ['AlwaysAllow'],
    credentials: {
      certDir: directory,
      tokenAuthFile: write('nobody.csv', 'x,nobody,1\n'),
      serviceAccountKeyFile: [write('sa.crt', servingAuthority.certificate)],
    },
  });
  expect(await call('/api/v1/secrets', { url: other.url, token: 'x' })).toMatchObject({ status: 200, body: { kind: 'SecretList' } });
  expect(await call('/api/v1/secrets', { url: other.url })).toMatchObject({ status: 401 });
  await other.close();
});
