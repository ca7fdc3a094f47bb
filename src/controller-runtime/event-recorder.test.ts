import { expect, test } from 'vitest';
import { createInProcessTransport } from '../app/in-process-transport.ts';
import { configMap, startTestServer } from '../apiserver/testing/test-server.ts';
import { configMapsRef } from '../api/refs.gen.ts';
import { createClient } from '../client/client.ts';
import type { KubeObject } from '../apimachinery/meta/object.ts';
import { createEventRecorder } from './event-recorder.ts';
import { silentLogger } from './logger.ts';
import { createFakeClock } from './testing/fake-clock.ts';

interface Event extends KubeObject {
  reason: string;
  note: string;
  reportingController: string;
  regarding: { name: string };
  series?: { count: number };
}
const eventsRef = { group: 'events.k8s.io', version: 'v1', resource: 'events', kind: 'Event', namespaced: true };
const user = { username: 'test', groups: ['system:masters', 'system:authenticated'] };

const start = async () => {
  const { server } = await startTestServer();
  const client = createClient(createInProcessTransport(server.handle, { user }));
  const clock = createFakeClock();
  const recorder = createEventRecorder({ client, clock, log: silentLogger, component: 'tester' });
  const about = await client
    .resource(configMapsRef)
    .create({ ...configMap('thing', {}), metadata: { name: 'thing', namespace: 'default' } });
  const events = async () => (await client.resource<Event>(eventsRef).list({ namespace: 'default' })).items;
  return { clock, recorder, about, events };
};

test('repeats become a series whose count is written now and then', async () => {
  const { clock, recorder, about, events } = await start();
  for (let index = 0; index < 5; index += 1) recorder.event(about, 'Warning', 'Broken', 'it broke');
  await expect.poll(() => events().then(({ length }) => length)).toBe(1);
  await clock.advance(6_000);
  await expect.poll(() => events().then(([event]) => event?.series?.count)).toBe(5);
  expect(await events()).toMatchObject([
    { reason: 'Broken', note: 'it broke', reportingController: 'tester', regarding: { name: 'thing' } },
  ]);
  await clock.advance(7 * 60_000);
  recorder.event(about, 'Warning', 'Broken', 'it broke');
  await expect.poll(() => events().then(({ length }) => length)).toBe(2);
});

test('an object that never stops talking is heard only so often', async () => {
  const { clock, recorder, about, events } = await start();
  for (let index = 0; index < 100; index += 1) recorder.event(about, 'Normal', 'Chatter', `message ${index}`);
  await expect.poll(() => events().then(({ length }) => length)).toBe(25);
  await clock.advance(5 * 60_000);
  recorder.event(about, 'Normal', 'Chatter', 'one more');
  recorder.event(about, 'Normal', 'Chatter', 'too many');
  await expect.poll(() => events().then(({ length }) => length)).toBe(26);
});
