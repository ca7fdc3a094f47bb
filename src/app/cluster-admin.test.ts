import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { secretsRef } from '../api/refs.gen.ts';
import type { Client } from '../client/contract.ts';
import { silentLogger } from '../controller-runtime/logger.ts';
import { fleetNamespace } from '../features/fleet/api/names.ts';
import { addByKubeconfig, addEmbedded, firstProblem } from './cluster-admin.ts';
import { startHub } from './hub.ts';

const startedHub = async (): Promise<Client> => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-admin-'));
  const hub = await startHub({ directory, store: 'memory:', port: 0, log: silentLogger });
  onTestFinished(async () => {
    await hub.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  return hub.server.client({ username: 'admin', groups: ['system:masters', 'system:authenticated'] }, 'test');
};

test('a name that is taken stays the cluster that has it, credentials and all', async () => {
  const hub = await startedHub();
  await addByKubeconfig(hub, { name: 'west', kubeconfig: 'first', apiEndpoint: 'https://127.0.0.1:1' });
  const again = addByKubeconfig(hub, { name: 'west', kubeconfig: 'second', apiEndpoint: 'https://127.0.0.1:2' });
  await expect(again).rejects.toThrow('clusters.cluster.karmada.io "west" already exists');
  await expect(addEmbedded(hub, { name: 'west', nodes: 1 })).rejects.toThrow('clusters.cluster.karmada.io "west" already exists');
  const secret = await hub.resource(secretsRef).get('west', fleetNamespace);
  expect(secret['data']).toEqual({ kubeconfig: Buffer.from('first').toString('base64') });
});

test('a new cluster that does not answer is told with its reason', async () => {
  const hub = await startedHub();
  await addByKubeconfig(hub, { name: 'west', kubeconfig: 'nonsense', apiEndpoint: 'https://127.0.0.1:1' });
  expect(await firstProblem(hub, 'west', 30_000)).toMatch(/^cluster is not reachable: /);
  expect(await firstProblem(hub, 'nobody', 0)).toBe('the hub has not heard of it for 0 s');
});
