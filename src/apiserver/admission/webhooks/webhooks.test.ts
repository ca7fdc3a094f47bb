import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { cleanPath } from './post-review.ts';
import { createAuthority, issueServing } from '../../certificates/key-pair.ts';
import { customResources } from '../../testing/custom-resources.ts';
import { type Answer, root, type SecuredServer, startSecuredServer } from '../../testing/secured-server.ts';

type Review = {
  request: { uid: string; object: { metadata: { labels?: Record<string, string> } }; kind: object; operation: string; name: string };
};
type Reply = { allowed: boolean; patch?: unknown[]; status?: object; warnings?: string[]; uid?: string } | 'hang' | number;

let server: SecuredServer;
let hooks: Server;
let replies: Record<string, (review: Review) => Reply | Promise<Reply>> = {};
let calls: string[] = [];
/** How long each was told that it may take. */
let allowed: Record<string, string> = {};
const term = { now: Date.now(), days: 1 };
const authority = createAuthority('webhooks', term);
const unnamedPair = issueServing({ commonName: 'localhost', dnsNames: [] }, term, authority);
const pair = issueServing({ commonName: 'hook', dnsNames: ['localhost', 'hook.default.svc'] }, term, authority);

beforeAll(async () => {
  server = await startSecuredServer({ extra: [customResources()] });
  hooks = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const name = (request.url ?? '').split('?')[0]?.slice(1) ?? '';
      calls.push(name);
      allowed[name] = /[?&]timeout=([^&]*)/.exec(request.url ?? '')?.[1] ?? '';
      const review = JSON.parse(Buffer.concat(chunks).toString()) as Review;
      const reply = (await replies[name]?.(review)) ?? { allowed: true };
      if (reply === 'hang') return;
      if (typeof reply === 'number') {
        response.writeHead(reply).end('broken');
        return;
      }
      const { patch, ...rest } = reply;
      const patched = patch ? { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') } : {};
      response.end(
        JSON.stringify({
          apiVersion: 'admission.k8s.io/v1',
          kind: 'AdmissionReview',
          response: { uid: review.request.uid, ...rest, ...patched },
        }),
      );
    });
  });
  await new Promise<void>((resolve) => hooks.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await server.close();
  hooks.closeAllConnections();
  hooks.close();
});

const base = '/apis/admissionregistration.k8s.io/v1';
const configMaps = '/api/v1/namespaces/default/configmaps';
const created: string[] = [];
let port = 0;

