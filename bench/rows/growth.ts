import { writeFileSync } from 'node:fs';
import { throughput, type Measurement } from '../lib/measure.ts';
import { configMap, configMaps } from '../lib/objects.ts';
import { plot } from '../lib/plot.ts';
import { memoryMegabytes, untilQuiet } from '../lib/processes.ts';
import type { Side, StartSide } from '../lib/side.ts';

const sizes = [10_000, 30_000, 100_000, 300_000, 1_000_000];
const path = configMaps.replace('default', 'growth');

interface Point {
  readonly objects: number;
  readonly createMicroseconds: number;
  readonly getMicroseconds: number;
  readonly pageMicroseconds: number;
  readonly anonymousMegabytes: number;
}

const cpu = ({ cpuMicroseconds = Number.NaN }: Measurement): number => cpuMicroseconds;

/** Creates up to `to` objects; CPU of the server for each. */
const grow = async (side: Side, from: number, to: number): Promise<number> => {
  const connection = await side.connect();
  let next = from;
  const create = async (): Promise<void> => {
    const i = next++;
    await connection.request('POST', path, { body: configMap(`object-${i}`) });
  };
  const created = await throughput(side, { inFlight: 64, operations: to - from }, create);
  connection.close();
  return cpu(created);
};

const measureAt = async (side: Side, objects: number, createMicroseconds: number): Promise<Point> => {
  const connection = await side.connect();
  // The collector of what was made on the way here would count as the cost of a get.
  await untilQuiet(side.pids);
  let i = 0;
  const get = () => connection.request('GET', `${path}/object-${(i += 7919) % objects}`);
  const page = () => connection.request('GET', `${path}?limit=500`);
  const got = await throughput(side, { inFlight: 16, seconds: 4 }, get);
  const paged = await throughput(side, { inFlight: 4, seconds: 4 }, page);
  connection.close();
  return {
    objects,
    createMicroseconds,
    getMicroseconds: cpu(got),
    pageMicroseconds: cpu(paged),
    anonymousMegabytes: memoryMegabytes(side.pids, 'RssAnon'),
  };
};

/** CPU of a create, a get and a page of 500, and memory, as a kind grows to a million objects of 2 KiB; draws `file` (SVG). */
export const measureGrowth = async (start: StartSide, file: string): Promise<readonly Point[]> => {
  const side = await start();
  const connection = await side.connect();
  await connection.request('POST', '/api/v1/namespaces', { body: JSON.stringify({ metadata: { name: 'growth' } }) });
  connection.close();
  const points: Point[] = [];
  let from = 0;
  for (const objects of sizes) {
    const created = await grow(side, from, objects);
    from = objects;
    const point = await measureAt(side, objects, created);
    points.push(point);
    console.error(JSON.stringify(point));
  }
  await side.stop();
  const line = (name: string, value: (point: Point) => number) => ({
    name,
    points: points.map((point) => [point.objects, value(point)] as const),
  });
  writeFileSync(
    file,
    plot({
      title: 'Cost of an operation as a kind grows (CPU, µs; memory, MB)',
      x: 'objects of 2 KiB',
      lines: [
        line('create', ({ createMicroseconds }) => createMicroseconds),
        line('get', ({ getMicroseconds }) => getMicroseconds),
        line('list, page of 500', ({ pageMicroseconds }) => pageMicroseconds),
        line('memory, RssAnon', ({ anonymousMegabytes }) => anonymousMegabytes),
      ],
    }),
  );
  return points;
};
