import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { kubeletExtension } from './extension.ts';

const kubelet = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.end(`log of ${request.url}`);
});
let api: TestServer;
let endpoint: string;

beforeEach(async () => {
  await new Promise<void>((resolve) => kubelet.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(kubelet.address() as AddressInfo).port}`;
  api = await startTestServer({ extensions: [kubeletExtension] });
});

afterEach(() => new Promise<void>((resolve) => kubelet.close(() => resolve())));

const createPod = (nodeName: string, containers: string[]) =>
  api.call('POST', '/api/v1/namespaces/default/pods', {
    body: { metadata: { name: 'p' }, spec: { nodeName, containers: containers.map((name) => ({ name, image: 'i' })) } },
  });

const readLog = async (query = '') => {
  const response = await api.server.handle({
    method: 'GET',
    url: `/api/v1/namespaces/default/pods/p/log${query}`,
    headers: {},
    body: () => Promise.resolve(new Uint8Array()),
    signal: new AbortController().signal,
    user: { username: 'admin', groups: [] },
    remoteAddress: '',
  });
  if (typeof response.body !== 'function') return { status: response.status, body: Buffer.concat([response.body].flat()).toString() };
  const chunks: Uint8Array[] = [];
  await response.body({ write: (chunk) => chunks.push(chunk) > 0, drained: () => Promise.resolve(), end: () => {}, buffered: 0 });
  return { status: response.status, body: Buffer.concat(chunks).toString() };
};

test("a pod's log comes from its node's kubelet", async () => {
  const annotations = { 'node.causeway.dev/kubelet-endpoint': endpoint };
  await api.call('POST', '/api/v1/nodes', { body: { metadata: { name: 'n', annotations } } });
  await createPod('n', ['c']);
  expect(await readLog('?tailLines=5')).toEqual({ status: 200, body: 'log of /containerLogs/default/p/c?tailLines=5' });
});

test('a simulated container has written nothing; which container must be said', async () => {
  await api.call('POST', '/api/v1/nodes', { body: { metadata: { name: 'n' }, spec: { providerID: 'simulated://n' } } });
  await createPod('n', ['a', 'b']);
  expect(await readLog('?container=a')).toEqual({ status: 200, body: '' });
  expect((await readLog()).body).toContain('a container name must be specified for pod p, choose one of: [a b]');
  expect((await readLog('?container=x')).body).toContain('container x is not valid for pod p');
});

test.each(['exec?command=true', 'attach', 'portforward?ports=80', 'proxy'])(
  '%s on a simulated node says that there is nothing to talk to',
  async (subresource) => {
    await api.call('POST', '/api/v1/nodes', { body: { metadata: { name: 'n' }, spec: { providerID: 'simulated://n' } } });
    await createPod('n', ['c']);
    const { status, body } = await api.call('POST', `/api/v1/namespaces/default/pods/p/${subresource}`);
    expect([status, body['message']]).toEqual([
      400,
      expect.stringContaining('pod p runs on the simulated node n: it has no process to talk to'),
    ]);
  },
);
