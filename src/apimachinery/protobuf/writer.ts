/**
 * Writes a message from its end to its start, so that a length is known when its prefix is written: one pass, no size pass. Fields
 * are therefore written in descending order.
 */
export class Writer {
  #buffer = Buffer.allocUnsafe(1024);
  #position = 1024;

  /** Bytes written so far; the difference of two readings is a nested message's length. */
  get length(): number {
    return this.#buffer.length - this.#position;
  }

  varint(value: number | bigint): void {
    if (typeof value === 'bigint' || value < 0 || value > Number.MAX_SAFE_INTEGER) {
      this.#bigVarint(BigInt.asUintN(64, typeof value === 'bigint' ? value : BigInt(Math.trunc(value))));
      return;
    }
    const size =
      value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : Math.floor(Math.log2(value) / 7) + 1;
    this.#reserve(size);
    let rest = value;
    for (let index = 0; index < size - 1; index++) {
      this.#buffer[this.#position + index] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#position + size - 1] = rest;
  }

  double(value: number): void {
    this.#reserve(8);
    this.#buffer.writeDoubleLE(value, this.#position);
  }

  string(value: string): void {
    const size = Buffer.byteLength(value);
    this.#reserve(size);
    this.#buffer.write(value, this.#position, 'utf8');
    this.varint(size);
  }

  bytes(value: Uint8Array): void {
    this.raw(value);
    this.varint(value.length);
  }

  /** Without a length prefix. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#position);
  }

  tag(field: number, wire: number): void {
    this.varint(field * 8 + wire);
  }

  /** The message; the writer must not be used afterwards. */
  finish(): Buffer {
    return this.#buffer.subarray(this.#position);
  }

  #bigVarint(value: bigint): void {
    const bytes: number[] = [];
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    bytes.push(Number(rest));
    this.raw(Uint8Array.from(bytes));
  }

  #reserve(size: number): void {
    if (this.#position < size) {
      const used = this.length;
      const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, used + size * 2));
      this.#buffer.copy(grown, grown.length - used, this.#position);
      this.#buffer = grown;
      this.#position = grown.length - used;
    }
    this.#position -= size;
  }
}
