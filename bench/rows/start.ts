import type { Measurement } from '../lib/measure.ts';
import { fill } from '../lib/objects.ts';
import { memoryMegabytes, untilQuiet } from '../lib/processes.ts';
import type { Side, StartSide } from '../lib/side.ts';

/** Rows of a server's start: name → measurement. */
export type StartRows = Readonly<Record<string, Measurement>>;

const ready = ({ readyMilliseconds }: Side): Measurement => (readyMilliseconds === undefined ? {} : { milliseconds: readyMilliseconds });

/** Cold start on an empty store, and what the server takes when nothing happens. */
export const measureStart = async (start: StartSide): Promise<StartRows> => {
  const side = await start();
  await untilQuiet(side.pids);
  const rows = {
    'cold start, empty': ready(side),
    'idle memory, VmRSS': { megabytes: memoryMegabytes(side.pids, 'VmRSS') },
    'idle memory, RssAnon': { megabytes: memoryMegabytes(side.pids, 'RssAnon') },
  };
  await side.stop();
  return rows;
};

/** Start and memory with 100,000 ConfigMaps of 2 KiB in the store. */
export const measureLoadedStart = async (start: StartSide): Promise<StartRows> => {
  const first = await start();
  const connection = await first.connect();
  await fill(connection, 'loaded', 100_000);
  connection.close();
  await first.stop();
  const side = await start({ keep: true });
  await untilQuiet(side.pids);
  const rows = {
    'cold start, 100,000 objects': ready(side),
    'memory, 100,000 objects, VmRSS': { megabytes: memoryMegabytes(side.pids, 'VmRSS') },
    'memory, 100,000 objects, RssAnon': { megabytes: memoryMegabytes(side.pids, 'RssAnon') },
  };
  await side.stop();
  return rows;
};
