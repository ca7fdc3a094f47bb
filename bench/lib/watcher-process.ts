/**
 * A process of watchers, so that reading events does not share a core with writing: told `{kubeconfig, path, watchers, connections}`, it
 * opens them and says `opened`; told `{expect: N}`, it says `{arrived}` once N events came (or a watch was ended), with the times (milliseconds since the epoch)
 * of each watcher's events in order when `times` was asked for.
 */
import { connector } from './connection.ts';

export interface OpenWatchers {
  readonly kubeconfig: string;
  readonly path: string;
  readonly watchers: number;
  readonly connections: number;
}

export interface ExpectEvents {
  readonly expect: number;
  readonly times: boolean;
}

export interface Arrived {
  /** By the place in the order of writes. */
  readonly arrived: readonly (readonly number[])[];
  readonly ended: number;
}

const newline = 10;
let ended = 0;
let delivered = 0;
let expected: ExpectEvents | undefined;
let times: number[][] = [];

const tell = (): void => {
  if (!expected || (delivered < expected.expect && ended === 0)) return;
  process.send?.({ arrived: times, ended } satisfies Arrived);
  expected = undefined;
};

const open = async ({ kubeconfig, path, watchers, connections }: OpenWatchers): Promise<void> => {
  const connect = await connector(kubeconfig);
  for (let c = 0; c < connections; c++) {
    const connection = await connect();
    const opened = Array.from({ length: watchers / connections }, () => {
      const stream = connection.open(path);
      let seen = 0;
      stream.on('data', (chunk: Buffer) => {
        const now = performance.timeOrigin + performance.now();
        for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) {
          if (expected?.times) (times[seen] ??= []).push(now);
          seen += 1;
          delivered += 1;
        }
        tell();
      });
      stream.on('end', () => {
        ended += 1;
        tell();
      });
      stream.on('error', () => {});
      return new Promise<void>((resolve) => stream.once('response', () => resolve()));
    });
    await Promise.all(opened);
  }
};

process.on('message', (message: OpenWatchers | ExpectEvents) => {
  if ('expect' in message) {
    expected = message;
    times = [];
    delivered = 0;
    process.send?.('ready');
  } else void open(message).then(() => process.send?.('opened'));
});
