import { StoreUnavailableError } from '../errors.ts';
import type { Environment } from './environment.ts';

export interface CapacityLimits {
  readonly maxSizeBytes?: number | undefined;
  readonly minFreeBytes?: number | undefined;
}

/** How long a look at the disk counts. */
const lookMilliseconds = 250;

/** Refuses new data before the disk is quite full: LMDB copies pages on every write, so even deletes need room. */
export class Capacity {
  readonly #environment: Environment;
  readonly #maxSizeBytes: number;
  readonly #minFreeBytes: number;
  #lookedAt = -Infinity;
  #refusal: string | undefined;

  constructor(environment: Environment, { maxSizeBytes = Infinity, minFreeBytes = 16 * 2 ** 20 }: CapacityLimits) {
    this.#environment = environment;
    this.#maxSizeBytes = maxSizeBytes;
    this.#minFreeBytes = minFreeBytes;
  }

  /** @throws StoreUnavailableError */
  assertRoom(): void {
    if (this.#refusal !== undefined || performance.now() - this.#lookedAt > lookMilliseconds || this.#maxSizeBytes < Infinity) this.#look();
    if (this.#refusal !== undefined) throw new StoreUnavailableError(this.#refusal);
  }

  #look(): void {
    const { path } = this.#environment;
    this.#lookedAt = performance.now();
    const free = this.#environment.diskFreeBytes();
    const used = this.#environment.usedBytes();
    if (free < this.#minFreeBytes) {
      this.#refusal = `write to ${path}: the disk has ${free} bytes free, the reserve is ${this.#minFreeBytes}: free or add disk space`;
    } else if (used > this.#maxSizeBytes) {
      this.#refusal = `write to ${path}: it holds ${used} bytes, the limit is ${this.#maxSizeBytes}: delete objects, compact, or raise the limit`;
    } else this.#refusal = undefined;
  }
}
