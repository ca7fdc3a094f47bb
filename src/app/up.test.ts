import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createClient } from '../client/client.ts';
import { createHttpTransport } from '../client/http/http-transport.ts';
import { readKubeconfig, targetOfKubeconfig } from '../client/kubeconfig.ts';
import { silentLogger } from '../controller-runtime/logger.ts';
import { removeCluster, setRunning } from './cluster-admin.ts';
import { startFleet } from './up.ts';
import type { Fleet } from './up.ts';

let fleet: Fleet | undefined;
const directory = mkdtempSync(join(tmpdir(), 'causeway-up-'));

afterEach(async () => {
  await fleet?.stop();
  fleet = undefined;
  rmSync(directory, { recursive: true, force: true });
});

const up = (name: string, members: readonly string[], readyTimeoutMilliseconds: number): Promise<Fleet> =>
  startFleet({
    dataDirectory: join(directory, name),
    port: 0,
    members: members.map((member) => ({ name: member, nodes: 1 })),
    log: silentLogger,
    readyTimeoutMilliseconds,
  });

test('a member that is not ready in time is named, with why and what to do; the fleet is up', async () => {
  fleet = await up('slow', ['east'], 0);
  expect(fleet.hub.server).toMatch(/^https:/);
  expect(fleet.notReady).toEqual([
    {
      name: 'east',
      message: expect.stringMatching(
        /^member east is not ready after 0 s: .*; look at: kubectl --context east get nodes; .*cluster start east$/,
      ),
    },
  ]);
});

test('a fleet that has members gets no others unless they are named', async () => {
  fleet = await up('kept', ['east'], 15_000);
  await fleet.stop();
  const members = ['east', 'west'].map((name) => ({ name, nodes: 1 }));
  fleet = await startFleet({ dataDirectory: join(directory, 'kept'), port: 0, members, membersByDefault: true, log: silentLogger });
  expect(fleet.members.map(({ name }) => name)).toEqual(['east']);
});

test('members are told in the order in which they were asked for; a stopped one keeps its context, a removed one does not', async () => {
  const contexts = (): string[] => {
    const config = parse(readFileSync(fleet!.kubeconfig, 'utf8')) as { contexts: { name: string }[] };
    return config.contexts.map(({ name }) => name);
  };
  fleet = await up('ordered', ['east', 'west', 'north'], 15_000);
  expect(fleet.members.map(({ name }) => name)).toEqual(['east', 'west', 'north']);
  expect(contexts()).toEqual(['hub', 'east', 'west', 'north']);
  const { transport } = await targetOfKubeconfig(await readKubeconfig(fleet.kubeconfig), 'hub');
  const hub = createClient(createHttpTransport(transport));
  await setRunning(hub, 'west', false);
  expect(contexts()).toEqual(['hub', 'east', 'north', 'west']);
  await removeCluster(hub, 'north');
  expect(contexts()).toEqual(['hub', 'east', 'west']);
  await hub.close();
});

test('a member that cannot start is named at once', async () => {
  mkdirSync(join(directory, 'broken', 'members'), { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, 'broken', 'members', 'west'), 'not a directory');
  fleet = await up('broken', ['east', 'west'], 15_000);
  expect(fleet.members.map(({ name }) => name)).toEqual(['east']);
  expect(fleet.notReady).toEqual([{ name: 'west', message: expect.stringMatching(/^member west is not ready: it did not start: /) }]);
});
