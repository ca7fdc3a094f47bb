import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdmissionAttributes } from '../admission/contract.ts';
import type { ServerExtensionFactory } from '../extension.ts';
import { type SecuredServer, startSecuredServer } from '../testing/secured-server.ts';

const seen: string[] = [];
/** What those that only judge were shown of tokens. */
const judged: unknown[] = [];
const recorder: ServerExtensionFactory = () => ({
  name: 'recorder',
  admission: [
    {
      name: 'Recorder',
      handles: ({ subresource, definition }) =>
        definition.group === '' && (subresource !== '' || ['pods', 'bindings'].includes(definition.plural)),
      admit({ operation, definition, subresource, object }: AdmissionAttributes) {
        seen.push(`${operation} ${definition.plural}${subresource === '' ? '' : `/${subresource}`} ${object?.kind ?? ''}`.trim());
        if (/binding/.test(subresource + definition.plural) && object) object.metadata.labels = { ...object.metadata.labels, bound: 'yes' };
      },
      validate({ subresource, object }: AdmissionAttributes) {
        if (subresource === 'token') judged.push(structuredClone(object));
      },
    },
  ],
});

let server: SecuredServer;
beforeAll(async () => {
  server = await startSecuredServer({ extra: [recorder], admission: { disable: ['ServiceAccount'] } });
  await server.call('POST', '/api/v1/namespaces/default/serviceaccounts', { body: { metadata: { name: 'runner' } } });
});
afterAll(() => server.close());

const pods = '/api/v1/namespaces/default/pods';

test('admission sees what is posted to a subresource, and not the writes that follow from it', async () => {
  await server.call('POST', '/api/v1/nodes', { body: { metadata: { name: 'n', labels: { 'topology.kubernetes.io/zone': 'z' } } } });
  await server.call('POST', pods, { body: { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } } });
  seen.length = 0;
  const bound = await server.call('POST', `${pods}/p/binding`, { body: { metadata: { name: 'p' }, target: { kind: 'Node', name: 'n' } } });
  expect(bound.status).toBe(201);
  const { body } = await server.call('GET', `${pods}/p`);
  expect(body.metadata['labels']).toEqual({ bound: 'yes', 'topology.kubernetes.io/zone': 'z' });
  expect((await server.call('POST', '/api/v1/namespaces/default/serviceaccounts/runner/token', { body: {} })).status).toBe(201);
  expect((await server.call('POST', `${pods}/p/eviction`, { body: { metadata: { name: 'p' } } })).status).toBe(201);
  expect(seen).toEqual(['CREATE pods/binding Binding', 'CREATE serviceaccounts/token TokenRequest', 'CREATE pods/eviction Eviction']);
});

test('a Binding may be posted to the older collection, as the resource that it is', async () => {
  await server.call('POST', pods, { body: { metadata: { name: 'q' }, spec: { containers: [{ name: 'c', image: 'i' }] } } });
  seen.length = 0;
  const body = { metadata: { name: 'q' }, target: { kind: 'Node', name: 'n' } };
  expect((await server.call('POST', '/api/v1/namespaces/default/bindings', { body })).status).toBe(201);
  expect(seen).toEqual(['CREATE bindings Binding']);
  expect((await server.call('GET', `${pods}/q`)).body).toMatchObject({ metadata: { labels: { bound: 'yes' } }, spec: { nodeName: 'n' } });
});

test('what judges a TokenRequest sees whose it is; one for nobody, and one that does not fit, is not judged', async () => {
  judged.length = 0;
  const token = (name: string, spec: object) =>
    server.call('POST', `/api/v1/namespaces/default/serviceaccounts/${name}/token`, { body: { spec } });
  expect((await token('nobody', {})).status).toBe(404);
  expect((await token('runner', { expirationSeconds: 1 })).status).toBe(422);
  expect(judged).toEqual([]);
  expect((await token('runner', { boundObjectRef: null })).status).toBe(201);
  expect(judged).toEqual([
    {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: expect.objectContaining({ name: 'runner', namespace: 'default', uid: expect.stringMatching(/-/) }) as unknown,
      spec: { audiences: [expect.any(String)], expirationSeconds: 3600, boundObjectRef: null },
      status: { token: '', expirationTimestamp: null },
    },
  ]);
});
