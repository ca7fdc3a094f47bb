/** So many pieces are joined into one. */
const joinedPieces = 64;

/**
 * A body as it comes. Small pieces are joined: a client that sends a byte at a time would make the server hold a hundred times what it sent.
 */
export class BodyPieces {
  #joined: Buffer[] = [];
  #last: Buffer[] = [];
  #lastBytes = 0;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** The piece is kept, so it must be the caller's own. */
  push(piece: Buffer): void {
    this.#last.push(piece);
    this.#lastBytes += piece.length;
    this.#bytes += piece.length;
    if (this.#last.length >= joinedPieces) this.#join();
  }

  /** All of it, which is forgotten here. */
  take(): Buffer[] {
    const all = this.#joined.concat(this.#last);
    this.#joined = [];
    this.#last = [];
    this.#lastBytes = 0;
    this.#bytes = 0;
    return all;
  }

  #join(): void {
    // Large ones stay as they are: copying them again gains nothing.
    if (this.#lastBytes > joinedPieces * 1024) this.#joined.push(...this.#last);
    else this.#joined.push(Buffer.concat(this.#last, this.#lastBytes));
    this.#last = [];
    this.#lastBytes = 0;
  }
}
