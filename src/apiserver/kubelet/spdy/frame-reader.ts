/** A control frame, whole. */
export interface ControlFrame {
  readonly type: number;
  readonly flags: number;
  readonly payload: Buffer;
}

export interface SpdyListener {
  control(frame: ControlFrame): void;
  /** A piece of what a stream sends, as it comes; `isLast`: it sends no more. */
  data(stream: number, piece: Buffer, isLast: boolean): void;
}

/** Frames that are kept until they are whole are no longer than this. */
const maxControlBytes = 64 * 1024;

/** Reads the frames of one connection (SPDY/3.1, 2.2). */
export class SpdyReader {
  readonly #listener: SpdyListener;
  readonly #header = Buffer.alloc(8);
  #have = 0;
  #left = 0;
  #control: Buffer[] = [];

  constructor(listener: SpdyListener) {
    this.#listener = listener;
  }

  /** False when the other side does not speak SPDY/3.1: nothing can be read any more. */
  push(chunk: Buffer): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#have < 8) {
        const some = Math.min(8 - this.#have, chunk.length - at);
        chunk.copy(this.#header, this.#have, at, at + some);
        this.#have += some;
        at += some;
        if (this.#have < 8) return true;
        this.#left = this.#header.readUInt32BE(4) & 0xffffff;
        if (this.#isControl && (this.#header.readUInt16BE(0) !== 0x8003 || this.#left > maxControlBytes)) return false;
        if (this.#left === 0) this.#take(Buffer.alloc(0));
        continue;
      }
      const piece = chunk.subarray(at, at + Math.min(this.#left, chunk.length - at));
      at += piece.length;
      this.#left -= piece.length;
      this.#take(piece);
    }
    return true;
  }

  get #isControl(): boolean {
    return (this.#header[0]! & 0x80) !== 0;
  }

  #take(piece: Buffer): void {
    const isWhole = this.#left === 0;
    if (isWhole) this.#have = 0;
    const flags = this.#header[4]!;
    if (!this.#isControl) {
      this.#listener.data(this.#header.readUInt32BE(0), piece, isWhole && (flags & 1) !== 0);
      return;
    }
    this.#control.push(piece);
    if (!isWhole) return;
    const payload = Buffer.concat(this.#control.splice(0));
    this.#listener.control({ type: this.#header.readUInt16BE(2), flags, payload });
  }
}
