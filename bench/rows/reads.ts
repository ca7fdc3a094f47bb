import { throughput } from '../lib/measure.ts';
import { configMaps, fill } from '../lib/objects.ts';
import type { Load, Row } from '../lib/row.ts';

const seconds = 3;
const filled = new WeakMap<object, Promise<void>>();
const ensureFilled = ({ side, connection }: Load): Promise<void> => {
  let done = filled.get(side);
  if (!done) filled.set(side, (done = fill(connection, 'ten-thousand', 10_000)));
  return done;
};
const many = configMaps.replace('default', 'ten-thousand');

const list = (name: string, path: string, inFlight: number): Row => ({
  name,
  prepare: ensureFilled,
  run: (load) => throughput(load.side, { inFlight, seconds }, () => load.connection.request('GET', path)),
});

export const readRows: readonly Row[] = [
  {
    name: 'get, 64 in flight',
    prepare: ensureFilled,
    run: (load) =>
      throughput(load.side, { inFlight: 64, seconds }, () => load.connection.request('GET', `${many}/object-${load.next() % 10_000}`)),
  },
  {
    name: 'get, 1 in flight',
    prepare: ensureFilled,
    run: (load) =>
      throughput(load.side, { inFlight: 1, seconds }, () => load.connection.request('GET', `${many}/object-${load.next() % 10_000}`)),
  },
  list('list 500', `${many}?limit=500`, 4),
  list('list 10,000', many, 1),
  list('list by label, 100 of 10,000', `${many}?labelSelector=pick%3Done`, 2),
];
