import { internalError } from '../../apimachinery/errors/api-errors.ts';
import type { Store } from '../../storage/contract.ts';

/** Node ports, one key of the store each. A port belongs to one service, which may use it for several protocols. */
export interface NodePorts {
  /** Why the port cannot be had; undefined when it was taken (or, in a dry run, could be). */
  take(port: number, options: { readonly owner: string; readonly dryRun: boolean }): Promise<string | undefined>;
  /** @throws StatusError InternalError when the range is full */
  takeAny(options: { readonly owner: string; readonly dryRun: boolean }): Promise<number>;
  release(port: number): Promise<void>;
  /** Makes the keys equal what services use: `used` is port → owner. */
  repair(used: ReadonlyMap<number, string>): Promise<void>;
}

const prefix = '/allocations/nodeports/';
const randomAttempts = 32;

export const createNodePorts = (store: Store, { range, random }: { range: readonly [number, number]; random: () => number }): NodePorts => {
  const [first, last] = range;

  const tryTake = async (port: number, { owner, dryRun }: { owner: string; dryRun: boolean }): Promise<boolean> =>
    dryRun ? !(await store.get(prefix + port)) : (await store.create(prefix + port, Buffer.from(owner))).applied;

  function* candidates(): Generator<number> {
    const size = last - first + 1;
    for (let i = 0; i < randomAttempts; i += 1) yield first + Math.floor(random() * size);
    for (let port = first; port <= last; port += 1) yield port;
  }

  const release = async (port: number): Promise<void> => {
    const current = await store.get(prefix + port);
    if (current) await store.delete(prefix + port, { expected: current.modRevision });
  };

  return {
    async take(port, options) {
      // A dry run allocates nothing, and so asks no allocator what it would take.
      if (!options.dryRun && (port < first || port > last))
        return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
      return (await tryTake(port, options)) ? undefined : 'provided port is already allocated';
    },
    async takeAny(options) {
      for (const port of candidates()) if (await tryTake(port, options)) return port;
      throw internalError('failed to allocate a nodePort: range is full');
    },
    release,
    async repair(used) {
      const { items } = await store.list(prefix);
      for (const { key } of items) if (!used.has(Number(key.slice(prefix.length)))) await release(Number(key.slice(prefix.length)));
      for (const [port, owner] of used) await store.create(prefix + port, Buffer.from(owner));
    },
  };
};
