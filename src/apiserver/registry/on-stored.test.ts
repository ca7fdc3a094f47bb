import { expect, test } from 'vitest';
import type { KeyValue, Store } from '../../storage/contract.ts';
import { openMemoryStore } from '../../storage/memory/memory-store.ts';
import { startTestServer } from '../testing/test-server.ts';
import { stampResourceVersion } from './value-codec.ts';

const path = '/api/v1/namespaces/default/configmaps/kept';

/** A server whose store remembers a ConfigMap as it was before somebody else changed it, and counts the reads of it. */
const withOldMemory = async () => {
  const base = openMemoryStore({ stamp: stampResourceVersion, autoCompact: false });
  const memory = new Map<string, KeyValue>();
  const counts = { reads: 0 };
  const store: Store = {
    ...base,
    remembered: (key) => memory.get(key),
    get: (key, options) => {
      if (memory.has(key)) counts.reads++;
      return base.get(key, options);
    },
  };
  const { call } = await startTestServer({ store });
  const created = await call('POST', '/api/v1/namespaces/default/configmaps', { body: { metadata: { name: 'kept' }, data: { a: '1' } } });
  expect(created.status).toBe(201);
  const { items } = await base.list('/');
  const old = items.find(({ key }) => key.endsWith('/kept'));
  if (!old) throw new Error('not stored');
  const remember = (): void => void memory.set(old.key, old);
  const changed = await call('PUT', path, { body: { ...created.body, data: { a: '2' } } });
  return { call, counts, remember, created: created.body, changed: changed.body };
};

test('an update of the newest version is taken, whatever is remembered', async () => {
  const { call, counts, remember, changed } = await withOldMemory();
  remember();
  const answer = await call('PUT', path, { body: { ...changed, data: { a: '3' } } });
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ data: { a: '3' } });
  expect(counts.reads).toBe(1);
});

test('an update of the remembered version is refused: it is not the newest', async () => {
  const { call, remember, created } = await withOldMemory();
  remember();
  const answer = await call('PUT', path, { body: { ...created, data: { a: '3' } } });
  expect(answer).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
});

test('a patch is made on the newest: its write tells what that is, nothing is read', async () => {
  const { call, counts, remember } = await withOldMemory();
  remember();
  const headers = { 'content-type': 'application/merge-patch+json' };
  const answer = await call('PATCH', path, { headers, body: { data: { b: '1' } } });
  expect(answer.body).toMatchObject({ data: { a: '2', b: '1' } });
  expect(counts.reads).toBe(0);
});

test('a patch that would change nothing of what is remembered changes what is there', async () => {
  const { call, remember } = await withOldMemory();
  remember();
  const headers = { 'content-type': 'application/merge-patch+json' };
  const answer = await call('PATCH', path, { headers, body: { data: { a: '1' } } });
  expect(answer.body).toMatchObject({ data: { a: '1' } });
  expect((await call('GET', path)).body).toMatchObject({ data: { a: '1' } });
});

test('a dry run shows what would become of the newest', async () => {
  const { call, remember } = await withOldMemory();
  remember();
  const headers = { 'content-type': 'application/merge-patch+json' };
  const answer = await call('PATCH', `${path}?dryRun=All`, { headers, body: { data: { b: '1' } } });
  expect(answer.body).toMatchObject({ data: { a: '2', b: '1' } });
});

test('a deletion whose precondition names the newest version is carried out, one of the remembered version is not', async () => {
  const { call, remember, created, changed } = await withOldMemory();
  remember();
  const preconditioned = ({ metadata }: typeof created) => ({ body: { preconditions: { resourceVersion: metadata['resourceVersion'] } } });
  expect((await call('DELETE', path, preconditioned(created))).status).toBe(409);
  expect((await call('DELETE', path, preconditioned(changed))).status).toBe(200);
});

test('what is remembered but gone is not found', async () => {
  const { call, remember } = await withOldMemory();
  await call('DELETE', path);
  remember();
  const headers = { 'content-type': 'application/merge-patch+json' };
  expect((await call('PATCH', path, { headers, body: { data: { b: '1' } } })).status).toBe(404);
  expect((await call('DELETE', path)).status).toBe(404);
});
