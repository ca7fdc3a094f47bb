import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { badReplies, startBackend } from './support/backend.ts';
import type { Backend, Reply } from './support/backend.ts';
import { eventually } from './support/eventually.ts';
import { createHub } from './support/hub.ts';
import { startPulse } from './support/pulse.ts';
import type { Pulse } from './support/pulse.ts';
import { readAccess, send } from './support/raw-http.ts';
import type { Access, Answer, RawRequest } from './support/raw-http.ts';

const residentLimit = 600 * 2 ** 20;
/** Loose: a busy machine holds everything up. What hangs, hangs for good. */
const waitLimitMilliseconds = 10_000;
const configMaps = '/api/v1/namespaces/default/configmaps';
const group = 'garbage.example.com';
const post = (body: unknown): RawRequest => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const json =
  (make: (uid: string) => unknown): Reply =>
  (response, { body }) => {
    const { request } = body as { request: { uid: string } };
    response.end(JSON.stringify(make(request.uid)));
  };
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));

/** An AdmissionReview around what is wrong. */
const review = (response: unknown): Reply =>
  json((uid) => ({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: typeof response === 'object' && !Array.isArray(response) ? { uid, allowed: true, ...response } : response,
  }));
const patching = (patch: unknown): Reply =>
  review({ patchType: 'JSONPatch', patch: typeof patch === 'string' ? patch : Buffer.from(JSON.stringify(patch)).toString('base64') });
const replacing = (path: string, value: unknown): Reply => patching([{ op: 'add', path, value }]);

const wrongReviews: readonly [string, Reply][] = [
  ...[7, 'x', [], null].map((value): [string, Reply] => [`a response ${JSON.stringify(value)}`, review(value)]),
  ...[
    { uid: 7 },
    { allowed: 'yes' },
    { allowed: 1 },
    { warnings: 'x' },
    { warnings: [7, null, {}] },
    { warnings: times(100_000, (index) => `w${index}`) },
    { warnings: ['a\r\nb: c\0'] },
    { auditAnnotations: 7 },
    ...[
      7,
      [],
      { code: 'x' },
      { code: 1e9 },
      { code: -5 },
      { code: 200 },
      { code: 600 },
      { code: 4.5 },
      { message: 7 },
      { reason: 'constructor' },
      { reason: 7 },
    ].map((status) => ({ allowed: false, status })),
    ...['x', 7, { causes: 7 }, { causes: [7] }, { retryAfterSeconds: 'a\r\nb: c' }, { retryAfterSeconds: -1 }].map((details) => ({
      allowed: false,
      status: { code: 429, details },
    })),
    { allowed: false, status: { message: 'x'.repeat(2_000_000) } },
  ].map((value): [string, Reply] => [`a response with ${JSON.stringify(value).slice(0, 60)}`, review(value)]),
];

const wrongPatches: readonly [string, Reply][] = [
  ...[7, null, {}, [null], [7], [[]], '!!!', [{ op: 'remove', path: '' }], [{ op: 'x', path: 7 }]].map((patch): [string, Reply] => [
    `a patch ${JSON.stringify(patch)}`,
    patching(patch),
  ]),
  ...[7, null, {}].flatMap((value): [string, Reply][] =>
    [
      '',
      '/metadata',
      '/metadata/name',
      '/metadata/namespace',
      '/metadata/labels',
      '/metadata/annotations',
      '/metadata/finalizers',
      '/metadata/ownerReferences',
      '/metadata/managedFields',
      '/metadata/creationTimestamp',
      '/metadata/deletionTimestamp',
      '/metadata/uid',
      '/metadata/generation',
      '/metadata/resourceVersion',
      '/data',
      '/kind',
      '/apiVersion',
      '/__proto__',
    ].map((path) => [`a patch of ${path || 'all'} to ${JSON.stringify(value)}`, replacing(path, value)]),
  ),
  ['many operations', patching(times(20_000, (index) => ({ op: 'add', path: `/data/a${index}`, value: '' })))],
  ['a large value', replacing('/data', { a: 'x'.repeat(2_000_000) })],
  [
    'many values',
    replacing(
      '/x',
      times(150_000, () => ({})),
    ),
  ],
  [
    'copies of copies',
    patching([
      { op: 'add', path: '/data', value: { a: 'x'.repeat(1000) } },
      ...times(40, (i) => ({ op: 'copy', from: '', path: `/c${i}` })),
    ]),
  ],
];

