import { beforeEach, expect, test } from 'vitest';
import { decodeProtobuf, encodeProtobuf } from '../../api/protobuf.ts';
import { configMap, startTestServer, type TestServer } from '../testing/test-server.ts';

const path = '/api/v1/namespaces/default/configmaps';
const protobuf = 'application/vnd.kubernetes.protobuf';
let api: TestServer;

beforeEach(async () => {
  api = await startTestServer();
});

test('built-in kinds come and go as protobuf', async () => {
  const body = encodeProtobuf(configMap('a', { x: '1' }));
  const created = await api.call('POST', path, { body, headers: { 'content-type': protobuf, accept: `${protobuf},application/json` } });
  expect(created).toMatchObject({ status: 201, headers: { 'content-type': protobuf } });
  expect(decodeProtobuf(created.bytes).object).toMatchObject({ data: { x: '1' }, metadata: { name: 'a', resourceVersion: '1' } });
  const list = await api.call('GET', path, { headers: { accept: protobuf } });
  expect(decodeProtobuf(list.bytes).object).toMatchObject({ kind: 'ConfigMapList', items: [{ metadata: { name: 'a' } }] });
});

test('a broken protobuf body is a BadRequest', async () => {
  const body = Buffer.from('k8s\0nonsense');
  expect((await api.call('POST', path, { body, headers: { 'content-type': protobuf } })).status).toBe(400);
});

test.each(['', 'b'])('what is no quantity (%j) is told with the kind that the envelope names', async (storage) => {
  const body = encodeProtobuf({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'v' }, spec: { capacity: { storage } } });
  const { status, body: told } = await api.call('POST', '/api/v1/persistentvolumes', { body, headers: { 'content-type': protobuf } });
  const why = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  expect([status, told['message']]).toEqual([400, `PersistentVolume in version "v1" cannot be handled as a PersistentVolume: ${why}`]);
});

test('large answers are compressed for those who take gzip', async () => {
  await api.call('POST', path, { body: configMap('big', { x: 'y'.repeat(200_000) }) });
  const answer = await api.call('GET', `${path}/big`, { headers: { 'accept-encoding': 'gzip' } });
  expect(answer.headers['content-encoding']).toBe('gzip');
  expect(answer.bytes.length).toBeLessThan(5000);
});
