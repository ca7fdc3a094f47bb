import type { Duplex } from 'node:stream';
import { destroySoon } from '../../http/destroy-soon.ts';
import { drained } from '../../http/drained.ts';
import { controlFrame, createHeaderWriter, dataHeader, flagFin, frameType, maxPayloadBytes } from './frame.ts';
import { SpdyReader } from './frame-reader.ts';

/** What a stream's other end says. */
export interface StreamListener {
  data?(piece: Buffer): void;
  /** It says no more; `broken`: not because it had said everything. Called once. */
  ended?(broken: boolean): void;
}

export interface SpdyStream {
  /** False when it is time to wait for the client's `drained`. */
  write(piece: Uint8Array): boolean;
  /** Says that nothing more comes. */
  end(): void;
}

interface Known {
  readonly listener: StreamListener;
  ended: boolean;
  opened: (error?: Error) => void;
}

const openMilliseconds = 30_000;
const pingMilliseconds = 5000;

/** The client's side of SPDY/3.1, without windows and priorities: as far as Kubernetes' streams use it. */
export class SpdyClient {
  readonly #connection: Duplex;
  readonly #streams = new Map<number, Known>();
  readonly #write = createHeaderWriter();
  readonly #pings: NodeJS.Timeout;
  #next = 1;
  #pinged = 1;

  constructor(connection: Duplex) {
    this.#connection = connection;
    const reader = new SpdyReader({
      control: ({ type, flags, payload }) => this.#control(type, flags, payload),
      data: (stream, piece, isLast) => {
        const known = this.#streams.get(stream);
        if (known && !known.ended && piece.length > 0) known.listener.data?.(piece);
        if (isLast) this.#ended(stream, false);
      },
    });
    connection.on('error', () => connection.destroy());
    connection.on('data', (chunk: Buffer) => {
      if (!reader.push(chunk)) connection.destroy();
    });
    connection.on('end', () => connection.end());
    connection.on('close', () => {
      clearInterval(this.#pings);
      for (const stream of this.#streams.keys()) this.#ended(stream, true);
    });
    this.#pings = setInterval(() => this.#ping(), pingMilliseconds);
    this.#pings.unref();
  }

  /** Opens a stream. @throws Error when the other side does not take it */
  open(headers: Readonly<Record<string, string>>, listener: StreamListener = {}): Promise<SpdyStream> {
    const id = this.#next;
    this.#next += 2;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('Timed out waiting for reply frame')), openMilliseconds);
      const opened = (error?: Error): void => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve(this.#stream(id));
      };
      this.#streams.set(id, { listener, ended: false, opened });
      if (this.#connection.destroyed) return this.#ended(id, true);
      const payload = Buffer.alloc(10);
      payload.writeUInt32BE(id, 0);
      this.#connection.write(controlFrame(frameType.synStream, Buffer.concat([payload, this.#write(headers)])));
    });
  }

  /** Holds up all streams until `resume`. */
  pause(): void {
    this.#connection.pause();
  }

  resume(): void {
    this.#connection.resume();
  }

  drained(): Promise<void> {
    return drained(this.#connection);
  }

  close(): void {
    clearInterval(this.#pings);
    const connection = this.#connection;
    if (connection.destroyed) return;
    connection.end(controlFrame(frameType.goAway, Buffer.alloc(8)));
    connection.resume();
    destroySoon(connection);
  }

  #stream(id: number): SpdyStream {
    const connection = this.#connection;
    let ended = false;
    return {
      write: (piece) => {
        if (ended || connection.destroyed) return true;
        connection.cork();
        for (let at = 0; at < piece.length; at += maxPayloadBytes) {
          const part = piece.subarray(at, at + maxPayloadBytes);
          connection.write(dataHeader(id, part.length));
          connection.write(part);
        }
        connection.uncork();
        return !connection.writableNeedDrain;
      },
      end: () => {
        if (ended || connection.destroyed) return;
        ended = true;
        connection.write(dataHeader(id, 0, flagFin));
      },
    };
  }

  #control(type: number, flags: number, payload: Buffer): void {
    const id = payload.length >= 4 ? payload.readUInt32BE(0) & 0x7fffffff : 0;
    if (type === frameType.synReply) {
      this.#streams.get(id)?.opened();
      if (flags & flagFin) this.#ended(id, false);
    } else if (type === frameType.rstStream) this.#ended(id, true);
    else if (type === frameType.headers && flags & flagFin) this.#ended(id, false);
    // Even numbers are the other side's own; ours come back to us.
    else if (type === frameType.ping && id % 2 === 0 && payload.length >= 4)
      this.#send(controlFrame(frameType.ping, payload.subarray(0, 4)));
  }

  #ended(id: number, broken: boolean): void {
    const known = this.#streams.get(id);
    if (!known || known.ended) return;
    known.ended = true;
    known.opened(broken ? new Error('stream reset') : undefined);
    known.listener.ended?.(broken);
  }

  #ping(): void {
    const payload = Buffer.alloc(4);
    payload.writeUInt32BE(this.#pinged, 0);
    this.#pinged = (this.#pinged + 2) % 2 ** 31;
    this.#send(controlFrame(frameType.ping, payload));
  }

  /** What nobody asked for is left out while the other side does not read. */
  #send(frame: Buffer): void {
    if (!this.#connection.writableNeedDrain && !this.#connection.destroyed) this.#connection.write(frame);
  }
}
