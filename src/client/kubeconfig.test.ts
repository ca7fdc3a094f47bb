import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { flattenKubeconfig } from './flatten-kubeconfig.ts';
import { parseKubeconfig, readKubeconfig, targetOfKubeconfig } from './kubeconfig.ts';

const directory = mkdtempSync(join(tmpdir(), 'causeway-kubeconfig-'));
const text = (user: string): string => `
apiVersion: v1
kind: Config
current-context: east
contexts: [{name: east, context: {cluster: c, user: u, namespace: shop}}]
clusters: [{name: c, cluster: {server: "https://127.0.0.1:6443/prefix", certificate-authority-data: ${Buffer.from('CA').toString('base64')}, tls-server-name: api}}]
users: [{name: u, user: ${user}}]
`;

test.each([
  ['a token', '{token: secret}', { token: 'secret' }],
  ['a token file beside the kubeconfig', '{tokenFile: token}', { token: 'from-file' }],
  ['basic authentication', '{username: jane, password: pw}', { username: 'jane', password: 'pw' }],
  [
    'an exec plugin',
    `{exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/sh, args: [-c, 'echo "{\\"kind\\":\\"ExecCredential\\",\\"status\\":{\\"token\\":\\"$WHO\\"}}"'], env: [{name: WHO, value: plugin}]}}`,
    { token: 'plugin' },
  ],
])('credentials by %s', async (_, user, credentials) => {
  writeFileSync(join(directory, 'token'), 'from-file\n');
  const target = await targetOfKubeconfig(parseKubeconfig(text(user), join(directory, 'config')));
  expect(target).toMatchObject({
    namespace: 'shop',
    context: 'east',
    transport: { server: 'https://127.0.0.1:6443/prefix', certificateAuthority: 'CA', serverName: 'api' },
  });
  expect(await target.transport.credentials?.get()).toEqual(credentials);
});

test('a missing context is named', async () => {
  writeFileSync(join(directory, 'config'), text('{}'));
  await expect(targetOfKubeconfig(await readKubeconfig(join(directory, 'config')), 'west')).rejects.toThrow(
    'kubeconfig: context "west" does not exist',
  );
});

test('a failing plugin says what it printed', async () => {
  const target = await targetOfKubeconfig(parseKubeconfig(text('{exec: {command: /bin/sh, args: [-c, "echo login first >&2; exit 1"]}}')));
  await expect(target.transport.credentials?.get()).rejects.toThrow('login first');
});

test('a flattened kubeconfig has one context, and needs no files', async () => {
  for (const [name, content] of Object.entries({ 'ca.pem': 'CA', 'me.pem': 'CERT', 'me.key': 'KEY', token: 'from-file\n' }))
    writeFileSync(join(directory, name), content);
  const config = parseKubeconfig(
    `{current-context: a, contexts: [{name: a, context: {cluster: a, user: a}}, {name: b, context: {cluster: b, user: b}}],
      clusters: [{name: a, cluster: {server: "https://a"}}, {name: b, cluster: {server: "https://b", certificate-authority: ca.pem}}],
      users: [{name: a, user: {token: secret}}, {name: b, user: {client-certificate: me.pem, client-key: me.key, tokenFile: token}}]}`,
    join(directory, 'config'),
  );
  const base64 = (pem: string): string => Buffer.from(pem).toString('base64');
  expect(await flattenKubeconfig(config, 'b')).toEqual({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'b',
    contexts: [{ name: 'b', context: { cluster: 'b', user: 'b' } }],
    clusters: [{ name: 'b', cluster: { server: 'https://b', 'certificate-authority-data': base64('CA') } }],
    users: [{ name: 'b', user: { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY'), token: 'from-file' } }],
  });
});
