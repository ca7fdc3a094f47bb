import { openHttp2 } from './raw-http.ts';
import type { Access } from './raw-http.ts';

/** A client that asks for nothing much, again and again, and tells how long it had to wait at worst. */
export interface Pulse {
  /** The longest wait since the last call, in milliseconds. @throws Error when the server did not answer at all */
  readonly longest: () => number;
  readonly stop: () => Promise<void>;
}

const intervalMilliseconds = 20;

/** Starts asking on a connection of its own, one request after the other. */
export const startPulse = async (access: Access, path = '/livez'): Promise<Pulse> => {
  const session = await openHttp2(access);
  let longest = 0;
  let asked = performance.now();
  let failure: Error | undefined;
  const stopped = new AbortController();
  const ask = (): Promise<void> =>
    new Promise((resolve, reject) => {
      asked = performance.now();
      const stream = session.request({ ':path': path });
      let status = 0;
      stream.on('response', (headers) => (status = Number(headers[':status'])));
      stream.resume().on('error', reject);
      stream.on('end', () => {
        longest = Math.max(longest, performance.now() - asked);
        if (status === 200) resolve();
        else reject(new Error(`GET ${path}: ${status}`));
      });
    });
  const beating = (async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await ask();
      await new Promise((resolve) => setTimeout(resolve, intervalMilliseconds));
    }
  })().catch((error: unknown) => {
    failure = error as Error;
  });
  return {
    longest: () => {
      if (failure) throw failure;
      const worst = longest;
      longest = 0;
      return worst;
    },
    stop: async () => {
      stopped.abort();
      session.close();
      await beating;
    },
  };
};
