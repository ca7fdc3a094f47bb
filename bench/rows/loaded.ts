import { throughput, type Measurement } from '../lib/measure.ts';
import { configMaps, fill } from '../lib/objects.ts';
import { memoryMegabytes, untilQuiet } from '../lib/processes.ts';
import type { StartSide } from '../lib/side.ts';
import { openWatchers } from '../lib/watchers.ts';
import { ready, type StartRows } from './start.ts';

const objects = 100_000;
const watchers = 1000;
const path = configMaps.replace('default', 'loaded');

/** 100,000 ConfigMaps of 2 KiB: one in a hundred listed by label, memory with 1,000 watches of them all, and the next start. */
export const measureLoaded = async (start: StartSide): Promise<StartRows> => {
  const first = await start();
  const connection = await first.connect();
  await fill(connection, 'loaded', objects);
  const byLabel = async (inFlight: number): Promise<Measurement> =>
    throughput(first, { inFlight, seconds: 5 }, () => connection.request('GET', `${path}?labelSelector=pick%3Done`));
  await byLabel(1);
  const listed = await byLabel(2);
  const { metadata } = JSON.parse((await connection.request('GET', `${path}?limit=1`)).toString()) as {
    metadata: { resourceVersion: string };
  };
  const watch = `${path}?watch=1&resourceVersion=${metadata.resourceVersion}`;
  const open = await openWatchers({ kubeconfig: first.kubeconfig, path: watch, watchers, connections: 10, processes: 1 });
  await untilQuiet(first.pids);
  const watched = { megabytes: memoryMegabytes(first.pids, 'VmRSS') };
  const watchedAnonymous = { megabytes: memoryMegabytes(first.pids, 'RssAnon') };
  open.close();
  connection.close();
  await first.stop();
  const side = await start({ keep: true });
  await untilQuiet(side.pids);
  const rows = {
    'list by label, 1,000 of 100,000': listed,
    'memory, 100,000 objects and 1,000 watches, VmRSS': watched,
    'memory, 100,000 objects and 1,000 watches, RssAnon': watchedAnonymous,
    'cold start, 100,000 objects': ready(side),
    'memory, 100,000 objects after a start, VmRSS': { megabytes: memoryMegabytes(side.pids, 'VmRSS') },
    'memory, 100,000 objects after a start, RssAnon': { megabytes: memoryMegabytes(side.pids, 'RssAnon') },
  };
  await side.stop();
  return rows;
};
