import { randomInt } from 'node:crypto';

/**
 * Where a server that keeps its port looks for its first: below what systems give to outgoing connections (Linux from 32768, others from
 * 49152), any of which may sit on the port just when the server starts again. And below the node ports.
 */
const lowest = 20_000;
const highest = 28_000;
const attempts = 10;

/** Ports in the order in which to try them: the one asked for alone, or, for 0, the one there was before, one that can be kept, any. */
export function* portsToTry(port: number, preferred?: number): Generator<number> {
  if (port !== 0) return yield port;
  if (preferred !== undefined) yield preferred;
  for (let attempt = 0; attempt < attempts; attempt++) yield randomInt(lowest, highest);
  yield 0;
}
