import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below those that the system gives to connections (Linux: from 32768), of which any may take a port while nobody listens on it, and above
 * those that our own servers take.
 */
const lowest = 28_000;
const highest = 32_000;

/** Ports on loopback that nobody listens on now, for programs that cannot choose one themselves. */
export async function freePorts(count: number): Promise<number[]> {
  const free = new Set<number>();
  while (free.size < count) {
    const port = randomInt(lowest, highest);
    if (await isFree(port)) free.add(port);
  }
  return [...free];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