const register = async (kind: 'Mutating' | 'Validating', webhooks: Record<string, unknown>[], name = 'test'): Promise<void> => {
  port = (hooks.address() as AddressInfo).port;
  const resource = `${base}/${kind.toLowerCase()}webhookconfigurations`;
  const complete = webhooks.map((webhook) => ({
    clientConfig: {
      url: `https://localhost:${port}/${String(webhook['name']).split('.')[0]}`,
      caBundle: Buffer.from(authority.certificate).toString('base64'),
    },
    rules: [{ operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    timeoutSeconds: 1,
    ...webhook,
  }));
  const { status, body } = await server.call('POST', resource, { body: { metadata: { name }, webhooks: complete } });
  if (status !== 201) throw new Error(JSON.stringify(body));
  created.push(`${resource}/${name}`);
};
afterEach(async () => {
  for (const url of created.splice(0)) await server.call('DELETE', url);
  replies = {};
  calls = [];
});

let count = 0;
const create = (labels: Record<string, string> = {}, query = ''): Promise<Answer> =>
  server.call('POST', `${configMaps}${query}`, { body: { metadata: { name: `c${count++}`, labels } } });

const set = (key: string) => [{ op: 'add', path: `/metadata/labels/${key}`, value: 'yes' }];

test('a mutating webhook changes the object, a later one sees the change, an earlier one is asked again', async () => {
  replies = {
    a: ({ request }) => ({ allowed: true, ...(request.object.metadata.labels?.['b'] ? { patch: set('again') } : {}) }),
    b: () => ({ allowed: true, patch: set('b') }),
    c: ({ request }) => ({ allowed: true, patch: request.object.metadata.labels?.['b'] ? set('c') : [] }),
  };
  await register('Mutating', [{ name: 'a.x.io', reinvocationPolicy: 'IfNeeded' }, { name: 'b.x.io' }, { name: 'c.x.io' }]);
  const { body } = await create({ first: 'yes' });
  expect(body.metadata.labels).toEqual({ first: 'yes', b: 'yes', c: 'yes', again: 'yes' });
  expect(calls).toEqual(['a', 'b', 'c', 'a']);
});

test('a denial is told in the webhook’s own words, with its code', async () => {
  replies = { no: () => ({ allowed: false, status: { message: 'not today', code: 403 }, warnings: ['soon'] }) };
  await register('Validating', [{ name: 'no.x.io' }]);
  const { status, body, headers } = await create();
  expect(status).toBe(403);
  expect(body.message).toBe('admission webhook "no.x.io" denied the request: not today');
  expect(headers['warning']).toEqual(['299 - "soon"']);
});

test('a denial without any word is a 400', async () => {
  replies = { no: () => ({ allowed: false }) };
  await register('Validating', [{ name: 'no.x.io' }]);
  expect(await create()).toMatchObject({
    status: 400,
    body: { message: 'admission webhook "no.x.io" denied the request without explanation' },
  });
});

test.each<[string, Record<string, unknown>, Reply, string]>([
  ['hangs', {}, 'hang', 'context deadline exceeded'],
  ['is broken', {}, 500, 'an error on the server ("broken") has prevented the request from succeeding'],
  ['is not there', {}, 404, 'the server could not find the requested resource'],
  ['answers another question', {}, { allowed: true, uid: 'other' }, 'received invalid webhook response: expected response.uid='],
  ['patches where it may not', {}, { allowed: true, patch: [] }, 'validating webhook may not return response.patch'],
])('one that %s fails the request, unless it is to be ignored', async (_, extra, reply, message) => {
  replies = { bad: () => reply };
  await register('Validating', [{ name: 'bad.x.io', ...extra }]);
  const { status, body } = await create();
  expect(status).toBe(500);
  expect(body.message).toContain('Internal error occurred: failed calling webhook "bad.x.io": ');
  expect(body.message).toContain(message);
  await server.call('DELETE', created.pop() ?? '');
  await register('Validating', [{ name: 'bad.x.io', failurePolicy: 'Ignore' }]);
  expect((await create()).status).toBe(201);
});

test.each<[string, object]>([
  ['a code that is no number', { allowed: false, status: { code: 'x' } }],
  ['a delay that is a text', { allowed: false, status: { details: { retryAfterSeconds: 'a\r\nb' } } }],
  ['warnings that are none', { allowed: true, warnings: [7] }],
  ['allowed that is a text', { allowed: 'yes' }],
  ['a patch that is no list', { allowed: true, patch: {} }],
  ['operations that are none', { allowed: true, patch: [null] }],
  ['labels that are a number', { allowed: true, patch: [{ op: 'add', path: '/metadata/labels', value: 7 }] }],
  ['metadata that is a number', { allowed: true, patch: [{ op: 'add', path: '/metadata', value: 7 }] }],
  ['another kind', { allowed: true, patch: [{ op: 'add', path: '/kind', value: 'Secret' }] }],
  ['nothing at all', { allowed: true, patch: [{ op: 'add', path: '', value: [] }] }],
])('%s of a webhook is an error, and nothing is stored', async (_, reply) => {
  replies = { bad: () => reply as Reply };
  await register('Mutating', [{ name: 'bad.x.io' }]);
  const { status, body } = await create();
  expect([status, body.message]).toEqual([500, expect.stringContaining('Internal error occurred: ')]);
});

test('what the system gives a new object comes after the webhooks that change it, and a code is one of HTTP', async () => {
  const seen: object[] = [];
  const note = ({ request }: Review): Reply => {
    seen.push(request.object.metadata);
    return { allowed: true, patch: [{ op: 'add', path: '/metadata/uid', value: 'mine' }] };
  };
  replies = { x: note };
  await register('Mutating', [{ name: 'x.x.io' }]);
  expect(await create()).toMatchObject({ status: 201, body: { metadata: { uid: expect.stringMatching(/-/) } } });
  expect(seen[0]).not.toHaveProperty('uid');
  expect(seen[0]).not.toHaveProperty('creationTimestamp');
  replies = { x: () => ({ allowed: false, status: { code: 1e9, message: 'no' } }) };
  expect((await create()).status).toBe(500);
});

test('an untrusted certificate and a closed port are told apart', async () => {
  await register('Validating', [{ name: 'x.x.io', clientConfig: { url: `https://localhost:${port}/x` } }]);
  expect((await create()).body.message).toContain('x509: certificate signed by unknown authority');
  await server.call('DELETE', created.pop() ?? '');
  await register('Validating', [{ name: 'x.x.io', clientConfig: { url: 'https://127.0.0.1:1/x' } }]);
  expect((await create()).body.message).toContain(
    'Post "https://127.0.0.1:1/x?timeout=1s": dial tcp 127.0.0.1:1: connect: connection refused',
  );
  await server.call('DELETE', created.pop() ?? '');
  await register('Validating', [{ name: 'x.x.io', clientConfig: { url: 'https://localhost:1/x' } }]);
  expect((await create()).body.message).toContain('"https://localhost:1/x?timeout=1s": dial tcp 127.0.0.1:1: connect: connection refused');
});

test('a bundle may hold the very certificate of the server instead of its authority, as in Go', async () => {
  replies = { x: () => ({ allowed: true }) };
  const caBundle = Buffer.from(pair.certificate).toString('base64');
  await register('Validating', [{ name: 'x.x.io', clientConfig: { url: `https://localhost:${port}/x`, caBundle } }]);
  expect((await create()).status).toBe(201);
});

test.each([
  ['', '/'],
  ['/', '/'],
  ['validate', '/validate'],
  ['//failing', '/failing'],
  ['/a/./b/../c/', '/a/c'],
])('the path %j is asked for as %s', (path, sent) => {
  expect(cleanPath(path)).toBe(sent);
});

test('only what its selectors and conditions take in is asked', async () => {
  replies = { no: () => ({ allowed: false }) };
  await register('Validating', [
    {
      name: 'no.x.io',
      objectSelector: { matchLabels: { pick: 'me' } },
      matchConditions: [{ name: 'named', expression: "object.metadata.labels['pick'] == 'me' && request.operation == 'CREATE'" }],
    },
  ]);
  expect((await create()).status).toBe(201);
  expect((await create({ pick: 'me' })).status).toBe(400);
  await server.call('DELETE', created.pop() ?? '');
  await register('Validating', [{ name: 'no.x.io', namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }]);
  expect((await create()).status).toBe(201);
});

test('a dry run does not reach a webhook that has side effects', async () => {
  await register('Validating', [{ name: 'some.x.io', sideEffects: 'NoneOnDryRun' }]);
  expect((await create({}, '?dryRun=All')).status).toBe(201);
  expect(calls).toEqual(['some']);
});

test('a service is reached where it points, under its own name', async () => {
  port = (hooks.address() as AddressInfo).port;
  await server.call('POST', '/api/v1/namespaces/default/services', {
    body: { metadata: { name: 'hook' }, spec: { type: 'ExternalName', externalName: 'localhost' } },
  });
  const caBundle = Buffer.from(authority.certificate).toString('base64');
  await register('Validating', [
    { name: 'svc.x.io', clientConfig: { service: { namespace: 'default', name: 'hook', path: '/svc', port }, caBundle } },
  ]);
  const { status, body } = await create();
  expect([status, body.message]).toEqual([201, undefined]);
  expect(calls).toEqual(['svc']);
  await server.call('DELETE', created.pop() ?? '');
  await register('Validating', [{ name: 'svc.x.io', clientConfig: { service: { namespace: 'default', name: 'gone' }, caBundle } }]);
  expect((await create()).body.message).toContain('Post "https://gone.default.svc:443/?timeout=1s": service "gone" not found');
});

test('a server that only its common name names is not trusted', async () => {
  const unnamed = createServer({ cert: unnamedPair.certificate, key: unnamedPair.key }, (_, response) => void response.end('{}'));
  await new Promise<void>((resolve) => unnamed.listen(0, '127.0.0.1', resolve));
  const url = `https://localhost:${(unnamed.address() as AddressInfo).port}/`;
  await register('Validating', [
    { name: 'unnamed.x.io', clientConfig: { url, caBundle: Buffer.from(authority.certificate).toString('base64') }, timeoutSeconds: 10 },
  ]);
  expect((await create()).body.message).toBe(
    `Internal error occurred: failed calling webhook "unnamed.x.io": failed to call webhook: Post "${url}?timeout=10s": tls: failed to verify certificate: x509: certificate relies on legacy Common Name field, use SANs instead`,
  );
  unnamed.closeAllConnections();
  unnamed.close();
});

test('a request that says how long it may take gives its webhooks no more than that', async () => {
  await register('Mutating', [
    { name: 'a.x.io', timeoutSeconds: 30 },
    { name: 'b.x.io', timeoutSeconds: 2 },
  ]);
  expect((await create({}, '?timeout=20s')).status).toBe(201);
  expect(parseInt(allowed['a'] ?? '')).toBeLessThanOrEqual(20);
  expect(allowed['b']).toBe('2s');
  await create({}, '?timeout=0s');
  expect(allowed['a']).toBe('30s');
});

test('what is not done in time is answered 504, and asks no further webhook, ignored failures or not', async () => {
  replies = { a: () => 'hang' };
  await register('Mutating', [
    { name: 'a.x.io', timeoutSeconds: 30, failurePolicy: 'Ignore' },
    { name: 'b.x.io', timeoutSeconds: 30, failurePolicy: 'Ignore' },
  ]);
  const { status, body } = await create({}, '?timeout=300ms');
  expect(status).toBe(504);
  const message = 'Timeout: request did not complete within the allotted timeout';
  expect(body).toEqual({ metadata: {}, status: 'Failure', message, reason: 'Timeout', details: {}, code: 504 });
  await register('Mutating', [{ name: 'c.x.io' }], 'other');
  replies = {};
  calls = [];
  await create();
  expect(calls.toSorted()).toEqual(['a', 'b', 'c']);
});

test('when the conditions of one fail, none is asked', async () => {
  await register('Validating', [
    { name: 'a.x.io' },
    { name: 'b.x.io', matchConditions: [{ name: 'c', expression: "object.data.none == 'x'" }] },
  ]);
  expect((await create()).status).toBe(403);
  expect(calls).toEqual([]);
});

test('an update that comes too late is seen by what may change it, not by what judges it', async () => {
  const { body } = await create();
  await register('Mutating', [{ name: 'm.x.io' }]);
  await register('Validating', [{ name: 'v.x.io' }]);
  const late = { metadata: { name: body.metadata.name, resourceVersion: '1' } };
  expect((await server.call('PUT', `${configMaps}/${body.metadata.name}`, { body: late })).status).toBe(409);
  expect(calls).toEqual(['m']);
});

test('who refuses to delete one of a collection is not asked about the next', async () => {
  for (let i = 0; i < 3; i++) await create({ all: 'these' });
  replies = { no: () => ({ allowed: false, status: { message: 'kept' } }) };
  await register('Validating', [
    { name: 'no.x.io', rules: [{ operations: ['DELETE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }] },
  ]);
  const { body } = await server.call('DELETE', `${configMaps}?labelSelector=all`);
  expect(body.message).toBe('admission webhook "no.x.io" denied the request: kept');
  expect(calls).toEqual(['no']);
});

const autoscalers = { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers', 'horizontalpodautoscalers/status'] };
const autoscaling = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers';
const autoscaler = (name: string): object => ({
  metadata: { name },
  spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } },
});

test('a status in another version is the same as one in the version of the rule', async () => {
  await server.call('POST', autoscaling, { body: autoscaler('h') });
  const kinds: object[] = [];
  replies = { m: ({ request }) => (kinds.push(request.kind), { allowed: true }) };
  await register('Mutating', [{ name: 'm.x.io', rules: [{ operations: ['UPDATE'], apiVersions: ['v1'], ...autoscalers }] }]);
  const { status } = await server.call('PATCH', `${autoscaling}/h/status`, {
    as: { headers: { ...root.headers, 'content-type': 'application/merge-patch+json' } },
    body: { status: { desiredReplicas: 2 } },
  });
  expect([status, kinds]).toEqual([200, [{ group: 'autoscaling', version: 'v1', kind: 'HorizontalPodAutoscaler' }]]);
});

test('a webhook may answer in another version of the kind', async () => {
  const patch = [
    { op: 'replace', path: '/apiVersion', value: 'autoscaling/v1' },
    { op: 'add', path: '/spec/targetCPUUtilizationPercentage', value: 7 },
  ];
  replies = { m: () => ({ allowed: true, patch }) };
  await register('Mutating', [{ name: 'm.x.io', rules: [{ operations: ['CREATE'], apiVersions: ['v2'], ...autoscalers }] }]);
  const { status, body } = await server.call('POST', autoscaling, { body: autoscaler('other') });
  expect([status, body.apiVersion]).toEqual([201, 'autoscaling/v2']);
  expect(body['spec']).toMatchObject({ metrics: [{ resource: { target: { averageUtilization: 7 } } }] });
});

test('what a webhook makes null of a custom resource is not taken for absent', async () => {
  await server.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    body: {
      metadata: { name: 'widgets.hook.example' },
      spec: {
        group: 'hook.example',
        scope: 'Namespaced',
        names: { plural: 'widgets', kind: 'Widget' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { name: { type: 'string' } } } } },
            },
          },
        ],
      },
    },
  });
  await server.eventually('/apis/hook.example/v1/namespaces/default/widgets', ({ status }) => status === 200);
  replies = { m: () => ({ allowed: true, patch: [{ op: 'add', path: '/spec/name', value: null }] }) };
  await register('Mutating', [
    { name: 'm.x.io', rules: [{ operations: ['*'], apiGroups: ['hook.example'], apiVersions: ['v1'], resources: ['*'] }] },
  ]);
  const body = { apiVersion: 'hook.example/v1', kind: 'Widget', metadata: { name: 'w' }, spec: { name: 'x' } };
  const answer = await server.call('POST', '/apis/hook.example/v1/namespaces/default/widgets', { body });
  expect([answer.status, answer.body.message]).toEqual([422, expect.stringContaining('spec.name: Invalid value: "null"')]);
});

test('nothing is created in a namespace that began to go while a webhook was asked', async () => {
  const place = '/api/v1/namespaces/leaving';
  await server.call('POST', '/api/v1/namespaces', { body: { metadata: { name: 'leaving' } } });
  await register('Validating', [{ name: 'slow.example.com', timeoutSeconds: 30 }]);
  const isClosed = async (): Promise<boolean> =>
    (await server.call('POST', `${place}/secrets?dryRun=All`, { body: { metadata: { name: 's' } } })).status === 403;
  replies = {
    slow: async () => {
      await server.call('DELETE', place);
      await expect.poll(isClosed).toBe(true);
      return { allowed: true };
    },
  };
  const late = await server.call('POST', `${place}/configmaps`, { body: { metadata: { name: 'late' } } });
  expect(late.body.message).toBe(
    'configmaps "late" is forbidden: unable to create new content in namespace leaving because it is being terminated',
  );
  expect((await server.call('GET', `${place}/configmaps/late`)).status).toBe(404);
});
