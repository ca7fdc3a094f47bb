import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInProcessTransport } from '../../app/in-process-transport.ts';
import { startTestServer } from '../../apiserver/testing/test-server.ts';
import { createClient } from '../../client/client.ts';
import type { Client } from '../../client/contract.ts';
import { TransportError } from '../../client/transport.ts';
import type { Transport } from '../../client/transport.ts';
import { silentLogger } from '../logger.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import type { FakeClock } from '../testing/fake-clock.ts';
import { runLeaderElection } from './leader-election.ts';
import { leaseRef } from './lease.ts';
import type { Lease } from './lease.ts';

const user = { username: 'test', groups: ['system:masters', 'system:authenticated'] };
let transport: Transport;
beforeAll(async () => {
  const { server } = await startTestServer();
  transport = createInProcessTransport(server.handle, { user });
});
afterAll(() => transport.close());

const campaign = (name: string, identity: string, { client = createClient(transport), clock }: { client?: Client; clock: FakeClock }) => {
  const stop = new AbortController();
  const terms: AbortSignal[] = [];
  const lead = (leading: AbortSignal): Promise<void> => {
    terms.push(leading);
    return new Promise((resolve) => leading.addEventListener('abort', () => resolve(), { once: true }));
  };
  const done = runLeaderElection(
    { client, clock, log: silentLogger, name, namespace: 'default', identity, random: () => 0 },
    lead,
    stop.signal,
  );
  return { terms, leads: () => terms.some((term) => !term.aborted), stop: async () => (stop.abort(), clock.advance(0), done) };
};

/** Time passes in steps that leave room for the requests in between. */
const pass = async (clock: FakeClock, seconds: number): Promise<void> => {
  for (let second = 0; second < seconds; second += 1) {
    await clock.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

test('one leads, the other takes over when it stops', async () => {
  const clock = createFakeClock();
  const first = campaign('over', 'first', { clock });
  await pass(clock, 1);
  const second = campaign('over', 'second', { clock });
  await pass(clock, 30);
  expect([first.leads(), second.leads()]).toEqual([true, false]);
  await first.stop();
  await pass(clock, 4);
  expect([first.leads(), second.leads()]).toEqual([false, true]);
  const lease = await createClient(transport).resource<Lease>(leaseRef).get('over', 'default');
  expect(lease.spec).toMatchObject({ holderIdentity: 'second', leaseTransitions: 1 });
  await second.stop();
});

test('a leader that cannot renew stops before another may begin', async () => {
  const clock = createFakeClock();
  let cut = false;
  const flaky: Transport = {
    ...transport,
    request: (request) => (cut ? Promise.reject(new TransportError('cut')) : transport.request(request)),
  };
  const first = campaign('cut', 'first', { clock, client: createClient(flaky) });
  await pass(clock, 3);
  const second = campaign('cut', 'second', { clock });
  await pass(clock, 3);
  expect(first.leads()).toBe(true);
  cut = true;
  await pass(clock, 11);
  expect([first.leads(), second.leads()]).toEqual([false, false]);
  await pass(clock, 8);
  expect([first.leads(), second.leads()]).toEqual([false, true]);
  await first.stop();
  await second.stop();
});
