/** gRPC's length-prefixed messages: a byte that tells of compression, four of length, the message. */

const headBytes = 5;

/** @throws RangeError beyond 4 GiB */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(headBytes + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, headBytes);
  return framed;
}

/** Cuts what arrives into messages; a message that came in one piece is not copied. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #wanted = headBytes;

  /** @throws RangeError for a compressed message: nobody asked for it */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const messages: Buffer[] = [];
    // A large message is joined once, when all of it is there.
    while (this.#bytes >= this.#wanted) {
      const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks, this.#bytes);
      if (all[0] !== 0) throw new RangeError('gRPC message: compressed, which was not asked for');
      const end = headBytes + all.readUInt32BE(1);
      this.#wanted = end;
      this.#chunks = [all];
      if (all.length < end) break;
      messages.push(all.subarray(headBytes, end));
      const rest = all.subarray(end);
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#bytes = rest.length;
      this.#wanted = headBytes;
    }
    return messages;
  }
}
