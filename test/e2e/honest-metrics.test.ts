import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthority, issueServing } from '../../src/apiserver/certificates/key-pair.ts';
import { eventually } from './support/eventually.ts';
import { createHub } from './support/hub.ts';
import { type Access, type Answer, readAccess, send } from './support/raw-http.ts';

/** Every series that names the group, the resource, the kind or an object of this test. */
const named = /honest\.example|zebra|honest-/i;
const group = 'honest.example.com';
const term = { now: Date.now(), days: 1 };
const authority = createAuthority('honest', term);
const pair = issueServing({ commonName: 'hook', dnsNames: ['localhost'] }, term, authority);
const caBundle = Buffer.from(authority.certificate).toString('base64');

const hub = createHub();
let access: Access;
let backend: Server;
/** Answers of the webhook that wait: they come after what they were asked for has gone. */
const held: (() => void)[] = [];
let holding = false;

const hook = (body: string): object => {
  const { apiVersion, kind, request } = JSON.parse(body) as {
    apiVersion: string;
    kind: string;
    request: { uid: string; desiredAPIVersion?: string; objects?: object[] };
  };
  const { uid, desiredAPIVersion, objects } = request;
  const convertedObjects = objects?.map((object) => ({ ...object, apiVersion: desiredAPIVersion }));
  return { apiVersion, kind, response: objects ? { uid, result: { status: 'Success' }, convertedObjects } : { uid, allowed: true } };
};

beforeAll(async () => {
  await hub.up({
    flags: ['--feature-gates', 'MutatingAdmissionPolicy=true', '--runtime-config', 'admissionregistration.k8s.io/v1beta1=true'],
  }).ready;
  access = readAccess(hub.kubeconfig);
  backend = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = (): void => void response.end(JSON.stringify(hook(Buffer.concat(chunks).toString())));
      if (holding) held.push(answer);
      else answer();
    });
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await hub.close();
  backend?.closeAllConnections();
  backend?.close();
});

