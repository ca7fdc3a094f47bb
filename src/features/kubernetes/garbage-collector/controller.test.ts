import { afterEach, expect, test } from 'vitest';
import { configMapsRef } from '../../../api/refs.gen.ts';
import { discoveryExtension } from '../../../apiserver/discovery/extension.ts';
import { createRemoteGroups } from '../../../apiserver/discovery/remote-groups.ts';
import { startTestServer } from '../../../apiserver/testing/test-server.ts';
import { createInProcessTransport } from '../../../app/in-process-transport.ts';
import { createClient } from '../../../client/client.ts';
import { TransportError } from '../../../client/transport.ts';
import type { Transport } from '../../../client/transport.ts';
import { silentLogger } from '../../../controller-runtime/logger.ts';
import { createManager } from '../../../controller-runtime/manager.ts';
import { createFakeClock } from '../../../controller-runtime/testing/fake-clock.ts';
import { addGarbageCollector } from './controller.ts';

const user = { username: 'test', groups: ['system:masters', 'system:authenticated'] };
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

test('what lost its owner while another process led is collected when this one leads again', async () => {
  const { server } = await startTestServer({ extensions: [discoveryExtension(createRemoteGroups())] });
  const direct = createInProcessTransport(server.handle, { user });
  let cut = false;
  const flaky: Transport = {
    ...direct,
    request: (request) => (cut && request.path.includes('/leases') ? Promise.reject(new TransportError('cut')) : direct.request(request)),
  };
  const clock = createFakeClock();
  const leaderElection = { name: 'test', namespace: 'default', identity: 'me' };
  const manager = createManager({ client: createClient(flaky), clock, log: silentLogger, leaderElection });
  addGarbageCollector(manager);
  let isLeading = false;
  manager.addRunnable('term', async (signal) => {
    isLeading = true;
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    isLeading = false;
  });
  const configMaps = createClient(direct).resource(configMapsRef);
  const create = async (name: string, owner?: { readonly name: string; readonly uid: string }): Promise<{ name: string; uid: string }> => {
    const ownerReferences = owner ? [{ apiVersion: 'v1', kind: 'ConfigMap', ...owner }] : [];
    const made = await configMaps.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'default', ownerReferences },
    });
    return { name, uid: made.metadata.uid ?? '' };
  };
  const until = (look: () => unknown): Promise<void> => expect.poll(() => clock.advance(500).then(look), { timeout: 10_000 }).toBe(true);
  const isGone = (name: string) => configMaps.find(name, 'default').then((found) => found === undefined);

  await manager.start();
  closers.push(() => manager.stop());
  const middle = await create('middle', await create('top'));
  await create('bottom', middle);
  // Once it has gone, those before it have been seen.
  await create('stray', { name: 'nobody', uid: '00000000-0000-0000-0000-000000000000' });
  await until(() => isGone('stray'));

  cut = true;
  await until(() => !isLeading);
  await configMaps.delete('middle', 'default');
  expect(await isGone('bottom')).toBe(false);
  cut = false;
  await until(() => isGone('bottom'));
  expect(await isGone('top')).toBe(false);
}, 40_000);
