import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configMapsRef } from '../../src/api/refs.gen.ts';
import { startClusterServer } from '../../src/app/cluster-server.ts';
import type { ClusterServer } from '../../src/app/cluster-server.ts';
import { renderKubeconfig } from '../../src/app/kubeconfig.ts';
import { run } from '../../src/cli/main.ts';
import { fixedCredentials } from '../../src/client/http/options.ts';
import { createHttpTransport } from '../../src/client/http/http-transport.ts';

const ignore = (): void => {};
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

describe('snapshots of a hub', () => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-snapshot-'));
  const at = (...path: string[]): string => join(directory, ...path);
  const kubeconfig = at('kubeconfig');
  const open = (name: string): Promise<ClusterServer> =>
    startClusterServer({ name: 'hub', directory: at(name), store: `lmdb:${at(name, 'store')}`, port: 0, log });
  const client = (server: ClusterServer) =>
    server.client({ username: 'test', groups: ['system:masters', 'system:authenticated'] }, 'test').resource(configMapsRef);
  const written: string[] = [];
  const errors: string[] = [];
  const write = process.stderr.write.bind(process.stderr);
  let server: ClusterServer;

  beforeAll(async () => {
    process.stderr.write = (text: string | Uint8Array) => errors.push(String(text)) > 0;
    server = await open('hub');
    writeFileSync(kubeconfig, renderKubeconfig([server.kubeconfig]));
    for (let index = 0; index < 600; index++) {
      const { metadata } = await client(server).create({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `c-${index}`, namespace: 'default' },
        data: { text: 'x'.repeat(1000) },
      });
      written.push(metadata.uid ?? '');
    }
  });
  afterAll(async () => {
    process.stderr.write = write;
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test('a running hub gives one to its administrator, and to nobody else', async () => {
    expect(await run(['snapshot', 'save', at('online'), '--hub-kubeconfig', kubeconfig])).toBe(0);
    expect(statSync(at('online')).mode & 0o777).toBe(0o600);
    expect(await run(['snapshot', 'inspect', at('online')])).toBe(0);
    const { certificateAuthority, issueClient } = server.identity;
    const transport = createHttpTransport({
      server: server.url,
      certificateAuthority: certificateAuthority.certificate,
      credentials: fixedCredentials(issueClient({ commonName: 'jane', organizations: ['devs'] })),
    });
    expect((await transport.request({ method: 'GET', path: '/snapshot' })).status).toBe(403);
    await transport.close();
  });

  test('the store of a running hub is not opened behind its back', async () => {
    expect(await run(['snapshot', 'save', at('behind'), '--store', `lmdb:${at('hub', 'store')}`])).toBe(1);
    expect(existsSync(at('behind'))).toBe(false);
    expect(errors.at(-1)).toMatch(/process \d+|another process|in use/);
  });

  test('restored into an empty store it is the same hub: objects, certificate authority and all', async () => {
    expect(await run(['snapshot', 'restore', at('online'), '--store', `lmdb:${at('restored', 'store')}`])).toBe(0);
    const restored = await open('restored');
    const { items } = await client(restored).list({ namespace: 'default' });
    const uids = new Set(items.map(({ metadata }) => metadata.uid));
    expect(written.every((uid) => uids.has(uid))).toBe(true);
    expect(restored.identity.certificateAuthority).toEqual(server.identity.certificateAuthority);
    expect(restored.identity.serviceAccountKey).toEqual(server.identity.serviceAccountKey);
    await restored.close();
    expect(await run(['snapshot', 'restore', at('online'), '--store', `lmdb:${at('restored', 'store')}`])).toBe(1);
    expect(errors.join('')).toMatch(/use an empty store/);
  });

  test('a store moves to another', async () => {
    expect(await run(['store', 'migrate', `lmdb:${at('restored', 'store')}`, `lmdb:${at('moved', 'store')}`])).toBe(0);
    expect(await run(['snapshot', 'save', at('offline'), '--data-dir', at('moved')])).toBe(0);
    const moved = await open('moved');
    expect((await client(moved).list({ namespace: 'default' })).items.length).toBeGreaterThanOrEqual(600);
    await moved.close();
  });

  test('what is damaged, or not there, is said', async () => {
    const bytes = readFileSync(at('online'));
    writeFileSync(at('cut'), bytes.subarray(0, bytes.length - 100));
    expect(await run(['snapshot', 'inspect', at('cut')])).toBe(1);
    expect(errors.join('')).toMatch(/snapshot .*cut/);
    expect(await run(['snapshot', 'inspect', at('nothing')])).toBe(1);
    expect(await run(['snapshot', 'save', at('none'), '--data-dir', at('nowhere')])).toBe(1);
    expect(errors.join('')).toMatch(/no store in .*nowhere/);
    expect(await run(['store', 'migrate', `lmdb:${at('nowhere')}`, 'memory:'])).toBe(1);
  });
});
