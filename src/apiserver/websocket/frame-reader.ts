import { closeCode, opcode } from './frame.ts';

/** Hears what a client's frames say, piece by piece as it comes: nothing but a control frame is kept. */
export interface FrameListener {
  /** A piece of a message; `begins` with its first one, `ends` with its last. */
  data(piece: Buffer, place: { readonly begins: boolean; readonly ends: boolean }): void;
  /** A close, ping or pong frame. */
  control(code: number, payload: Buffer): void;
}

const maxControlBytes = 125;
const isControl = (code: number): boolean => code >= opcode.close;
const isKnown = (code: number): boolean => code <= opcode.binary || (code >= opcode.close && code <= opcode.pong);

const unmask = (bytes: Buffer, mask: Buffer, offset: number): void => {
  for (let i = 0; i < bytes.length; i++) bytes[i]! ^= mask[(offset + i) & 3]!;
};

/** Reads the frames that a client sends (RFC 6455, 5). Unmasks in place: the chunks must be the reader's own. */
export class FrameReader {
  readonly #listener: FrameListener;
  readonly #header = Buffer.alloc(14);
  #have = 0;
  /** Bytes of the header as far as it is known; 0 within a payload. */
  #need = 2;
  readonly #mask = Buffer.alloc(4);
  #code = 0;
  #final = false;
  #left = 0;
  #read = 0;
  #control: Buffer[] = [];
  /** A message has begun and not ended. */
  #open = false;
  /** Nothing of the message was told yet. */
  #fresh = false;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  /** The code to close with when the client breaks the rules: nothing can be read any more. */
  push(chunk: Buffer): number | undefined {
    let at = 0;
    while (at < chunk.length) {
      if (this.#need > 0) {
        const some = Math.min(this.#need - this.#have, chunk.length - at);
        chunk.copy(this.#header, this.#have, at, at + some);
        this.#have += some;
        at += some;
        if (this.#have < this.#need) return undefined;
        const wrong = this.#readHeader();
        if (wrong !== undefined) return wrong;
        if (this.#need === 0 && this.#left === 0) this.#take(Buffer.alloc(0));
        continue;
      }
      const piece = chunk.subarray(at, at + Math.min(this.#left, chunk.length - at));
      at += piece.length;
      this.#take(piece);
    }
    return undefined;
  }

  #readHeader(): number | undefined {
    const [first = 0, second = 0] = this.#header;
    const short = second & 0x7f;
    if (this.#have === 2) {
      const code = first & 0x0f;
      if (first & 0x70 || !isKnown(code) || !(second & 0x80)) return closeCode.protocol;
      if (isControl(code) && (!(first & 0x80) || short > maxControlBytes)) return closeCode.protocol;
      if (!isControl(code) && this.#open !== (code === opcode.continuation)) return closeCode.protocol;
      this.#need = 6 + (short === 126 ? 2 : short === 127 ? 8 : 0);
      return undefined;
    }
    const length = short === 126 ? this.#header.readUInt16BE(2) : short === 127 ? Number(this.#header.readBigUInt64BE(2)) : short;
    if (length > Number.MAX_SAFE_INTEGER) return closeCode.tooBig;
    this.#header.copy(this.#mask, 0, this.#need - 4, this.#need);
    this.#code = first & 0x0f;
    this.#final = (first & 0x80) !== 0;
    this.#left = length;
    this.#read = 0;
    this.#have = 0;
    this.#need = 0;
    if (!isControl(this.#code) && !this.#open) {
      this.#open = true;
      this.#fresh = true;
    }
    return undefined;
  }

  #take(piece: Buffer): void {
    unmask(piece, this.#mask, this.#read);
    this.#read += piece.length;
    this.#left -= piece.length;
    const isLast = this.#left === 0;
    if (isLast) this.#need = 2;
    if (isControl(this.#code)) {
      this.#control.push(piece);
      if (isLast) this.#listener.control(this.#code, Buffer.concat(this.#control.splice(0)));
      return;
    }
    const place = { begins: this.#fresh, ends: isLast && this.#final };
    this.#fresh = false;
    if (place.ends) this.#open = false;
    this.#listener.data(piece, place);
  }
}
