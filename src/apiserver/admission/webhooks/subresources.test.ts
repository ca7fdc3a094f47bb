import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAuthority, issueServing } from '../../certificates/key-pair.ts';
import { kubeletExtension } from '../../kubelet/extension.ts';
import { root, type SecuredServer, startSecuredServer } from '../../testing/secured-server.ts';

interface Review {
  readonly uid: string;
  readonly kind: { readonly kind: string };
  readonly operation: string;
  readonly subResource: string;
  readonly name: string;
  readonly object: Record<string, unknown> & { readonly metadata?: Record<string, unknown>; readonly container?: string };
  readonly options: unknown;
  readonly oldObject: (Record<string, unknown> & { readonly metadata: Record<string, unknown> }) | null;
}

let server: SecuredServer;
let hooks: Server;
/** What the validating webhook was shown. */
let seen: Review[] = [];
const term = { now: Date.now(), days: 1 };
const authority = createAuthority('webhooks', term);
const pair = issueServing({ commonName: 'hook', dnsNames: ['localhost'] }, term, authority);

/** Annotates what has metadata, and gives connections another container. */
const patchOf = ({ object }: Review): object[] => {
  if (object.container === 'change') return [{ op: 'replace', path: '/container', value: 'other' }];
  return object.metadata ? [{ op: 'add', path: '/metadata/annotations', value: { seen: 'yes' } }] : [];
};

beforeAll(async () => {
  server = await startSecuredServer({ extra: [kubeletExtension] });
  hooks = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { request: review } = JSON.parse(Buffer.concat(chunks).toString()) as { request: Review };
      const mutating = request.url?.startsWith('/mutate');
      if (!mutating) seen.push(review);
      const patch = { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patchOf(review))).toString('base64') };
      const denied = { allowed: false, status: { message: `not ${String(review.object.container)}` } };
      const answer = review.object.container === 'other' ? denied : { allowed: true };
      response.end(
        JSON.stringify({
          apiVersion: 'admission.k8s.io/v1',
          kind: 'AdmissionReview',
          response: { uid: review.uid, ...(mutating ? { allowed: true, ...patch } : answer) },
        }),
      );
    });
  });
  await new Promise<void>((resolve) => hooks.listen(0, '127.0.0.1', resolve));
  const { port } = hooks.address() as AddressInfo;
  const pod = { containers: [{ name: 'c', image: 'i' }] };
  const objects: [string, object][] = [
    ['/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } }],
    ['/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'builder' } }],
    ['/api/v1/namespaces/default/pods', { metadata: { name: 'p' }, spec: { ...pod, automountServiceAccountToken: false } }],
    [
      '/apis/apps/v1/namespaces/default/deployments',
      {
        metadata: { name: 'd' },
        spec: { replicas: 1, selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: pod } },
      },
    ],
    ...(['Mutating', 'Validating'] as const).map((kind): [string, object] => [
      `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}webhookconfigurations`,
      {
        metadata: { name: 'test' },
        webhooks: [
          {
            name: 'test.example.com',
            clientConfig: {
              url: `https://localhost:${port}/${kind === 'Mutating' ? 'mutate' : 'validate'}`,
              caBundle: Buffer.from(authority.certificate).toString('base64'),
            },
            rules: [{ operations: ['*'], apiGroups: ['', 'apps'], apiVersions: ['v1'], resources: ['*/*'] }],
            admissionReviewVersions: ['v1'],
            sideEffects: 'None',
          },
        ],
      },
    ]),
  ];
  for (const [url, body] of objects) {
    const answer = await server.call('POST', url, { body });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  }
});
afterAll(async () => {
  await server.close();
  hooks.closeAllConnections();
  hooks.close();
});
beforeEach(() => {
  seen = [];
});

const namespace = '/api/v1/namespaces/default';

test('what scales an object is admitted as the Scale that it is, and changes nothing else of the object', async () => {
  const url = '/apis/apps/v1/namespaces/default/deployments/d';
  const { status } = await server.call('PUT', `${url}/scale`, {
    body: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'd', namespace: 'default' }, spec: { replicas: 3 } },
  });
  expect(status).toBe(200);
  expect(seen).toHaveLength(1);
  const [{ kind, object, oldObject } = {} as Review] = seen;
  expect([kind.kind, object['kind'], object['apiVersion'], oldObject?.['kind']]).toEqual(['Scale', 'Scale', 'autoscaling/v1', 'Scale']);
  expect(object['spec']).toEqual({ replicas: 3 });
  expect(object['status']).toEqual({ replicas: 0, selector: 'a=b' });
  expect(oldObject?.['spec']).toEqual({ replicas: 1 });
  const { body } = await server.call('GET', url);
  expect(body['spec']).toMatchObject({ replicas: 3 });
  expect(body.metadata.annotations).toBeUndefined();
});

