import type { OnLost, StoreEvents } from './backend.ts';
import { type AuditEntry, truncated } from './entry.ts';
import type { TruncateSettings } from './settings.ts';

/** Stores events that are small enough, in batches that are. */
export const truncateEvents =
  (store: StoreEvents, { maxBatchBytes, maxEventBytes }: TruncateSettings, onLost: OnLost): StoreEvents =>
  async (entries) => {
    const batches: AuditEntry[][] = [[]];
    let bytes = 0;
    for (const entry of entries) {
      const fit = truncated(entry, maxEventBytes);
      if (!fit) {
        onLost(1, new Error('event is too large even after truncating'));
        continue;
      }
      const size = Buffer.byteLength(fit.json());
      if (bytes > 0 && bytes + size > maxBatchBytes) {
        batches.push([]);
        bytes = 0;
      }
      batches.at(-1)?.push(fit);
      bytes += size;
    }
    for (const batch of batches) if (batch.length > 0) await store(batch);
  };
