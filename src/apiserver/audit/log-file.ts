import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where events go. `write` never waits. */
export interface AuditSink {
  /** The line is made when its turn comes; `bytes` is about how much memory it holds until then. */
  write(line: () => string, bytes: number): void;
  /** Writes what is left. */
  close(): Promise<void>;
}

/** More than this waiting: further events are lost, and counted. */
const maxWaitingBytes = 64 * 2 ** 20;
/** So many lines are made in one go; then requests have their turn. */
const batchLines = 50;

/** A file that grows by lines of JSON; `-` is standard output. `onDropped` hears of events that found no room, or could not be written. */
export const openAuditLog = (path: string, onDropped: (count: number) => void): AuditSink => {
  if (path !== '-') mkdirSync(dirname(path), { recursive: true });
  const stream = path === '-' ? process.stdout : createWriteStream(path, { flags: 'a', mode: 0o600 });
  let waiting: { readonly line: () => string; readonly bytes: number }[] = [];
  let bytes = 0;
  let running = false;
  let failed = false;
  const fail = (): void => {
    failed = true;
    onDropped(waiting.length);
    waiting = [];
    bytes = 0;
  };
  stream.on('error', fail);

  const run = (): void => {
    const batch = waiting.splice(0, batchLines);
    if (batch.length === 0 || failed) {
      running = false;
      return;
    }
    let text = '';
    for (const { line, bytes: held } of batch) {
      bytes -= held;
      text += line();
    }
    if (stream.write(text)) setImmediate(run);
    else stream.once('drain', run);
  };

  return {
    write(line, held) {
      if (failed || bytes + held > maxWaitingBytes) return onDropped(1);
      waiting.push({ line, bytes: held });
      bytes += held;
      if (running) return;
      running = true;
      setImmediate(run);
    },
    async close() {
      const rest = waiting.splice(0).map(({ line }) => line());
      if (path === '-' || failed) return;
      await new Promise<void>((resolve) => {
        stream.once('error', () => resolve());
        stream.end(rest.join(''), () => resolve());
      });
    },
  };
};
