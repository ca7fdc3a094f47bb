import { ConnectionError, errorCode } from './frames.ts';
import { decodeHuffman } from './huffman.ts';
import { staticTable } from './static-table.ts';

/** Of the table that a client may fill: HTTP/2's default. */
const maxTableBytes = 4096;
/** What an entry takes besides its text. */
const entryBytes = 32;

type Entry = readonly [name: string, value: string];

const broken = (what: string): never => {
  throw new ConnectionError(errorCode.compression, `headers: ${what}`);
};

/** HPACK (RFC 7541): reads blocks of headers in the order in which they were sent. One for each connection. */
export class HeaderDecoder {
  /** The newest last. */
  readonly #entries: Entry[] = [];
  #bytes = 0;
  #maxBytes = maxTableBytes;
  #block: Buffer = Buffer.alloc(0);
  #at = 0;

  /** @throws ConnectionError when the block cannot be read: the table is lost then */
  decode(block: Buffer, take: (name: string, value: string) => void): void {
    this.#block = block;
    this.#at = 0;
    let mayResize = true;
    while (this.#at < block.length) {
      const first = block[this.#at]!;
      if ((first & 0xe0) === 0x20) {
        if (!mayResize) broken('the size of the table changes after a header');
        this.#resize(this.#integer(5));
        continue;
      }
      mayResize = false;
      if ((first & 0x80) !== 0) {
        const [name, value] = this.#entry(this.#integer(7));
        take(name, value);
        continue;
      }
      const isKept = (first & 0x40) !== 0;
      const index = this.#integer(isKept ? 6 : 4);
      const name = index === 0 ? this.#text() : this.#entry(index)[0];
      const value = this.#text();
      if (isKept) this.#add(name, value);
      take(name, value);
    }
  }

  #entry(index: number): Entry {
    const known = index <= staticTable.length ? staticTable[index - 1] : this.#entries[this.#entries.length - index + staticTable.length];
    return known ?? broken(`no entry ${index}`);
  }

  #add(name: string, value: string): void {
    const size = name.length + value.length + entryBytes;
    this.#evict(this.#maxBytes - size);
    if (size > this.#maxBytes) return;
    this.#entries.push([name, value]);
    this.#bytes += size;
  }

  #resize(bytes: number): void {
    if (bytes > maxTableBytes) broken(`a table of ${bytes} bytes`);
    this.#maxBytes = bytes;
    this.#evict(bytes);
  }

  #evict(until: number): void {
    let gone = 0;
    while (this.#bytes > until && gone < this.#entries.length) {
      const [name, value] = this.#entries[gone++]!;
      this.#bytes -= name.length + value.length + entryBytes;
    }
    if (gone > 0) this.#entries.splice(0, gone);
  }

  #integer(prefix: number): number {
    const most = 2 ** prefix - 1;
    let value = this.#block[this.#at++]! & most;
    if (value < most) return value;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.#block[this.#at++];
      if (byte === undefined || shift > 2 ** 21) return broken('a number that does not end');
      value += (byte & 0x7f) * shift;
      if ((byte & 0x80) === 0) return value;
    }
  }

  #text(): string {
    const isHuffman = ((this.#block[this.#at] ?? 0) & 0x80) !== 0;
    if (this.#at >= this.#block.length) broken('a header that does not end');
    const length = this.#integer(7);
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#block.length) broken('a header that does not end');
    if (!isHuffman) return this.#block.toString('latin1', start, this.#at);
    return decodeHuffman(this.#block, start, this.#at) ?? broken('a text that is not in Huffman code');
  }
}
