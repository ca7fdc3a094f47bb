import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { open as openLmdb } from 'lmdb';
import { expect, test } from 'vitest';
import { StoreUnavailableError } from '../errors.ts';
import type { Revision } from '../contract.ts';
import { openLmdbStore } from './lmdb-store.ts';

const rounds = Number(process.env['CAUSEWAY_KILL_ROUNDS'] ?? 3);
const script = (name: string): string => fileURLToPath(new URL(`./testing/${name}`, import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** Runs the writer, kills it after some acknowledgements, and answers with what it acknowledged. */
async function writeAndKill(
  path: string,
  name: string,
  acknowledgements: number,
): Promise<{ opened: Revision; acked: Map<string, Revision> }> {
  const child = spawn(process.execPath, ['--import', tsx, script('writer-process.ts'), path, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let lines = 0;
  for await (const chunk of child.stdout) {
    output += String(chunk);
    lines += String(chunk).split('\n').length - 1;
    if (lines > acknowledgements) child.kill('SIGKILL');
  }
  const [first = '', ...rest] = output.slice(0, output.lastIndexOf('\n')).split('\n');
  const acked = new Map<string, Revision>();
  for (const line of rest) {
    const [key = '', revision = ''] = line.split(' ');
    acked.set(key, BigInt(revision));
  }
  return { opened: BigInt(first.replace('open ', '')), acked };
}

test(
  `kill -9 under writes, ${rounds} times: every acknowledged write is there, revisions never repeat`,
  async () => {
    const path = mkdtempSync(join(tmpdir(), 'causeway-kill-'));
    let newest = 0n;
    for (let round = 0; round < rounds; round++) {
      const { opened, acked } = await writeAndKill(path, `round-${round}`, 100 + 150 * (round % 5));
      expect(opened).toBeGreaterThanOrEqual(newest);
      const store = await openLmdbStore({ path });
      expect(acked.size).toBeGreaterThan(0);
      for (const [key, revision] of acked) {
        const stored = await store.get(key);
        expect(stored?.modRevision).toBeGreaterThanOrEqual(revision);
        expect(Buffer.from(stored?.value ?? []).toString()).toMatch(new RegExp(`^${key} `));
      }
      newest = await store.revision();
      for (const revision of acked.values()) expect(newest).toBeGreaterThanOrEqual(revision);
      const { items } = await store.list(`/round-${round}/`);
      for (const item of items) expect(item.modRevision).toBeGreaterThan(opened);
      const next = await store.create(`/between/${round}`, Buffer.from('b'));
      expect(next).toMatchObject({ applied: true, revision: newest + 1n });
      newest++;
      await store.close();
    }
    rmSync(path, { recursive: true });
  },
  60_000 + rounds * 15_000,
);

test('a living process keeps its directory', async () => {
  const path = mkdtempSync(join(tmpdir(), 'causeway-held-'));
  const child = spawn(process.execPath, ['--import', tsx, script('writer-process.ts'), path, 'held'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.stdout.resume();
  const open = openLmdbStore({ path });
  await expect(open).rejects.toThrow(StoreUnavailableError);
  await expect(open).rejects.toThrow(new RegExp(`process ${child.pid} holds this data directory`));
  child.kill('SIGKILL');
  await ended;
  await (await openLmdbStore({ path })).close();
  rmSync(path, { recursive: true });
});

test('a file that may not grow takes no more writes, says so, and is not damaged', async () => {
  const path = mkdtempSync(join(tmpdir(), 'causeway-full-'));
  const limited = 'trap "" XFSZ; ulimit -f 2048; exec "$@"';
  const output = execFileSync('bash', ['-c', limited, '-', process.execPath, '--import', tsx, script('full-disk-process.ts'), path], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const report: { written: number; failure: string; [name: string]: unknown } = JSON.parse(String(output));
  expect(report.failure).toMatch(
    /^StoreUnavailableError: write to .*: it holds \d+ bytes, the limit is \d+: delete objects, compact, or raise the limit$/,
  );
  expect(report.written).toBeGreaterThan(10);
  expect(report).toMatchObject({ readable: report.written, failedVisible: false, revisionAfterFailure: report.written });
  const store = await openLmdbStore({ path });
  expect(await store.count('/')).toBe(report.written);
  for (const { value } of (await store.list('/')).items) expect(value).toHaveLength(50_000);
  await store.close();
  rmSync(path, { recursive: true });
});

test('a write that the log cannot take is refused and leaves no trace', async () => {
  const path = mkdtempSync(join(tmpdir(), 'causeway-oversized-'));
  // Of the last one only what fills up its last block is beyond the limit.
  const sizes = ['10', '3000000', '11', '1045200'];
  const command = ['-', process.execPath, '--import', tsx, script('oversized-write-process.ts'), path, ...sizes];
  const child = spawnSync('bash', ['-c', 'trap "" XFSZ; ulimit -f 1025; exec "$@"', ...command]);
  const [first, oversized, second, last] = String(child.stdout).split('\n');
  expect([first, second]).toEqual(['applied true', 'applied true']);
  for (const refusal of [oversized, last])
    expect(refusal).toMatch(/^StoreUnavailableError: write to .*: EFBIG.*: free or add disk space, then try again$/);
  const store = await openLmdbStore({ path });
  expect((await store.list('/')).items.map(({ key, modRevision }) => [key, modRevision])).toEqual([
    ['/10', 1n],
    ['/11', 2n],
  ]);
  await store.close();
  rmSync(path, { recursive: true });
});

test('a store whose directory was taken over writes nothing more', async () => {
  const path = mkdtempSync(join(tmpdir(), 'causeway-fenced-'));
  const store = await openLmdbStore({ path });
  await store.create('/before', Buffer.from('b'));
  const intruder = openLmdb({ path, noSubdir: false, encoding: 'binary' });
  await intruder.openDB({ name: 'ownership', encoding: 'binary', useVersions: true }).put('owner', Buffer.from('null'), 1000);
  await expect(store.create('/after', Buffer.from('a'))).rejects.toThrow(/another process has taken over this data directory/);
  expect((await store.list('/')).items.map((item) => item.key)).toEqual(['/before']);
  await store.close();
  rmSync(path, { recursive: true });
});
