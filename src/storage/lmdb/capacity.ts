import { StoreUnavailableError } from '../errors.ts';
import type { Environment } from './environment.ts';
import { fileSizeLimit } from './file-size-limit.ts';

export interface CapacityLimits {
  readonly maxSizeBytes?: number | undefined;
  readonly minFreeBytes?: number | undefined;
}

/** How long a look at the disk counts while there is at least this much room. */
const lookMilliseconds = 100;
const roomyBytes = 64 * 2 ** 20;

/** Of the largest file that may be written, so much is left for the pages that LMDB copies. */
const usableShare = 0.75;

/**
 * Refuses new data before the disk is quite full, or the file as large as it may be: LMDB copies pages on every write, so even deletes need room.
 * A write of LMDB must not fail in the middle: what it says then of several large values is longer than the memory that it takes for it.
 */
export class Capacity {
  readonly #environment: Environment;
  readonly #maxSizeBytes: number;
  readonly #minFreeBytes: number;
  readonly #pendingBytes: () => number;
  #lookAgainAt = -Infinity;
  #refusal: string | undefined;

  /** `pendingBytes`: how much LMDB has yet to take over. */
  constructor(
    environment: Environment,
    { maxSizeBytes = Infinity, minFreeBytes = 16 * 2 ** 20, pendingBytes }: CapacityLimits & { readonly pendingBytes: () => number },
  ) {
    this.#environment = environment;
    this.#pendingBytes = pendingBytes;
    this.#maxSizeBytes = Math.min(maxSizeBytes, fileSizeLimit() * usableShare);
    this.#minFreeBytes = minFreeBytes;
  }

  /** @throws StoreUnavailableError */
  assertRoom(): void {
    if (performance.now() >= this.#lookAgainAt) this.#look();
    if (this.#refusal !== undefined) throw new StoreUnavailableError(this.#refusal);
  }

  #look(): void {
    const { path } = this.#environment;
    const used = this.#environment.usedBytes() + this.#pendingBytes();
    // Pages that compaction has freed are as good as free disk.
    const room = this.#environment.diskFreeBytes() + this.#environment.fileBytes() - used;
    const roomy = Math.min(room - this.#minFreeBytes, this.#maxSizeBytes - used) > roomyBytes;
    this.#lookAgainAt = roomy ? performance.now() + lookMilliseconds : -Infinity;
    if (room < this.#minFreeBytes) {
      this.#refusal = `write to ${path}: it has room for ${room} bytes, the reserve is ${this.#minFreeBytes}: free or add disk space`;
    } else if (used > this.#maxSizeBytes) {
      this.#refusal = `write to ${path}: it holds ${used} bytes, the limit is ${this.#maxSizeBytes}: delete objects, compact, or raise the limit`;
    } else this.#refusal = undefined;
  }
}
