import type { Measurement } from '../lib/measure.ts';
import { configMap } from '../lib/objects.ts';
import { cpuSeconds } from '../lib/processes.ts';
import type { Load, Row } from '../lib/row.ts';
import { openWatchers, type Watchers } from '../lib/watchers.ts';

/** How many watch, and how much they are told. */
interface Crowd {
  readonly watchers: number;
  readonly connections: number;
  /** Of the flood. */
  readonly events: number;
  /** Of those that come at a pace: how many, and how far apart in milliseconds. */
  readonly paced: number;
  readonly apart: number;
}
/** Two, for the client must not be what limits the server on two cores. */
const processes = 2;

interface Fan {
  /** Where events are written to. */
  readonly path: string;
  readonly watchers: Watchers;
}

const openFan = async ({ side, connection, next }: Load, { watchers, connections }: Crowd): Promise<Fan> => {
  const namespace = `fan-${next()}`;
  await connection.request('POST', '/api/v1/namespaces', { body: JSON.stringify({ metadata: { name: namespace } }) });
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const { metadata } = JSON.parse((await connection.request('GET', path)).toString()) as { metadata: { resourceVersion: string } };
  // Its own root CA bundle may arrive in the namespace: only what the writers below make is counted.
  const watched = `${path}?watch=1&labelSelector=app%3Dbench&resourceVersion=${metadata.resourceVersion}`;
  return { path, watchers: await openWatchers({ kubeconfig: side.kubeconfig, path: watched, watchers, connections, processes }) };
};

const write = ({ connection }: Load, { path }: Fan, i: number): Promise<unknown> =>
  connection.request('POST', path, { body: configMap(`event-${i}`) });

/** As fast as eight writers go: events delivered a second, CPU a delivered event. */
const flood = async (load: Load, crowd: Crowd): Promise<Measurement> => {
  const { events, watchers } = crowd;
  const fan = await openFan(load, crowd);
  const { arrived } = await fan.watchers.expect(events);
  const cpu = cpuSeconds(load.side.pids);
  const started = performance.now();
  let next = 0;
  const writer = async (): Promise<void> => {
    while (next < events) await write(load, fan, next++);
  };
  await Promise.all(Array.from({ length: 8 }, writer));
  const ended = (await arrived).reduce((sum, each) => sum + each.ended, 0);
  const elapsed = (performance.now() - started) / 1000;
  const cpuMicroseconds = ((cpuSeconds(load.side.pids) - cpu) / (events * watchers)) * 1e6;
  fan.watchers.close();
  if (ended > 0) throw new Error(`${load.side.name}: ${ended} watches were ended`);
  return { perSecond: (events * watchers) / elapsed, cpuMicroseconds };
};

/** Writes at a pace, one after the other: the 99th percentile from the request's start to an event's arrival. */
const paced = async (load: Load, crowd: Crowd): Promise<Measurement> => {
  const events = crowd.paced;
  const fan = await openFan(load, crowd);
  const { arrived } = await fan.watchers.expect(events, { times: true });
  const cpu = cpuSeconds(load.side.pids);
  const sent: number[] = [];
  for (let i = 0; i < events; i++) {
    const now = performance.now();
    sent.push(performance.timeOrigin + now);
    await write(load, fan, i);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, now + crowd.apart - performance.now())));
  }
  const latencies = (await arrived)
    .flatMap(({ arrived: byWrite }) => byWrite.flatMap((times, i) => times.map((time) => time - (sent[i] as number))))
    .toSorted((a, b) => a - b);
  fan.watchers.close();
  return {
    milliseconds: latencies[Math.floor(latencies.length * 0.99)] as number,
    cpuMicroseconds: ((cpuSeconds(load.side.pids) - cpu) / latencies.length) * 1e6,
  };
};

const thousand: Crowd = { watchers: 1000, connections: 10, events: 480, paced: 30, apart: 100 };
const tenThousand: Crowd = { watchers: 10_000, connections: 100, events: 96, paced: 15, apart: 1000 };

export const watchRows: readonly Row[] = [
  { name: 'watch: events to 1,000 watchers', run: (load) => flood(load, thousand) },
  { name: 'watch: p99 latency, 10 writes/s', run: (load) => paced(load, thousand) },
];

export const crowdRows: readonly Row[] = [
  { name: 'crowd: events to 10,000 watchers', run: (load) => flood(load, tenThousand) },
  { name: 'crowd: p99 latency to 10,000 watchers, 1 write/s', run: (load) => paced(load, tenThousand) },
];