const call = (method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> =>
  send(access, path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const scrape = async (pattern: RegExp): Promise<string[]> => {
  const formats = ['text/plain', 'application/openmetrics-text; version=1.0.0'];
  const texts = await Promise.all(formats.map((accept) => call('GET', '/metrics', undefined, { accept })));
  return texts.flatMap(({ body }) => (body.message ?? '').split('\n').filter((line) => pattern.test(line)));
};

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const admission = '/apis/admissionregistration.k8s.io/v1';
const mutation = '/apis/admissionregistration.k8s.io/v1beta1';
const fairness = '/apis/flowcontrol.apiserver.k8s.io/v1';
const zebras = (version: string): string => `/apis/${group}/${version}/zebras`;
const clientConfig = () => ({ url: `https://localhost:${(backend.address() as AddressInfo).port}/`, caBundle });
const rules = [{ apiGroups: [group], apiVersions: ['*'], operations: ['CREATE'], resources: ['zebras'] }];
const matchConditions = [{ name: 'always', expression: 'true' }];

const version = (name: string) => ({
  name,
  served: true,
  storage: name === 'v1',
  schema: {
    openAPIV3Schema: {
      type: 'object',
      properties: {
        spec: {
          type: 'object',
          'x-kubernetes-validations': [{ rule: 'self.size >= 0' }],
          properties: { size: { type: 'integer' } },
        },
      },
    },
  },
});
const webhook = (name: string) => ({
  name,
  clientConfig: clientConfig(),
  rules,
  matchConditions,
  failurePolicy: 'Ignore',
  sideEffects: 'None',
  // Two that are held one after the other take less time than a request of this test may.
  timeoutSeconds: 5,
  admissionReviewVersions: ['v1'],
});

/** Where each object goes, and what it is; in the order in which they are deleted. */
const objects = (): readonly (readonly [string, { readonly metadata: { readonly name: string }; readonly [field: string]: unknown }])[] => [
  [
    `${fairness}/prioritylevelconfigurations`,
    {
      metadata: { name: 'honest-level' },
      spec: {
        type: 'Limited',
        limited: {
          nominalConcurrencyShares: 1,
          limitResponse: { type: 'Queue', queuing: { queues: 4, handSize: 2, queueLengthLimit: 50 } },
        },
      },
    },
  ],
  [
    `${fairness}/flowschemas`,
    {
      metadata: { name: 'honest-flow' },
      spec: {
        matchingPrecedence: 10,
        priorityLevelConfiguration: { name: 'honest-level' },
        rules: [
          {
            subjects: [{ kind: 'User', user: { name: 'flow-user' } }],
            resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true }],
          },
        ],
      },
    },
  ],
  [
    `${admission}/validatingadmissionpolicies`,
    {
      metadata: { name: 'honest-policy' },
      spec: { matchConstraints: { resourceRules: rules }, matchConditions, validations: [{ expression: 'false' }] },
    },
  ],
  [
    `${admission}/validatingadmissionpolicybindings`,
    { metadata: { name: 'honest-binding' }, spec: { policyName: 'honest-policy', validationActions: ['Warn'] } },
  ],
  [
    `${mutation}/mutatingadmissionpolicies`,
    {
      metadata: { name: 'honest-mutation' },
      spec: {
        matchConstraints: { resourceRules: rules },
        matchConditions,
        reinvocationPolicy: 'Never',
        mutations: [
          { patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{metadata: Object.metadata{labels: {"a": "b"}}}' } },
        ],
      },
    },
  ],
  [
    `${mutation}/mutatingadmissionpolicybindings`,
    { metadata: { name: 'honest-mutation-binding' }, spec: { policyName: 'honest-mutation' } },
  ],
  [
    `${admission}/validatingwebhookconfigurations`,
    { metadata: { name: 'honest-validating' }, webhooks: [webhook('honest-validating.example.com')] },
  ],
  [
    `${admission}/mutatingwebhookconfigurations`,
    { metadata: { name: 'honest-mutating' }, webhooks: [webhook('honest-mutating.example.com')] },
  ],
  [
    '/apis/apiregistration.k8s.io/v1/apiservices',
    {
      metadata: { name: 'v1.honest-remote.example.com' },
      spec: {
        group: 'honest-remote.example.com',
        version: 'v1',
        service: { namespace: 'default', name: 'none' },
        insecureSkipTLSVerify: true,
        groupPriorityMinimum: 100,
        versionPriority: 10,
      },
    },
  ],
  [
    definitions,
    {
      metadata: { name: `zebras.${group}` },
      spec: {
        group,
        scope: 'Cluster',
        names: { plural: 'zebras', singular: 'zebra', kind: 'Zebra', listKind: 'ZebraList' },
        conversion: { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'], clientConfig: clientConfig() } },
        versions: [version('v1'), version('v1beta1')],
      },
    },
  ],
];

const create = async (): Promise<void> => {
  for (const [path, object] of objects()) {
    // What was deleted may take a moment to go.
    await eventually(async () => expect((await call('POST', path, object)).code).toBe(201));
  }
  for (const each of ['v1', 'v1beta1']) await eventually(async () => expect((await call('GET', zebras(each))).code).toBe(200));
};

/** Who is refused, after a turn in the flow. */
const asFlowUser = { 'impersonate-user': 'flow-user' };
const zebra = (of: string, size: number) => ({
  apiVersion: `${group}/${of}`,
  kind: 'Zebra',
  metadata: { generateName: 'z-' },
  spec: { size },
});

/** Everything that makes series, again and again until it is over. */
const traffic: readonly (() => Promise<unknown>)[] = ['v1', 'v1beta1'].flatMap((of) => [
  () => call('POST', zebras(of), zebra(of, 1)),
  () => call('POST', zebras(of), zebra(of, -1)),
  () => call('GET', zebras(of), undefined, asFlowUser),
  () => call('GET', zebras(of)),
  () => call('GET', `${zebras(of)}?watch=true&timeoutSeconds=1`),
  () => call('GET', `/openapi/v3/apis/${group}/${of}`),
  () => call('GET', '/apis/honest-remote.example.com/v1/lions'),
]);

test('series go at once with what they are named after, come back from zero, and nothing under way brings them back', async () => {
  await create();
  const over = new AbortController();
  const racing = traffic.map(async (request) => {
    while (!over.signal.aborted) await request();
  });
  try {
    const families = [
      /apiserver_request_total.*zebras/,
      /apiserver_watch_events_total.*zebras/,
      /etcd_requests_total.*zebras/,
      /crd_conversion_webhook.*v1beta1.*zebras|crd_conversion_webhook.*zebras.*v1beta1/,
      /openapi_v3_regeneration_count.*zebras/,
      /webhook_request_total.*honest-validating/,
      /webhook_request_total.*honest-mutating/,
      /match_condition_evaluation_seconds_count.*honest-policy/,
      /validating_admission_policy_check_total.*honest-binding/,
      /mutating_admission_policy_check_total.*honest-mutation-binding/,
      /flowcontrol_dispatched_requests_total.*honest-flow.*honest-level/,
      /aggregator_unavailable_apiservice.*honest-remote/,
    ];
    const present = await scrapeUntil(families);
    expect(present.length).toBeGreaterThan(500);

    const path = `${definitions}/zebras.${group}`;
    const current = (await call('GET', path)).body as unknown as { spec: { versions: { name: string; served: boolean }[] } };
    for (const each of current.spec.versions) each.served = each.name === 'v1';
    // Its status may change under it.
    await eventually(async () => {
      const { metadata } = (await call('GET', path)).body;
      expect((await call('PUT', path, { ...current, metadata: metadata as object })).code).toBe(200);
    });
    await eventually(async () => expect((await call('GET', zebras('v1beta1'))).code).toBe(404));
    expect(await scrape(/v1beta1.*(zebras|honest\.)|(zebras|honest\.).*v1beta1/)).toEqual([]);

    holding = true;
    await eventually(() => expect(held.length).toBeGreaterThan(0));
    for (const [collection, { metadata }] of objects()) {
      expect((await call('DELETE', `${collection}/${metadata.name}`)).code).toBe(200);
      if (collection === definitions) await eventually(async () => expect((await call('GET', zebras('v1'))).code).toBe(404));
      const own = metadata.name === 'honest-level' ? /"honest-level"} / : new RegExp(`"${metadata.name.replaceAll('.', '\\.')}`);
      // A level goes when its last request has.
      if (collection.startsWith(fairness)) await eventually(async () => expect(await scrape(own)).toEqual([]));
      else expect(await scrape(own)).toEqual([]);
    }
    expect(await scrape(named)).toEqual([]);
    holding = false;
    for (const answer of held.splice(0)) answer();
  } finally {
    over.abort();
    holding = false;
    for (const answer of held.splice(0)) answer();
    await Promise.all(racing);
  }
  expect(await scrape(named)).toEqual([]);

  await create();
  expect((await call('POST', zebras('v1'), zebra('v1', 1))).code).toBe(201);
  const posts = await scrape(/^apiserver_request_total\{.*zebras.*verb="POST"/);
  expect(posts.map((line) => line.split(' ').at(-1))).toEqual(['1', '1']);
});

/** All series of this test, once each of these is there. */
const scrapeUntil = async (families: readonly RegExp[]): Promise<string[]> => {
  let found: string[] = [];
  await eventually(async () => {
    found = await scrape(named);
    expect(families.filter((family) => !found.some((line) => family.test(line)))).toEqual([]);
  });
  return found;
};

test('a kind that comes back with another name and scope begins anew, while readers of the first are still there', async () => {
  const okapi = (kind: string, scope: string) => {
    const plural = `${kind.toLowerCase()}s`;
    const schema = {
      openAPIV3Schema: {
        type: 'object',
        properties: {
          spec: { type: 'object', properties: { size: { type: 'integer' }, color: { type: 'string' } } },
          status: { type: 'object', properties: { n: { type: 'integer' } } },
        },
      },
    };
    const subresources = { status: {}, scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.n' } };
    return {
      metadata: { name: `${plural}.okapi.example.com` },
      spec: {
        group: 'okapi.example.com',
        scope,
        names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
        versions: [{ name: 'v1', served: true, storage: true, schema, subresources, selectableFields: [{ jsonPath: '.spec.color' }] }],
      },
    };
  };
  const quota = '/api/v1/namespaces/default/resourcequotas';
  const hard = { 'count/okapis.okapi.example.com': '1000' };
  expect((await call('POST', quota, { metadata: { name: 'okapi' }, spec: { hard } })).code).toBe(201);
  const kinds = [
    ['Okapi', 'Namespaced'],
    ['Quokka', 'Cluster'],
    ['Okapi', 'Cluster'],
    ['Okapi', 'Namespaced'],
  ] as const;
  for (const [kind, scope] of kinds) {
    const definition = okapi(kind, scope);
    const { plural } = definition.spec.names;
    await eventually(async () => expect((await call('POST', definitions, definition)).code).toBe(201));
    const path = `/apis/okapi.example.com/v1/${scope === 'Cluster' ? '' : 'namespaces/default/'}${plural}`;
    await eventually(async () => expect((await call('GET', path)).code).toBe(200));
    const body = { apiVersion: 'okapi.example.com/v1', kind, metadata: { name: 'one' }, spec: { size: 1, color: 'red' } };
    expect((await call('POST', path, body)).code).toBe(201);
    // They end with the kind, or after it.
    const reading = [
      call('GET', `${path}?watch=true&timeoutSeconds=60`),
      call('GET', `${path}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=60`),
      call('GET', `${path}?fieldSelector=spec.color%3Dred`),
      call('GET', `${path}/one/scale`),
      call('PATCH', `${path}/one/scale`, { spec: { replicas: 2 } }, { 'content-type': 'application/merge-patch+json' }),
      call('PATCH', `${path}/one/status`, { status: { n: 1 } }, { 'content-type': 'application/merge-patch+json' }),
      call('DELETE', `${path}/one`),
    ];
    await Promise.all(reading.slice(2));
    await eventually(async () => expect(await scrape(new RegExp(`longrunning.*${plural}.*} [2-9]$`))).not.toEqual([]));
    const posts = await scrape(new RegExp(`^apiserver_request_total\\{.*${plural}.*verb="POST"`));
    expect(posts.map((line) => line.split(' ').at(-1))).toEqual(['1', '1']);
    expect((await call('DELETE', `${definitions}/${definition.metadata.name}`)).code).toBe(200);
    await eventually(async () => expect((await call('GET', path)).code).toBe(404));
    expect(await scrape(/okapi|quokka/i)).toEqual([]);
    await Promise.all(reading);
    expect(await scrape(/okapi|quokka/i)).toEqual([]);
  }
  await call('DELETE', `${quota}/okapi`);
});

test('who may scrape, and how', async () => {
  const role = { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:monitoring' } };
  const binding = { metadata: { name: 'scrapers' }, ...role, subjects: [{ kind: 'User', name: 'scraper' }] };
  const as = (user: string, path: string): Promise<Answer> => call('GET', path, undefined, { 'impersonate-user': user });
  expect((await as('scraper', '/metrics')).code).toBe(403);
  expect((await call('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', binding)).code).toBe(201);
  for (const path of ['/metrics', '/metrics/slis']) {
    await eventually(async () => expect((await as('scraper', path)).code).toBe(200));
    expect((await as('nobody', path)).code).toBe(403);
  }
});

test('what clients make up does not make series', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `madeup${index}`);
  const requests = (name: string): readonly (() => Promise<Answer>)[] => [
    () => call('GET', `/${name}`),
    () => call('GET', `/apis/${name}.io/v1/${name}`),
    () => call('GET', `/apis/apps/${name}/deployments`),
    () => call('POST', `/apis/apps/v1/namespaces/${name}/${name}`, {}),
    () => call('GET', `/api/v1/namespaces/default/pods/${name}/${name}`),
    () => call('DELETE', `/api/v1/namespaces/${name}/configmaps/${name}?dryRun=${name}&propagationPolicy=${name}`),
    () => call('POST', `/api/v1/namespaces/default/configmaps?fieldManager=${name}&fieldValidation=${name}`, {}, { 'user-agent': name }),
    () => call('GET', `/api/v1/configmaps?watch=${name}&fieldSelector=${name}`, undefined, { accept: `application/${name}` }),
    () => call('PROPFIND', `/api/v1/${name}`),
    () => call('GET', `/openapi/v3/${name}`, undefined, { 'impersonate-user': name }),
    () => call('GET', '/api/v1/configmaps', undefined, { authorization: `Bearer ${name}` }),
  ];
  const [first = '', ...others] = names;
  for (const request of requests(first)) await request();
  const before = (await scrape(/^[a-z]/)).length;
  await Promise.all(others.map(async (name) => Promise.all(requests(name).map((request) => request()))));
  expect(await scrape(/madeup/)).toEqual([]);
  // What the server does on its own meanwhile makes some.
  expect((await scrape(/^[a-z]/)).length - before).toBeLessThan(1000);
});

test('a scrape under load is whole', async () => {
  const over = new AbortController();
  const load = Array.from({ length: 8 }, async () => {
    while (!over.signal.aborted) await call('GET', '/api/v1/configmaps');
  });
  try {
    for (let round = 0; round < 4; round++) {
      const { body } = await call('GET', '/metrics', undefined, { accept: 'application/openmetrics-text' });
      const lines = (body.message ?? '').split('\n');
      expect(lines.slice(-2)).toEqual(['# EOF', '']);
      const buckets = lines.filter(
        (line) => line.startsWith('apiserver_request_duration_seconds') && line.includes('resource="configmaps"'),
      );
      const counts = new Map(
        buckets.filter((line) => line.includes('_count{')).map((line) => line.replace('_count', '').split('} ') as [string, string]),
      );
      const infinite = buckets.filter((line) => line.includes('le="+Inf"'));
      expect(infinite.length).toBe(counts.size);
      for (const line of infinite) {
        const [series = '', value] = line.replace('_bucket', '').replace(',le="+Inf"', '').split('} ');
        expect(counts.get(series)).toBe(value);
      }
    }
  } finally {
    over.abort();
    await Promise.all(load);
  }
});
