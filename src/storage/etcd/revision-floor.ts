import { StoreUnavailableError } from '../errors.ts';

/**
 * Notices that etcd has gone back, restored from a snapshot or with writes lost under a running process: what was read since, and every
 * version given out, is then of another history. No answer may be older than what was known when it was asked for, as all reads are linearizable.
 */
export class RevisionFloor {
  readonly #lost: (error: StoreUnavailableError) => void;
  #newest = 0n;
  #failure: StoreUnavailableError | undefined;

  /** `lost` hears of it once. */
  constructor(lost: (error: StoreUnavailableError) => void) {
    this.#lost = lost;
  }

  /** @throws StoreUnavailableError once etcd is known to have gone back */
  assertHeld(): void {
    if (this.#failure) throw this.#failure;
  }

  /** @throws StoreUnavailableError when etcd has gone back, from then on without asking */
  async above<Answer extends { readonly revision: bigint }>(ask: () => Promise<Answer>): Promise<Answer> {
    this.assertHeld();
    const floor = this.#newest;
    const answer = await ask();
    if (answer.revision > this.#newest) this.#newest = answer.revision;
    if (answer.revision >= floor) return answer;
    if (!this.#failure) {
      this.#failure = new StoreUnavailableError(
        `etcd: it went back from revision ${floor} to ${answer.revision}: it was restored, or has lost writes: ` +
          'start this process again; restore with etcdutl snapshot restore --bump-revision --mark-compacted, so that versions never repeat',
      );
      this.#lost(this.#failure);
    }
    throw this.#failure;
  }
}
