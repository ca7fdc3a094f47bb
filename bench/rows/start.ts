import type { Measurement } from '../lib/measure.ts';
import { memoryMegabytes, untilQuiet } from '../lib/processes.ts';
import type { Side, StartSide } from '../lib/side.ts';

/** Rows of a server's start: name → measurement. */
export type StartRows = Readonly<Record<string, Measurement>>;

/** What a side's start took. */
export const ready = ({ readyMilliseconds }: Side): Measurement =>
  readyMilliseconds === undefined ? {} : { milliseconds: readyMilliseconds };

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
