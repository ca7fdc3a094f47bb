import type { Revision } from '../contract.ts';

export interface AutoCompactOptions {
  /** History younger than this stays readable. Default 300. */
  readonly keepSeconds?: number;
  /** How often to compact; history is kept for up to keepSeconds + intervalSeconds. Default 60. */
  readonly intervalSeconds?: number;
}

interface Compactable {
  revision(): Promise<Revision>;
  compact(revision: Revision): Promise<void>;
}

/** Compacts a store by age until the returned function is called. A failed round is tried again at the next interval. */
export function startAutoCompaction(store: Compactable, options: AutoCompactOptions = {}): () => void {
  const { keepSeconds = 300, intervalSeconds = 60 } = options;
  const samplesKept = Math.max(1, Math.ceil(keepSeconds / intervalSeconds));
  const samples: Revision[] = [];
  const round = async (): Promise<void> => {
    samples.push(await store.revision());
    if (samples.length <= samplesKept) return;
    const oldest = samples.shift();
    if (oldest !== undefined) await store.compact(oldest);
  };
  const timer = setInterval(() => void round().catch(() => undefined), intervalSeconds * 1000).unref();
  return () => clearInterval(timer);
}
