import type { Duplex } from 'node:stream';
import { PassThrough, Writable } from 'node:stream';
import { constants, inflateSync } from 'node:zlib';
import { controlFrame, createHeaderWriter, dataHeader, flagFin, frameType } from '../spdy/frame.ts';
import { SpdyReader } from '../spdy/frame-reader.ts';
import { headerDictionary } from './header-dictionary.ts';

/** A stream as the server's side has it. */
export interface ServerStream {
  readonly headers: Readonly<Record<string, string>>;
  readonly input: PassThrough;
  readonly output: Writable;
}

/** Reads header blocks as any client compresses them. */
const createHeaderReader = () => {
  let compressed = Buffer.alloc(0);
  let known = 0;
  return (block: Buffer): Record<string, string> => {
    compressed = Buffer.concat([compressed, block]);
    const all = inflateSync(compressed, { dictionary: headerDictionary, finishFlush: constants.Z_SYNC_FLUSH });
    const text = all.subarray(known);
    known = all.length;
    let at = 4;
    const next = (): string => {
      const length = text.readUInt32BE(at);
      at += 4 + length;
      return text.subarray(at - length, at).toString();
    };
    const headers: Record<string, string> = {};
    for (let i = text.readUInt32BE(0); i > 0; i -= 1) {
      const name = next();
      headers[name] = next();
    }
    return headers;
  };
};

/** Serves SPDY/3.1 on a connection: `opened` is told of each stream that the client opens. */
export const serveSpdy = (connection: Duplex, opened: (stream: ServerStream) => void): void => {
  const inputs = new Map<number, PassThrough>();
  const readHeaders = createHeaderReader();
  const writeHeaders = createHeaderWriter();
  const integer = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value, 0);
    return bytes;
  };
  const reader = new SpdyReader({
    control({ type, payload }) {
      if (type === frameType.ping) connection.write(controlFrame(frameType.ping, payload));
      if (type !== frameType.synStream) return;
      const id = payload.readUInt32BE(0);
      const headers = readHeaders(payload.subarray(10));
      const input = new PassThrough();
      inputs.set(id, input);
      connection.write(controlFrame(frameType.synReply, Buffer.concat([integer(id), writeHeaders({})])));
      const output = new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          connection.write(Buffer.concat([dataHeader(id, chunk.length), chunk]), () => done());
        },
        final: (done) => {
          connection.write(dataHeader(id, 0, flagFin), () => done());
        },
      });
      output.on('error', () => {});
      opened({ headers, input, output });
    },
    data(id, piece, isLast) {
      inputs.get(id)?.write(piece);
      if (isLast) inputs.get(id)?.end();
    },
  });
  connection.on('data', (chunk: Buffer) => reader.push(chunk));
  connection.on('error', () => connection.destroy());
  connection.on('end', () => connection.end());
  connection.on('close', () => {
    for (const input of inputs.values()) input.end();
  });
};
