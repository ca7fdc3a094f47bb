import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SecuredServer, startSecuredServer } from '../testing/secured-server.ts';
import { componentsExtension } from './extension.ts';

let server: SecuredServer;
const sick = (): void => {
  throw new Error('no pulse');
};
beforeAll(async () => {
  server = await startSecuredServer({ extra: [componentsExtension({ scheduler: () => undefined, 'controller-manager': sick })] });
});
afterAll(() => server.close());

const path = '/api/v1/componentstatuses';

test('components are listed with how they are, the store last', async () => {
  const { status, headers, body } = await server.call('GET', path);
  expect([status, String(headers['warning'])]).toEqual([200, '299 - "v1 ComponentStatus is deprecated in v1.19+"']);
  expect(body).toMatchObject({
    kind: 'ComponentStatusList',
    items: [
      { metadata: { name: 'scheduler' }, conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }] },
      { metadata: { name: 'controller-manager' }, conditions: [{ type: 'Healthy', status: 'False', message: 'no pulse' }] },
      { metadata: { name: 'etcd-0' }, conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }] },
    ],
  });
});

test.each([
  ['?fieldSelector=metadata.name%3Detcd-0', ['etcd-0']],
  ['?labelSelector=a%3Db', []],
  ['?labelSelector=!a', ['scheduler', 'controller-manager', 'etcd-0']],
])('selected by %s', async (query, names) => {
  const { body } = await server.call('GET', `${path}${query}`);
  expect((body['items'] as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name)).toEqual(names);
});

test('one by name; an unknown one is not found', async () => {
  expect((await server.call('GET', `${path}/scheduler`)).body).toMatchObject({ kind: 'ComponentStatus', metadata: { name: 'scheduler' } });
  const { status, body } = await server.call('GET', `${path}/nope`);
  expect([status, body.message]).toEqual([404, 'componentstatus "nope" not found']);
});
