import type { Duplex } from 'node:stream';
import type { ResponseSink } from '../http/exchange.ts';
import { opcode, type Opcode } from './frame.ts';
import { WebSocket } from './web-socket.ts';

/** How a stream of bytes falls into messages. */
export interface Framing {
  readonly opcode: Opcode;
  /** Where the first message begins and ends, and the next one begins; undefined as long as it is not whole. */
  readonly first: (bytes: Buffer) => { readonly from: number; readonly to: number; readonly next: number } | undefined;
}

/** Lines, each with its end. */
export const lines: Framing = {
  opcode: opcode.text,
  first: (bytes) => {
    const at = bytes.indexOf(10);
    return at < 0 ? undefined : { from: 0, to: at + 1, next: at + 1 };
  },
};

/** Messages that follow their length, in four bytes. */
export const lengthPrefixed: Framing = {
  opcode: opcode.binary,
  first: (bytes) => {
    if (bytes.length < 4) return undefined;
    const end = 4 + bytes.readUInt32BE(0);
    return bytes.length < end ? undefined : { from: 4, to: end, next: end };
  },
};

/** A streaming answer as messages of a WebSocket; what the client sends is read and forgotten. */
export const messageSink = (connection: Duplex, { opcode: code, first }: Framing): ResponseSink => {
  const socket = new WebSocket(connection);
  let rest: Buffer = Buffer.alloc(0);
  let written = 0;
  return {
    write: (chunk) => {
      written += chunk.length;
      let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      if (rest.length > 0) bytes = Buffer.concat([rest, bytes]);
      let flows = true;
      for (let found = first(bytes); found; found = first(bytes)) {
        flows = socket.send(code, bytes.subarray(found.from, found.to));
        bytes = bytes.subarray(found.next);
      }
      rest = bytes;
      return flows;
    },
    drained: () => socket.drained(),
    end: () => socket.close(),
    cut: () => socket.destroy(),
    get isGone() {
      return socket.isGone;
    },
    get buffered() {
      return socket.writableLength;
    },
    get written() {
      return written;
    },
  };
};
