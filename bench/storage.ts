/**
 * Speed of a store driver: `tsx bench/storage.ts [--store lmdb:PATH] [--objects 100000] [--seconds 5]`.
 * Prints one JSON object: puts/s with 1 and 64 writers (durable, 2 KiB), get and list times, open times, memory.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Store } from '../src/storage/contract.ts';
import { openStore } from '../src/storage/open.ts';

const { values: flags } = parseArgs({
  options: { store: { type: 'string' }, objects: { type: 'string', default: '100000' }, seconds: { type: 'string', default: '5' } },
});
const scratch = mkdtempSync(join(tmpdir(), 'causeway-bench-'));
const uri = flags.store ?? `lmdb:${scratch}/store`;
const objects = Number(flags.objects);
const seconds = Number(flags.seconds);
const megabytes = (): number => Math.round(process.memoryUsage.rss() / 1e6);
const round = (value: number): number => Math.round(value * 100) / 100;
const value = (): Buffer => Buffer.alloc(2048, 'x');
const keyOf = (i: number): string => `/registry/configmaps/namespace-${i % 50}/object-${i}`;

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; milliseconds: number; cpuMicroseconds: number }> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { result, milliseconds: performance.now() - start, cpuMicroseconds: user + system };
}

/** Writers that each wait for their own write before the next. */
async function creates(store: Store, prefix: string, options: { writers: number; until: (done: number) => boolean }): Promise<number> {
  let next = 0;
  const writer = async (): Promise<void> => {
    while (!options.until(next)) {
      const result = await store.create(`${prefix}${keyOf(next++)}`, value());
      if (!result.applied) throw new Error('create lost');
    }
  };
  await Promise.all(Array.from({ length: options.writers }, writer));
  return next;
}

const emptyOpen = await timed(() => openStore(uri));
let store = emptyOpen.result;
const report: Record<string, unknown> = { uri, openEmptyMilliseconds: round(emptyOpen.milliseconds), idleMegabytes: megabytes() };

for (const writers of [1, 64]) {
  const stop = performance.now() + seconds * 1000;
  const run = await timed(() => creates(store, `/${writers}`, { writers, until: () => performance.now() > stop }));
  report[`creates${writers}PerSecond`] = Math.round((run.result / run.milliseconds) * 1000);
  report[`creates${writers}CpuMicroseconds`] = round(run.cpuMicroseconds / run.result);
}

await timed(() => creates(store, '', { writers: 256, until: (done) => done >= objects }));
const gets = 20_000;
const get = await timed(async () => {
  for (let i = 0; i < gets; i++) await store.get(keyOf((i * 7919) % objects));
});
report['getMicroseconds'] = round((get.milliseconds * 1000) / gets);
const list = await timed(() => store.list('/registry/', { limit: 10_000 }));
report['list10000Milliseconds'] = round(list.milliseconds);
const page = await timed(() => store.list('/registry/', { limit: 500, after: keyOf(25), revision: list.result.revision }));
report['list500Milliseconds'] = round(page.milliseconds);
report['countMilliseconds'] = round((await timed(() => store.count('/registry/'))).milliseconds);
report['sizeMegabytes'] = round((await store.sizeBytes()) / 1e6);
report['loadedMegabytes'] = megabytes();
await store.close();
if (!uri.startsWith('memory')) {
  const reopened = await timed(() => openStore(uri));
  store = reopened.result;
  report['openLoadedMilliseconds'] = round(reopened.milliseconds);
  await store.close();
}
rmSync(scratch, { recursive: true });
console.log(JSON.stringify(report, undefined, 2));