describe('backends that answer as none should', () => {
  const hub = createHub();
  let access: Access;
  let backend: Backend;
  let pulse: Pulse;

  /** Well formed, and in time; an error of ours says what is wrong with theirs. */
  const ask = async (path: string, request: RawRequest = {}): Promise<Answer> => {
    const answer = await send(access, path, request);
    if (answer.code < 400) return answer;
    expect(answer.body).toMatchObject({ kind: 'Status', message: expect.stringMatching(/\S/) });
    expect(answer.body.message).not.toMatch(/is not a function|is not iterable|undefined|Cannot (read|convert|destructure)/);
    return answer;
  };
  const hook = (name: string) => ({
    name,
    clientConfig: { url: `https://localhost:${backend.port}/`, caBundle: backend.caBundle },
    rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } },
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    timeoutSeconds: 1,
  });
  const configurations = '/apis/admissionregistration.k8s.io/v1';
  const register = async (kind: 'mutating' | 'validating'): Promise<() => Promise<unknown>> => {
    const path = `${configurations}/${kind}webhookconfigurations`;
    const made = await send(access, path, post({ metadata: { name: 'garbage' }, webhooks: [hook('garbage.example.com')] }));
    expect(made.code).toBe(201);
    return () => send(access, `${path}/garbage`, { method: 'DELETE' });
  };

  beforeAll(async () => {
    await hub.up().ready;
    access = readAccess(hub.kubeconfig);
    backend = await startBackend(['backend.default.svc']);
    pulse = await startPulse(access);
  });
  afterEach(() => {
    if (process.env['CAUSEWAY_FUZZ_REPORT'])
      console.log(`${expect.getState().currentTestName}: ${pulse.longest()} ms, ${hub.process().residentBytes() >> 20} MiB`);
    expect(hub.process().running()).toBe(true);
    expect(hub.process().residentBytes()).toBeLessThan(residentLimit);
    expect(hub.process().stderr()).not.toMatch(/request failed|panic|TypeError|RangeError/);
  });
  afterAll(async () => {
    expect(pulse.longest()).toBeLessThan(waitLimitMilliseconds);
    await pulse.stop();
    backend.close();
    await hub.close();
  });

  /** What is taken must be an object whose fields have their types. */
  const isTyped = ({ body: { kind, apiVersion, metadata } }: Answer): boolean => {
    const { name, namespace, uid, labels = {}, annotations = {} } = metadata as Record<string, unknown>;
    const isMap = (value: unknown): boolean =>
      typeof value === 'object' && Object.values(value ?? {}).every((each) => typeof each === 'string');
    return (
      kind === 'ConfigMap' &&
      apiVersion === 'v1' &&
      [name, namespace, uid].every((each) => typeof each === 'string') &&
      isMap(labels) &&
      isMap(annotations)
    );
  };

  test.each([
    ['mutating', [...badReplies, ...wrongReviews, ...wrongPatches]],
    ['validating', [...badReplies, ...wrongReviews]],
  ] as const)('%s admission webhooks', { timeout: 200_000 }, async (kind, replies) => {
    const unregister = await register(kind);
    const create = () => ask(configMaps, post({ metadata: { generateName: 'a-' }, data: {} }));
    backend.reply(review({}));
    await eventually(async () => expect(await create()).toMatchObject({ code: 201 }));
    for (const [name, reply] of replies) {
      backend.reply(reply);
      const answer = await create();
      if (process.env['CAUSEWAY_FUZZ_REPORT']) console.log(kind, name, answer.code, answer.body.message?.slice(0, 200));
      if (answer.code === 201) expect(isTyped(answer), name).toBe(true);
    }
    await unregister();
    expect(await ask(configMaps)).toMatchObject({ code: 200 });
    expect((await ask(configMaps, { method: 'DELETE' })).code).toBe(200);
  });

  const converted = (objects: unknown): Reply =>
    json((uid) => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'ConversionReview',
      response: { uid, result: { status: 'Success' }, convertedObjects: objects },
    }));
  const convertedAs =
    (change: (object: { metadata: object }) => unknown): Reply =>
    (response, asked) => {
      const { request } = asked.body as { request: { desiredAPIVersion: string; objects: { metadata: object }[] } };
      converted(request.objects.map((object) => change({ ...object, apiVersion: request.desiredAPIVersion } as { metadata: object })))(
        response,
        asked,
      );
    };
  const wrongConversions: readonly [string, Reply][] = [
    ...[7, 'x', null, [], [7], [null], [{}], times(1000, () => ({}))].map((value): [string, Reply] => [
      `objects ${JSON.stringify(value).slice(0, 40)}`,
      converted(value),
    ]),
    ...[7, 'x', null, []].flatMap((value): [string, Reply][] => [
      [`metadata ${JSON.stringify(value)}`, convertedAs((object) => ({ ...object, metadata: value }))],
      [
        `labels ${JSON.stringify(value)}`,
        convertedAs((object) => ({ ...object, metadata: { ...object.metadata, labels: value, annotations: value } })),
      ],
      [
        `a label ${JSON.stringify(value)}`,
        convertedAs((object) => ({ ...object, metadata: { ...object.metadata, labels: { a: value } } })),
      ],
      [`a spec ${JSON.stringify(value)}`, convertedAs((object) => ({ ...object, spec: value }))],
    ]),
    ['result 7', json((uid) => ({ response: { uid, result: 7 } }))],
    ['a message that is none', json((uid) => ({ response: { uid, result: { status: 'Failed', message: 7 } } }))],
    ['a large object', convertedAs((object) => ({ ...object, spec: { a: 'x'.repeat(2_500_000) } }))],
  ];

  test('conversion webhooks', { timeout: 200_000 }, async () => {
    const schema = {
      openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } },
    };
    const definition = {
      metadata: { name: `things.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'things', kind: 'Thing' },
        versions: ['v1', 'v2'].map((name) => ({ name, served: true, storage: name === 'v1', schema })),
        conversion: {
          strategy: 'Webhook',
          webhook: {
            conversionReviewVersions: ['v1'],
            clientConfig: { url: `https://localhost:${backend.port}/`, caBundle: backend.caBundle },
          },
        },
      },
    };
    expect((await send(access, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', post(definition))).code).toBe(201);
    const path = (version: string): string => `/apis/${group}/${version}/namespaces/default/things`;
    await eventually(async () => expect((await send(access, path('v1'))).code).toBe(200));
    await ask(path('v1'), post({ apiVersion: `${group}/v1`, kind: 'Thing', metadata: { name: 'a', labels: { a: 'b' } }, spec: { a: 1 } }));
    // A conversion has half a minute: those that take it go at once, others one after the other.
    const slow = new Set(['no answer', 'a byte now and then']);
    for (const [name, reply] of [...badReplies.filter(([each]) => !slow.has(each)), ...wrongConversions]) {
      backend.reply(reply);
      const patch = {
        method: 'PATCH',
        headers: { 'content-type': 'application/merge-patch+json' },
        body: '{"metadata":{"annotations":{"a":"b"}}}',
      };
      const answers = await Promise.all([
        ask(`${path('v2')}/a`),
        ask(`${path('v2')}?labelSelector=a`),
        ask(`${path('v2')}/a`, patch),
        ask(path('v2'), post({ apiVersion: `${group}/v2`, kind: 'Thing', metadata: { generateName: 'b-' } })),
      ]);
      if (process.env['CAUSEWAY_FUZZ_REPORT'])
        console.log(name, ...answers.map(({ code, body }) => `${code} ${body.message?.slice(0, 200) ?? ''}`));
    }
    const watched = await Promise.all(
      [badReplies[1], wrongConversions.at(-1)].map((given) => {
        backend.reply(given![1]);
        return ask(`${path('v2')}?watch=true&timeoutSeconds=1`);
      }),
    );
    // It ends in its time, although nothing can be shown.
    expect(watched.map(({ code }) => code)).toEqual([200, 200]);
    expect(await ask(path('v1'))).toMatchObject({ code: 200 });
  });

  const listing =
    (resources: unknown): Reply =>
    (response) =>
      void response.end(
        JSON.stringify({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `aggregated.example.com/v1`, resources }),
      );
  const fine = { name: 'things', singularName: 'thing', namespaced: true, kind: 'Thing', verbs: ['get'] };
  const wrongListings: readonly [string, Reply][] = [
    ...[7, 'x', null, [7], [null], ['x'], [{}], [[]]].map((value): [string, Reply] => [
      `resources ${JSON.stringify(value)}`,
      listing(value),
    ]),
    ...Object.keys(fine).flatMap((field) =>
      [7, ['x']].map((value): [string, Reply] => [`${field} ${JSON.stringify(value)}`, listing([{ ...fine, [field]: value }])]),
    ),
    ...['shortNames', 'categories', 'group', 'version', 'storageVersionHash'].map((field): [string, Reply] => [
      `${field} 7`,
      listing([{ ...fine, [field]: 7 }]),
    ]),
    ['names that are none', listing(['', '/', 'a/', '/a', '__proto__', 'constructor/status', 'a/b/c'].map((name) => ({ ...fine, name })))],
    ['very many', listing(times(40_000, (index) => ({ name: `r${index}/status`, kind: 'X', verbs: [] })))],
    ['very many of one name', listing(times(20_000, () => ({ ...fine, name: 'a' })))],
  ];

  test('aggregated API servers', { timeout: 200_000 }, async () => {
    await ask(
      '/api/v1/namespaces/default/services',
      post({ metadata: { name: 'backend' }, spec: { type: 'ExternalName', externalName: 'localhost' } }),
    );
    const services = '/apis/apiregistration.k8s.io/v1/apiservices';
    const name = 'v1.aggregated.example.com';
    const spec = {
      group: 'aggregated.example.com',
      version: 'v1',
      groupPriorityMinimum: 10,
      versionPriority: 10,
      caBundle: backend.caBundle,
      service: { name: 'backend', namespace: 'default', port: backend.port },
    };
    expect((await ask(services, post({ metadata: { name }, spec }))).code).toBe(201);
    const condition = async (): Promise<{ status?: string; message?: string } | undefined> => {
      const { body } = await send(access, `${services}/${name}`);
      return (body['status'] as { conditions?: { status: string; message: string }[] } | undefined)?.conditions?.[0];
    };
    /** Looked at anew, after the change. */
    const touch = async (index: number): Promise<void> => {
      const body = JSON.stringify({ spec: { versionPriority: 11 + (index % 2) } });
      await ask(`${services}/${name}`, { method: 'PATCH', headers: { 'content-type': 'application/merge-patch+json' }, body });
    };
    backend.reply(listing([fine]));
    await eventually(async () => expect(await condition()).toMatchObject({ status: 'True' }));
    let index = 0;
    const slow = new Set(['no answer', 'a byte now and then']);
    for (const [what, reply] of [...wrongListings, ...badReplies.filter(([each]) => !slow.has(each))]) {
      let asked = 0;
      backend.reply((response, request) => {
        if (request.url === '/apis/aggregated.example.com/v1') asked++;
        reply(response, request);
      });
      await touch(index++);
      await eventually(() => expect(asked).toBeGreaterThan(0));
      for (const [path, accept] of [
        ['/apis', 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'],
        ['/apis/aggregated.example.com', 'application/json'],
      ] as const)
        expect((await send(access, path, { headers: { accept } })).code, what).toBe(200);
      // The server's own answer, or that there is none: whatever it is, one that ends.
      const passedOn = await send(access, '/apis/aggregated.example.com/v1/things').catch(String);
      if (process.env['CAUSEWAY_FUZZ_REPORT']) console.log(what, typeof passedOn === 'string' ? passedOn : passedOn.code);
      if (process.env['CAUSEWAY_FUZZ_REPORT']) console.log(what, JSON.stringify(await condition()));
    }
    for (const path of ['/openapi/v2', '/openapi/v3', '/apis/apps/v1']) expect((await send(access, path)).code).toBe(200);
    await ask(`${services}/${name}`, { method: 'DELETE' });
  });
});
