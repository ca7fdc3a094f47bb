import { startTestServer } from '../../../apiserver/testing/test-server.ts';
import { createInProcessTransport } from '../../../app/in-process-transport.ts';
import type { Pod, PodStatus } from '../../../api/core/types.gen.ts';
import { namespacesRef, podsRef } from '../../../api/refs.gen.ts';
import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { createClient } from '../../../client/client.ts';
import type { Client } from '../../../client/contract.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { silentLogger } from '../../../controller-runtime/logger.ts';
import { createManager } from '../../../controller-runtime/manager.ts';
import { createFakeClock } from '../../../controller-runtime/testing/fake-clock.ts';
import type { FakeClock } from '../../../controller-runtime/testing/fake-clock.ts';

/** An API server with a few controllers and no kubelets: the test plays the kubelet, and moves the controllers' clock. */
export interface ByHand {
  readonly client: Client;
  readonly clock: FakeClock;
  create<T extends KubeObject>(ref: ResourceRef, object: object): Promise<T>;
  /** Waits, at most 8 s of real time, until the object is as wanted. */
  until<T extends KubeObject>(ref: ResourceRef, name: string, wanted: (object: T | undefined) => boolean): Promise<T>;
  untilPods(wanted: (pods: readonly Pod[]) => boolean): Promise<readonly Pod[]>;
  setStatus(pod: Pod, status: PodStatus): Promise<void>;
  stop(): Promise<void>;
}

const user = { username: 'test', groups: ['system:masters', 'system:authenticated'] };
const deadlineMilliseconds = 8_000;

export const startByHand = async (...add: readonly ((manager: Manager) => void)[]): Promise<ByHand> => {
  const { server } = await startTestServer();
  const client = createClient(createInProcessTransport(server.handle, { user }));
  const clock = createFakeClock(Date.now());
  const manager = createManager({ client, clock, log: silentLogger });
  for (const each of add) each(manager);
  await manager.start();
  if (!(await client.resource(namespacesRef).find('default', undefined)))
    await client.resource(namespacesRef).create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });

  const poll = async <R>(read: () => Promise<R>, wanted: (value: R) => boolean): Promise<R> => {
    const deadline = Date.now() + deadlineMilliseconds;
    for (;;) {
      const value = await read();
      if (wanted(value)) return value;
      if (Date.now() > deadline) throw new Error(`not as wanted in time: ${JSON.stringify(value)}`);
      await clock.advance(10);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return {
    client,
    clock,
    create: async <T extends KubeObject>(ref: ResourceRef, object: object) => {
      const { metadata = {}, ...rest } = object as { metadata?: object };
      return (await client.resource(ref).create({
        apiVersion: ref.group ? `${ref.group}/${ref.version}` : ref.version,
        kind: ref.kind,
        metadata: { ...(ref.namespaced ? { namespace: 'default' } : {}), ...metadata },
        ...rest,
      } as never)) as unknown as T;
    },
    until: async <T extends KubeObject>(ref: ResourceRef, name: string, wanted: (object: T | undefined) => boolean) =>
      (await poll(() => client.resource<T>(ref).find(name, ref.namespaced ? 'default' : undefined), wanted)) as T,
    untilPods: (wanted) => poll(async () => (await client.resource<Pod>(podsRef).list({ namespace: 'default' })).items, wanted),
    setStatus: async ({ metadata }, status) => {
      await client.resource<Pod>(podsRef).patch(metadata.name, metadata.namespace, { status }, { type: 'merge', subresource: 'status' });
    },
    stop: () => manager.stop(),
  };
};

/** A container status that ended with the exit code. */
export const ended = (exitCode: number): PodStatus => ({
  phase: exitCode === 0 ? 'Succeeded' : 'Failed',
  containerStatuses: [
    {
      name: 'main',
      image: 'x',
      imageID: 'x',
      ready: false,
      restartCount: 0,
      state: { terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' } },
    },
  ],
});
