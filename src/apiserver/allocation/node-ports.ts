import { internalError } from '../../apimachinery/errors/api-errors.ts';
import type { AllocatorMeasures } from '../metrics/allocator-measures.ts';
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
  /** How many are taken. */
  count(): Promise<number>;
}

const prefix = '/allocations/nodeports/';
const randomAttempts = 32;

export interface NodePortOptions {
  /** Inclusive. */
  readonly range: readonly [number, number];
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly measures?: AllocatorMeasures | undefined;
}

export const createNodePorts = (store: Store, { range, random, measures }: NodePortOptions): NodePorts => {
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
      if (!options.dryRun && (port < first || port > last)) {
        measures?.tried('static', false, 0);
        return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
      }
      const isTaken = await tryTake(port, options);
      if (!options.dryRun) measures?.tried('static', isTaken, 0);
      return isTaken ? undefined : 'provided port is already allocated';
    },
    count: () => store.count(prefix),
    async takeAny(options) {
      for (const port of candidates()) {
        if (!(await tryTake(port, options))) continue;
        if (!options.dryRun) measures?.tried('dynamic', true, 0);
        return port;
      }
      if (!options.dryRun) measures?.tried('dynamic', false, 0);
      throw internalError('failed to allocate a nodePort: range is full');
    },
    release,
    async repair(used) {
      const { items } = await store.list(prefix);
      for (const { key } of items) {
        const port = Number(key.slice(prefix.length));
        if (used.has(port)) continue;
        await release(port);
        measures?.repaired('leak');
      }
      for (const [port, owner] of used) if ((await store.create(prefix + port, Buffer.from(owner))).applied) measures?.repaired('repair');
    },
  };
};
