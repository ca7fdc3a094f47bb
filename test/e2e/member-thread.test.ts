import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configMapsRef } from '../../src/api/refs.gen.ts';
import type { Client } from '../../src/client/contract.ts';
import { projectDirectory } from './support/built-cli.ts';
import { startCauseway } from './support/causeway-process.ts';
import type { CausewayProcess, ReadyLine } from './support/causeway-process.ts';
import { connect } from './support/connect.ts';

// The thread that runs the members ends in the middle of its work: hub and members go on.
const directory = mkdtempSync(join(tmpdir(), 'causeway-thread-'));
const crashFile = join(directory, 'crash');
let fleet: CausewayProcess;
let ready: ReadyLine;
beforeAll(async () => {
  fleet = startCauseway(
    ['up', '--data-dir', join(directory, 'data'), '--members', 'east,west', '--nodes-per-member', '1', '--output', 'json'],
    {
      env: { CRASH_FILE: crashFile },
      program: join(projectDirectory, 'test', 'e2e', 'support', 'up-with-fragile-thread.mjs'),
    },
  );
  ready = await fleet.ready;
});
afterAll(async () => {
  await fleet.stop('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } });

test('members come back where they were, with what was acknowledged, and the hub never stops', async () => {
  const hub = await connect(ready.kubeconfig);
  const east = await connect(ready.kubeconfig, 'east');
  const acknowledged: string[] = [];
  const write = async (client: Client, name: string): Promise<void> => {
    await client.resource(configMapsRef).create(configMap(name));
  };
  for (let index = 0; index < 20; index++) {
    await write(east, `before-${index}`);
    acknowledged.push(`before-${index}`);
  }
  writeFileSync(crashFile, '');
  await expect.poll(fleet.stderr, { timeout: 40_000 }).toContain('the thread of the members has ended: they are started again');
  await write(hub, 'hub-goes-on');
  await expect.poll(() => write(east, 'after').then(() => true, String), { timeout: 30_000 }).toBe(true);
  const { items } = await east.resource(configMapsRef).list({ namespace: 'default' });
  expect(items.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining([...acknowledged, 'after']));
  await Promise.all([hub.close(), east.close()]);
  expect(await fleet.stop()).toBe(0);
});
