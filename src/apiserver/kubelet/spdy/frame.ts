/** Types of control frames (SPDY/3.1, 2.6). */
export const frameType = { synStream: 1, synReply: 2, rstStream: 3, settings: 4, ping: 6, goAway: 7, headers: 8, windowUpdate: 9 } as const;

export const flagFin = 1;

/** The header of 12 bytes is cut off where frames are told; a payload is at most so long. */
export const maxPayloadBytes = 2 ** 24 - 1;

export const controlFrame = (type: number, payload: Buffer, flags = 0): Buffer => {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(0x8003, 0);
  header.writeUInt16BE(type, 2);
  header.writeUInt32BE((flags << 24) | payload.length, 4);
  return Buffer.concat([header, payload]);
};

/** The header of a frame of data of a stream. */
export const dataHeader = (stream: number, length: number, flags = 0): Buffer => {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(stream, 0);
  header.writeUInt32BE(((flags << 24) | length) >>> 0, 4);
  return header;
};

const integer = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value, 0);
  return bytes;
};

/** Names and values as SPDY writes them, before compression. */
const headerText = (headers: Readonly<Record<string, string>>): Buffer => {
  const texts = Object.entries(headers)
    .flat()
    .map((text) => Buffer.from(text));
  return Buffer.concat([integer(texts.length / 2), ...texts.flatMap((text) => [integer(text.length), text])]);
};

/** An empty stored block: whoever reads hands out what came before (Go's inflater does so only then). */
const flush = Buffer.from([0, 0, 0, 0xff, 0xff]);

/** Compresses the header blocks of one connection by not compressing: zlib's stored blocks (RFC 1951, 3.2.4), which need no state but a beginning. */
export const createHeaderWriter = (): ((headers: Readonly<Record<string, string>>) => Buffer) => {
  let beginning = Buffer.from([0x78, 0x01]);
  return (headers) => {
    const text = headerText(headers);
    const block = Buffer.alloc(5);
    block.writeUInt16LE(text.length, 1);
    block.writeUInt16LE(~text.length & 0xffff, 3);
    const written = Buffer.concat([beginning, block, text, flush]);
    beginning = Buffer.alloc(0);
    return written;
  };
};
