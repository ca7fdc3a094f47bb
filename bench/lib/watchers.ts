import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Arrived, ExpectEvents, OpenWatchers } from './watcher-process.ts';

const program = fileURLToPath(new URL('./watcher-process.ts', import.meta.url));

/** Watchers in processes of their own. */
export interface Watchers {
  /** Counts from now on. `arrived` resolves when every watcher has seen so many events. */
  expect(events: number, options?: { readonly times: boolean }): Promise<{ readonly arrived: Promise<readonly Arrived[]> }>;
  close(): void;
}

const answer = async (child: ChildProcess): Promise<unknown> => (await once(child, 'message'))[0] as unknown;

/** Opens `watchers` of one path, shared out to so many processes and connections. */
export const openWatchers = async (options: OpenWatchers & { readonly processes: number }): Promise<Watchers> => {
  const { processes, watchers, connections } = options;
  const each = watchers / processes;
  const children = Array.from({ length: processes }, () => fork(program, { execArgv: ['--import', 'tsx'] }));
  await Promise.all(
    children.map((child) => {
      const opened = answer(child);
      child.send({ ...options, watchers: each, connections: connections / processes } satisfies OpenWatchers & { processes: number });
      return opened;
    }),
  );
  return {
    async expect(events, { times } = { times: false }) {
      await Promise.all(
        children.map((child) => {
          const ready = answer(child);
          child.send({ expect: events * each, times } satisfies ExpectEvents);
          return ready;
        }),
      );
      const arrived = Promise.all(children.map(answer)) as Promise<Arrived[]>;
      return { arrived };
    },
    close: () => {
      for (const child of children) child.kill('SIGKILL');
    },
  };
};
