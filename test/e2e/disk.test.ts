import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configMapsRef } from '../../src/api/refs.gen.ts';
import { isStatusError } from '../../src/apimachinery/errors/status-error.ts';
import type { Client } from '../../src/client/contract.ts';
import { startCauseway } from './support/causeway-process.ts';
import { connect } from './support/connect.ts';
import { createHub } from './support/hub.ts';

const padding = 'x'.repeat(200 * 1024);
const names = (items: readonly { readonly metadata: { readonly name: string } }[]): string[] =>
  items.map(({ metadata }) => metadata.name).toSorted();

/** A file system of its own with so much room; undefined where this user may not mount one. */
const mountSmallDisk = (megabytes: number): string | undefined => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory], { stdio: 'ignore' });
    return directory;
  } catch {
    rmSync(directory, { recursive: true });
    return undefined;
  }
};

/** Creates until the server refuses; the names that it has acknowledged, and its refusal. */
const fill = async (client: Client, prefix: string): Promise<{ readonly acknowledged: string[]; readonly refusal: unknown }> => {
  const acknowledged: string[] = [];
  for (let index = 0; index < 2000; index++) {
    const name = `${prefix}-${String(index).padStart(4, '0')}`;
    try {
      await client
        .resource(configMapsRef)
        .create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data: { padding } });
    } catch (error) {
      return { acknowledged, refusal: error };
    }
    acknowledged.push(name);
  }
  throw new Error('the disk never became full');
};

const created = async (client: Client): Promise<string[]> =>
  names((await client.resource(configMapsRef).list({ namespace: 'default' })).items).filter((name) => name !== 'kube-root-ca.crt');

const disk = mountSmallDisk(64);
if (!disk) console.warn('SKIPPED: a full disk: this user may not mount a tmpfs');

describe.skipIf(!disk)('a full disk', () => {
  const hub = createHub(disk);
  let client: Client;
  beforeAll(async () => {
    await hub.up().ready;
    client = await connect(hub.kubeconfig);
  });
  afterAll(async () => {
    await client.close();
    await hub.process().stop('SIGKILL');
    execFileSync('umount', [disk!]);
    rmSync(disk!, { recursive: true, force: true });
  });

  test('writes are refused clearly, reads go on, and room makes it well again', async () => {
    const { acknowledged, refusal } = await fill(client, 'full');
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(isStatusError(refusal) && [500, 503, 507].includes(refusal.code)).toBe(true);
    expect(String((refusal as Error).message)).toMatch(/room|disk|space|store/i);
    expect(await created(client)).toEqual(acknowledged);
    expect(hub.process().running()).toBe(true);

    for (const name of acknowledged.slice(0, 40))
      await client
        .resource(configMapsRef)
        .delete(name, 'default')
        .catch(() => {});
    expect((await created(client)).length).toBeGreaterThanOrEqual(acknowledged.length - 40);
  });

  test('started without room it says so; with room it is whole', async () => {
    const before = await created(client);
    await client.close();
    await hub.process().stop('SIGKILL');
    execFileSync('bash', ['-c', `head -c 200M /dev/zero > ${disk}/others 2>/dev/null || true`]);
    const refused = hub.up();
    expect(await refused.ended).toBe(1);
    expect(refused.stderr()).toMatch(/^causeway: .*(no space left|free or add disk space|free some space)/i);
    rmSync(join(disk!, 'others'));
    execFileSync('mount', ['-o', 'remount,size=128m', disk!]);
    await hub.up().ready;
    client = await connect(hub.kubeconfig);
    expect(await created(client)).toEqual(before);
    await client.resource(configMapsRef).create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'room', namespace: 'default' } });
  });
});

describe('a limit on the size of files', () => {
  const hub = createHub();
  afterAll(() => hub.close());

  test('refuses writes and damages nothing', async () => {
    await hub.up({ shellPrefix: 'ulimit -f 16384;' }).ready;
    const limited = await connect(hub.kubeconfig);
    const { acknowledged, refusal } = await fill(limited, 'limited');
    expect(isStatusError(refusal)).toBe(true);
    expect(hub.process().running()).toBe(true);
    expect(await created(limited)).toEqual(acknowledged);
    await limited.close();
    await hub.process().stop('SIGKILL');
    await hub.up().ready;
    const free = await connect(hub.kubeconfig);
    expect(await created(free)).toEqual(acknowledged);
    await free.resource(configMapsRef).create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'room', namespace: 'default' } });
    await free.close();
  });
});

describe('a data directory that cannot be used', () => {
  const root = mkdtempSync(join(tmpdir(), 'causeway-directory-'));
  const up = (directory: string) => startCauseway(['up', '--data-dir', directory, '--output', 'json', '--members', '1']);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('a file in its place', async () => {
    writeFileSync(join(root, 'file'), '');
    const process = up(join(root, 'file'));
    expect(await process.ended).toBe(1);
    expect(process.stderr()).toMatch(/^causeway: data directory .*file: .*--data-dir\n$/);
  });

  const readOnly = join(root, 'read-only');
  /** Root may write everywhere, except where nobody may. */
  const protect = (): boolean => {
    execFileSync('mkdir', [readOnly]);
    if (process.getuid?.() !== 0) {
      chmodSync(readOnly, 0o500);
      return true;
    }
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', readOnly], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  test.skipIf(!protect())('one that is read-only', async () => {
    const process = up(readOnly);
    expect(await process.ended).toBe(1);
    expect(process.stderr()).toMatch(/^causeway: data directory .*read-only: .*(EROFS|EACCES).*--data-dir\n$/);
    expect(readdirSync(readOnly)).toEqual([]);
    if (globalThis.process.getuid?.() === 0) execFileSync('umount', [readOnly]);
  });
});
