import type { KindDefinition } from '../../api/kind-definition.ts';
import { resourcePrefix } from '../registry/keys.ts';
import { createCollection, type Collection } from './collection.ts';
import { createKeptByKind, type KeptByKind, type KeptByKindOptions } from './kept-by-kind.ts';
import { createLabelIndex, type LabelIndex } from './label-index.ts';

/** A list that the store had to answer. */
export interface Miss {
  /** How many values it read, and their bytes. */
  readonly read: number;
  readonly bytes: number;
  /** How many were left for pages that follow, where that is known. */
  readonly remaining: number | undefined;
  /** Labels told which to take. */
  readonly byLabel: boolean;
}

/** Collections that are listed again and again, kept in memory and current by the watch of the store. */
export interface CollectionCache {
  /** The collection, if it is kept. */
  readonly at: KeptByKind<Collection>['at'];
  /** Which objects have which labels, if that is kept. */
  readonly labelsAt: KeptByKind<LabelIndex>['at'];
  /**
   * Takes note of a list that the store had to answer: the second one of many objects makes its collection be kept, or only its labels
   * when lists are by label and it is large.
   */
  missed(definition: KindDefinition, miss: Miss): void;
  close(): void;
}

/** `maxBytes`: all collections together; those listed longest ago go first. 0 keeps none. */
export type CollectionCacheOptions = KeptByKindOptions;

/** Fewer objects than these, and smaller ones, are read from the store fast enough. */
const worthwhileItems = 100;
const worthwhileBytes = 2 ** 20;
/** Of such a collection labels are a small part. */
const largeBytes = 32 * 2 ** 20;
const idleMilliseconds = 5 * 60_000;
const sweepMilliseconds = 30_000;

export const createCollectionCache = (options: CollectionCacheOptions): CollectionCache => {
  const { now, maxBytes } = options;
  const collections = createKeptByKind(createCollection, options);
  const labels = createKeptByKind(createLabelIndex, options);
  const missedAt = new Map<string, number>();

  const sweep = (): void => {
    const idle = now() - idleMilliseconds;
    let bytes = 0;
    for (const entry of [...collections.entries(), ...labels.entries()].toSorted((a, b) => b.usedAt - a.usedAt)) {
      bytes += entry.bytes;
      if (bytes > maxBytes) entry.drop(true);
      else if (entry.usedAt < idle) entry.drop(false);
    }
    for (const [key, at] of missedAt) if (at < idle) missedAt.delete(key);
    collections.forgetRefused(idle);
    labels.forgetRefused(idle);
  };
  const sweeper = setInterval(sweep, sweepMilliseconds).unref();

  return {
    at: collections.at,
    labelsAt: labels.at,
    missed(definition, { read, bytes, remaining = 0, byLabel }) {
      const isSmall = read < worthwhileItems && bytes < worthwhileBytes;
      if (maxBytes === 0 || isSmall || definition.conversion || collections.has(definition)) return;
      const all = bytes * (1 + remaining / Math.max(read, 1));
      const isTooLarge = all > maxBytes || collections.isRefused(definition);
      const isIndexable = byLabel && !definition.storage && !definition.refresh;
      const wanted = isIndexable && (isTooLarge || all > largeBytes) ? labels : collections;
      if ((isTooLarge && wanted === collections) || wanted.has(definition) || wanted.isRefused(definition)) return;
      const key = `${resourcePrefix(definition)} ${definition.version}`;
      if (missedAt.delete(key)) wanted.keep(definition);
      else missedAt.set(key, now());
    },
    close() {
      clearInterval(sweeper);
      collections.close();
      labels.close();
    },
  };
};
