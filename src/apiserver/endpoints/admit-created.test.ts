import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AdmissionAttributes } from '../admission/contract.ts';
import type { ServerExtensionFactory } from '../extension.ts';
import { type SecuredServer, startSecuredServer } from '../testing/secured-server.ts';

const seen: string[] = [];
const recorder: ServerExtensionFactory = () => ({
  name: 'recorder',
  admission: [
    {
      name: 'Recorder',
      handles: ({ subresource, definition }) => definition.group === '' && (subresource !== '' || definition.plural === 'pods'),
      admit({ operation, definition, subresource, object }: AdmissionAttributes) {
        seen.push(`${operation} ${definition.plural}${subresource === '' ? '' : `/${subresource}`} ${object?.kind ?? ''}`.trim());
        if (subresource === 'binding' && object) object.metadata.labels = { ...object.metadata.labels, bound: 'yes' };
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
