import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiRequest } from './http/exchange.ts';
import { createMetricsRegistry } from './metrics/registry.ts';
import { flowControlExtension } from './flowcontrol/extension.ts';
import { root, startSecuredServer, type SecuredServer } from './testing/secured-server.ts';

let server: SecuredServer;
beforeAll(async () => {
  server = await startSecuredServer({ extra: [flowControlExtension({ metrics: createMetricsRegistry() })] });
});
afterAll(() => server.close());

test('a small answer is made without asking for the signal of its request, which costs as much as the rest of it', async () => {
  await server.eventually('/api/v1/namespaces/default', ({ headers }) => 'x-kubernetes-pf-flowschema-uid' in headers);
  let asked = 0;
  const request: ApiRequest = {
    ...root,
    method: 'GET',
    url: '/api/v1/namespaces/default',
    headers: root.headers ?? {},
    body: async () => new Uint8Array(),
    remoteAddress: '127.0.0.1',
    get signal() {
      asked += 1;
      return new AbortController().signal;
    },
  };
  const { status, headers } = await server.handle(request);
  expect([status, Object.hasOwn(headers, 'x-kubernetes-pf-flowschema-uid')]).toEqual([200, true]);
  expect(asked).toBe(0);
});

test('who waits for a second only is told after it that there is no answer', async () => {
  const { status, headers, body } = await server.call('GET', '/api/v1/namespaces?resourceVersion=99999999&timeout=20ms');
  expect([status, headers['content-type']]).toEqual([504, 'text/plain; charset=utf-8']);
  expect(body).toEqual({
    metadata: {},
    status: 'Failure',
    message: 'Timeout: request did not complete within the allotted timeout',
    reason: 'Timeout',
    details: {},
    code: 504,
  });
});
