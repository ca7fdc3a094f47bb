import { beforeAll, expect, test } from 'vitest';
import { createMetricsRegistry } from '../metrics/registry.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { allocationExtension } from './extension.ts';

const services = '/api/v1/namespaces/default/services';
const cidrs = '/apis/networking.k8s.io/v1/servicecidrs';
/** The server hears of a change a moment after who made it. */
const wait = { timeout: 20_000 };
let call: TestServer['call'];
beforeAll(async () => {
  ({ call } = await startTestServer({ extensions: [allocationExtension(createMetricsRegistry())] }));
});

const create = (name: string, clusterIP?: string) =>
  call('POST', services, { body: { metadata: { name }, spec: { ports: [{ port: 80 }], ...(clusterIP ? { clusterIP } : {}) } } });
const setReady = (name: string, status: string) =>
  call('PATCH', `${cidrs}/${name}/status`, {
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { status: { conditions: [{ type: 'Ready', status, reason: '', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }] } },
  });

test('Services take addresses of a further range as soon as it is ready, and no more when it is not', async () => {
  expect((await call('POST', cidrs, { body: { metadata: { name: 'more' }, spec: { cidrs: ['192.168.7.0/29'] } } })).status).toBe(201);
  expect(await create('early', '192.168.7.2')).toMatchObject({ status: 422 });
  await setReady('more', 'True');
  await expect.poll(async () => (await create('named', '192.168.7.2')).status, wait).toBe(201);
  expect((await create('again', '192.168.7.2')).status).toBe(422);
  await setReady('more', 'False');
  await expect.poll(async () => (await create('late', '192.168.7.3')).status, wait).toBe(422);
});

test('every address of all ranges is given out', async () => {
  await setReady('more', 'True');
  await expect.poll(async () => (await create('second', '192.168.7.4')).status, wait).toBe(201);
  for (let i = 0; (await create(`many-${i}`)).status === 201; i++);
  expect((await create('one-too-many')).status).toBe(500);
  // A /24 holds 254, a /29 six.
  expect((await call('GET', '/apis/networking.k8s.io/v1/ipaddresses')).body.items).toHaveLength(260);
});
