import type { Connection } from '../lib/connection.ts';
import type { Measurement } from '../lib/measure.ts';
import { configMap } from '../lib/objects.ts';
import { cpuSeconds } from '../lib/processes.ts';
import type { Load, Row } from '../lib/row.ts';

const watchers = 1000;
const watchersPerConnection = 100;
const newline = 10;

interface Fan {
  readonly path: string;
  /** Called once for each event on each watcher, with its place in the order of writes. */
  onEvent: (index: number) => void;
  readonly ended: () => number;
  close(): void;
}

const openFan = async ({ side, connection, next }: Load): Promise<Fan> => {
  const namespace = `fan-${next()}`;
  await connection.request('POST', '/api/v1/namespaces', { body: JSON.stringify({ metadata: { name: namespace } }) });
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const { metadata } = JSON.parse((await connection.request('GET', path)).toString()) as { metadata: { resourceVersion: string } };
  const connections: Connection[] = [];
  let ended = 0;
  const fan: Fan = { path, onEvent: () => {}, ended: () => ended, close: () => connections.forEach((open) => open.close()) };
  const opened: Promise<void>[] = [];
  for (let i = 0; i < watchers; i++) {
    if (i % watchersPerConnection === 0) connections.push(await side.connect());
    const stream = (connections.at(-1) as Connection).open(
      // Its own root CA bundle may arrive in the namespace: only what the writers below make is counted.
      `${path}?watch=1&labelSelector=app%3Dbench&resourceVersion=${metadata.resourceVersion}`,
    );
    let seen = 0;
    stream.on('data', (chunk: Buffer) => {
      for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) fan.onEvent(seen++);
    });
    stream.on('end', () => ended++);
    stream.on('error', () => {});
    opened.push(new Promise((resolve) => stream.once('response', () => resolve())));
  }
  await Promise.all(opened);
  return fan;
};

const write = ({ connection }: Load, { path }: Fan, i: number): Promise<unknown> =>
  connection.request('POST', path, { body: configMap(`event-${i}`) });

/** As fast as eight writers go: events delivered a second, CPU a delivered event. */
const flood = async (load: Load): Promise<Measurement> => {
  const events = 240;
  const fan = await openFan(load);
  let delivered = 0;
  const all = new Promise<void>((resolve) => {
    fan.onEvent = () => {
      if (++delivered === events * watchers) resolve();
    };
  });
  const cpu = cpuSeconds(load.side.pids);
  const started = performance.now();
  let next = 0;
  const writer = async (): Promise<void> => {
    while (next < events) await write(load, fan, next++);
  };
  await Promise.all(Array.from({ length: 8 }, writer));
  await all;
  const elapsed = (performance.now() - started) / 1000;
  if (fan.ended() > 0) throw new Error(`${load.side.name}: ${fan.ended()} watches were ended`);
  fan.close();
  return { perSecond: delivered / elapsed, cpuMicroseconds: ((cpuSeconds(load.side.pids) - cpu) / delivered) * 1e6 };
};

/** Ten writes a second, one after the other: the 99th percentile from the request's start to an event's arrival. */
const paced = async (load: Load): Promise<Measurement> => {
  const events = 30;
  const fan = await openFan(load);
  const sent: number[] = [];
  const latencies: number[] = [];
  const all = new Promise<void>((resolve) => {
    fan.onEvent = (index) => {
      latencies.push(performance.now() - (sent[index] as number));
      if (latencies.length === events * watchers) resolve();
    };
  });
  const cpu = cpuSeconds(load.side.pids);
  for (let i = 0; i < events; i++) {
    sent.push(performance.now());
    await write(load, fan, i);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, (sent[i] as number) + 100 - performance.now())));
  }
  await all;
  fan.close();
  latencies.sort((a, b) => a - b);
  return {
    milliseconds: latencies[Math.floor(latencies.length * 0.99)] as number,
    cpuMicroseconds: ((cpuSeconds(load.side.pids) - cpu) / latencies.length) * 1e6,
  };
};

export const watchRows: readonly Row[] = [
  { name: 'watch: events to 1,000 watchers', run: flood },
  { name: 'watch: p99 latency, 10 writes/s', run: paced },
];