test('options are told by what is done, whichever verb they came with', async () => {
  const options = async (url: string, type: string, query = ''): Promise<unknown> => {
    seen = [];
    const as = { headers: { ...root.headers, 'content-type': type } };
    const body = { apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: 2 } };
    const { status } = await server.call('PATCH', `/apis/apps/v1/namespaces/default/deployments/${url}${query}`, { as, body });
    expect(status).toBe(200);
    return seen[0]?.options;
  };
  const given = { apiVersion: 'meta.k8s.io/v1', kind: 'UpdateOptions', fieldManager: 'm' };
  expect(await options('d/scale', 'application/merge-patch+json', '?fieldManager=m')).toEqual(given);
  expect(await options('d/status', 'application/apply-patch+yaml', '?fieldManager=m&force=true')).toEqual(given);
});

test('a changed Eviction is still one', async () => {
  const { status } = await server.call('POST', `${namespace}/pods/p/eviction?dryRun=All`, {
    body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' }, deleteOptions: { gracePeriodSeconds: 7 } },
  });
  expect(status).toBe(201);
  expect(seen.find(({ subResource }) => subResource === 'eviction')?.object).toEqual({
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: 'p', namespace: 'default', annotations: { seen: 'yes' } },
    deleteOptions: { gracePeriodSeconds: 7 },
  });
});

test('a changed TokenRequest and Binding keep what they ask for', async () => {
  await server.call('POST', `${namespace}/serviceaccounts/builder/token`, {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: ['x'] } },
  });
  await server.call('POST', `${namespace}/pods/p/binding?dryRun=All`, {
    body: { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target: { kind: 'Node', name: 'n' } },
  });
  const shown = Object.fromEntries(seen.map(({ subResource, object }) => [subResource, object]));
  expect(shown['token']).toMatchObject({ metadata: { annotations: { seen: 'yes' } }, spec: { audiences: ['x'], expirationSeconds: 3600 } });
  expect(shown['binding']).toMatchObject({ metadata: { annotations: { seen: 'yes' } }, target: { kind: 'Node', name: 'n' } });
});

test.each([
  ['GET', 'pods/p/exec?command=ls&command=-l&stdin=true&tty=0', 'PodExecOptions', { stdin: true, command: ['ls', '-l'] }],
  ['POST', 'pods/p/exec?container=c&stdout=false&stdin=maybe&more=1', 'PodExecOptions', { stdin: true, container: 'c', command: null }],
  ['POST', 'pods/p/attach?container=c&tty=1', 'PodAttachOptions', { tty: true, container: 'c' }],
  ['POST', 'pods/p/portforward?ports=80,81&ports=82', 'PodPortForwardOptions', { ports: [80, 81, 82] }],
  ['POST', 'pods/p/portforward', 'PodPortForwardOptions', {}],
  ['GET', 'pods/p/proxy', 'PodProxyOptions', {}],
  ['GET', 'pods/p/proxy/', 'PodProxyOptions', { path: '/' }],
  ['GET', 'pods/https:none:80/proxy/x/y/?path=z', 'PodProxyOptions', { path: '/x/y/' }],
  ['DELETE', 'services/none:http/proxy/a', 'ServiceProxyOptions', { path: '/a' }],
])('%s %s is admitted as %s', async (method, path, kind, fields) => {
  const { status } = await server.call(method, `${namespace}/${path}`);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(seen).toHaveLength(1);
  const [review] = seen;
  expect(review).toMatchObject({ operation: 'CONNECT', kind: { group: '', version: 'v1', kind }, oldObject: null, options: null });
  expect(review?.name).toBe(/(?:pods|services)\/([^/]+)/.exec(path)?.[1]);
  expect(review?.object).toEqual({ kind, apiVersion: 'v1', ...fields });
});

test('a connection may be changed and denied, and never tried out', async () => {
  const denied = await server.call('POST', `${namespace}/pods/p/exec?container=change&command=x`);
  expect(denied.body.message).toBe('admission webhook "test.example.com" denied the request: not other');
  const tried = await server.call('POST', `${namespace}/pods/p/exec?command=x&dryRun=All`);
  expect([tried.status, tried.body.message]).toEqual([400, 'dryRun is not supported']);
  const odd = await server.call('POST', `${namespace}/pods/p/portforward?ports=x`);
  expect([odd.status, odd.body.message]).toEqual([400, 'cannot convert to []int32: strconv.ParseUint: parsing "x": invalid syntax']);
});

test('a policy may deny connections by what they ask for', async () => {
  const group = '/apis/admissionregistration.k8s.io/v1';
  await server.call('POST', `${group}/validatingadmissionpolicies`, {
    body: {
      metadata: { name: 'p' },
      spec: {
        matchConstraints: {
          resourceRules: [{ operations: ['CONNECT'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods/exec'] }],
        },
        validations: [
          {
            expression: "object.command[0] != 'rm'",
            messageExpression: "'not ' + object.command[0] + ' in ' + request.name + ' by ' + object.kind",
          },
        ],
      },
    },
  });
  await server.call('POST', `${group}/validatingadmissionpolicybindings`, {
    body: { metadata: { name: 'b' }, spec: { policyName: 'p', validationActions: ['Deny'] } },
  });
  const { status, body } = await server.call('POST', `${namespace}/pods/p/exec?command=rm`);
  const text = "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: not rm in p by PodExecOptions";
  expect([status, body.message]).toEqual([422, `pods "p" is forbidden: ${text}`]);
});
