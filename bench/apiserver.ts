// CPU and time of one request at the handler, without sockets: `npx tsx bench/apiserver.ts [--store memory|lmdb]`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInKinds } from '../src/api/kinds.ts';
import { stampResourceVersion } from '../src/apiserver/registry/value-codec.ts';
import { startTestServer } from '../src/apiserver/testing/test-server.ts';
import { openMemoryStore } from '../src/storage/memory/memory-store.ts';

const useLmdb = process.argv.includes('lmdb');
const directory = mkdtempSync(join(tmpdir(), 'causeway-bench-'));
const store = useLmdb
  ? await (await import('../src/storage/lmdb/lmdb-store.ts')).openLmdbStore({ path: directory, stamp: stampResourceVersion })
  : openMemoryStore({ stamp: stampResourceVersion });
const api = await startTestServer({ kinds: builtInKinds, store });
const path = '/api/v1/namespaces/default/configmaps';
const data = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`key-${i}`, 'x'.repeat(110)]));

const measure = async (
  name: string,
  count: number,
  concurrency: number,
  run: (i: number) => Promise<{ status: number }>,
): Promise<void> => {
  for (let i = 0; i < Math.min(200, count); i += 1) await run(-1 - i);
  const cpu = process.cpuUsage();
  const started = performance.now();
  let next = 0;
  let failed = 0;
  const work = async (): Promise<void> => {
    while (next < count) if ((await run(next++)).status >= 300) failed += 1;
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  const { user, system } = process.cpuUsage(cpu);
  const perSecond = Math.round((count / (performance.now() - started)) * 1000);
  console.log(
    `${name.padEnd(28)} ${String(Math.round((user + system) / count)).padStart(7)} µs CPU ${String(perSecond).padStart(8)}/s${failed > 0 ? ` ${failed} FAILED` : ''}`,
  );
};

const object = (name: string) => ({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name, labels: { app: name } }, data });
const merge = { 'content-type': 'application/merge-patch+json' };
await measure('create', 3000, 64, (i) => api.call('POST', path, { body: object(`c${i}`) }));
await measure('get', 20000, 16, (i) => api.call('GET', `${path}/c${Math.abs(i) % 3000}`));
await measure('merge patch', 3000, 16, (i) =>
  api.call('PATCH', `${path}/c${Math.abs(i) % 3000}`, { body: { data: { patched: String(i) } }, headers: merge }),
);
await measure('list 500', 100, 1, () => api.call('GET', `${path}?limit=500`));
await measure('list 500 by label', 100, 1, () => api.call('GET', `${path}?limit=500&labelSelector=app`));
await api.server.close();
await store.close();
rmSync(directory, { recursive: true, force: true });
