import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchKubectl } from '../../scripts/fetch-kubectl.mjs';
import { startClusterServer, type ClusterServer } from '../../src/app/cluster-server.ts';
import { renderKubeconfig } from '../../src/app/kubeconfig.ts';
import { createAuthority, issueClient, issueServing } from '../../src/apiserver/certificates/key-pair.ts';
import { startTestKubelet, type TestKubelet } from '../../src/apiserver/kubelet/testing/test-kubelet.ts';
import { createKubectl, type Kubectl, kubectlUnsupported } from './kubectl.ts';

const ignore = (): void => {};
const term = { now: Date.now(), days: 1 };
const pod = `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: real, automountServiceAccountToken: false, containers: [{name: c, image: i, stdin: true}]}}`;

describe.skipIf(kubectlUnsupported() !== undefined)("a real node's pods, by kubectl", () => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-kubelet-'));
  let kubelet: TestKubelet;
  let server: ClusterServer;
  let kubectl: Kubectl;

  beforeAll(async () => {
    const authority = createAuthority('kubelets', term);
    const serving = issueServing({ commonName: 'real', dnsNames: [], ipAddresses: ['127.0.0.1'] }, term, authority);
    const client = issueClient({ commonName: 'apiserver', organizations: ['system:masters'] }, term, authority);
    kubelet = await startTestKubelet({ ...serving, clientAuthority: authority.certificate });
    const file = (name: string, text: string): string => {
      writeFileSync(join(directory, name), text, { mode: 0o600 });
      return join(directory, name);
    };
    server = await startClusterServer({
      name: 'real',
      directory: join(directory, 'data'),
      store: 'memory:',
      port: 0,
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
      kubelet: {
        kubeletCertificateAuthority: file('ca.pem', authority.certificate),
        kubeletClientCertificate: file('client.pem', client.certificate),
        kubeletClientKey: file('client-key.pem', client.key),
      },
    });
    kubectl = createKubectl(directory, renderKubeconfig([server.kubeconfig]));
    await kubectl(['create', 'serviceaccount', 'default']);
    await kubectl(['create', '-f', '-'], { input: '{apiVersion: v1, kind: Node, metadata: {name: real}}' });
    const addresses = [{ type: 'InternalIP', address: '127.0.0.1' }];
    const status = { status: { addresses, daemonEndpoints: { kubeletEndpoint: { Port: kubelet.port } } } };
    await kubectl(['patch', 'node', 'real', '--subresource=status', '--type=merge', '-p', JSON.stringify(status)]);
    expect((await kubectl(['create', '-f', '-'], { input: pod })).stderr).toBe('');
    const running = { status: { phase: 'Running', containerStatuses: [] } };
    await kubectl(['patch', 'pod', 'p', '--subresource=status', '--type=merge', '-p', JSON.stringify(running)]);
  }, 60_000);
  afterAll(async () => {
    await server.close();
    await kubelet.close();
    rmSync(directory, { recursive: true, force: true });
  });

  describe.each(['true', 'false'])('with WebSockets: %s', (webSockets) => {
    beforeAll(() => {
      process.env['KUBECTL_REMOTE_COMMAND_WEBSOCKETS'] = webSockets;
      process.env['KUBECTL_PORT_FORWARD_WEBSOCKETS'] = webSockets;
    });
    afterAll(() => {
      delete process.env['KUBECTL_REMOTE_COMMAND_WEBSOCKETS'];
      delete process.env['KUBECTL_PORT_FORWARD_WEBSOCKETS'];
    });

    test('exec has output, errors, an exit code and standard input', async () => {
      expect(await kubectl(['exec', 'p', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3'])).toEqual({
        code: 3,
        stdout: 'out\n',
        stderr: 'err\ncommand terminated with exit code 3\n',
      });
      expect((await kubectl(['exec', '-i', 'p', '--', 'cat'], { input: 'hello' })).stdout).toBe('hello');
      expect((await kubectl(['attach', '-i', 'p'], { input: 'attached' })).stdout).toContain('attached');
    }, 60_000);

    test('cp brings files there and back', async () => {
      const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251));
      writeFileSync(join(directory, 'file'), content);
      expect((await kubectl(['cp', join(directory, 'file'), 'p:copied'])).code).toBe(0);
      expect(readFileSync(join(kubelet.directory, 'copied')).equals(content)).toBe(true);
      expect((await kubectl(['cp', 'p:copied', join(directory, 'back')])).code).toBe(0);
      expect(readFileSync(join(directory, 'back')).equals(content)).toBe(true);
    }, 60_000);

    test('port-forward takes connection after connection', async () => {
      const backend = createServer((request, response) => response.end(`${request.url} `.repeat(50_000)));
      await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
      const forwarding = spawn(fetchKubectl().kubectl, [
        `--kubeconfig=${join(directory, 'kubeconfig')}`,
        'port-forward',
        'p',
        `:${(backend.address() as AddressInfo).port}`,
      ]);
      const exited = new Promise<void>((resolve) => forwarding.on('exit', () => resolve()));
      try {
        const port = await new Promise<string>((resolve, reject) => {
          let text = '';
          forwarding.stdout.on('data', (chunk: Buffer) => {
            text += chunk.toString();
            const [, found] = /127\.0\.0\.1:(\d+) ->/.exec(text) ?? [];
            if (found) resolve(found);
          });
          void exited.then(() => reject(new Error(`port-forward ended: ${text}`)));
        });
        const fetched = (path: string): Promise<number> =>
          new Promise((resolve, reject) => {
            const request = get(`http://127.0.0.1:${port}${path}`, { agent: false }, (answer) => {
              let size = 0;
              answer.on('data', (chunk: Buffer) => (size += chunk.length));
              answer.on('end', () => resolve(size));
            });
            request.on('error', reject);
          });
        expect(await fetched('/a')).toBe(150_000);
        expect(await Promise.all(['/b', '/cd'].map(fetched))).toEqual([150_000, 200_000]);
      } finally {
        forwarding.kill();
        await exited;
        backend.closeAllConnections();
        backend.close();
      }
    }, 60_000);
  });

  test('logs', async () => {
    expect((await kubectl(['logs', 'p'])).stdout).toBe('first\nsecond\n');
    expect(kubelet.requests.every(({ client }) => client === 'apiserver')).toBe(true);
  });
});
