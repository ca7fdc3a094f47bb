import type { Duplex } from 'node:stream';
import { destroySoon } from '../http/destroy-soon.ts';
import { drained } from '../http/drained.ts';
import { closeCode, closeFrame, frameHeader, opcode, type Opcode } from './frame.ts';
import { type FrameListener, FrameReader } from './frame-reader.ts';

export interface WebSocketOptions {
  /** Hears of messages; without it they are read and forgotten. */
  readonly data?: FrameListener['data'];
  /** Nothing more comes: the client said good-bye, broke the rules or has gone. Called once. */
  readonly ended?: () => void;
}

/** Answers to pings that a client leaves unread; nothing more is read from it until it reads. */
const maxUnreadBytes = 64 * 1024;

/** The server's side of a WebSocket over a connection that has switched to it (RFC 6455). Never throws. */
export class WebSocket {
  readonly #stream: Duplex;
  readonly #options: WebSocketOptions;
  readonly #reader: FrameReader;
  #ended = false;
  #closing = false;
  /** By whom reading is held up. */
  readonly #holds = new Set<'pongs' | 'owner'>();

  constructor(stream: Duplex, options: WebSocketOptions = {}) {
    this.#stream = stream;
    this.#options = options;
    this.#reader = new FrameReader({
      data: (piece, place) => {
        if (!this.#closing) options.data?.(piece, place);
      },
      control: (code, payload) => this.#control(code, payload),
    });
    stream.on('error', () => stream.destroy());
    stream.on('data', (chunk: Buffer) => this.#read(chunk));
    stream.on('end', () => this.close());
    stream.on('close', () => this.#end());
    stream.on('drain', () => this.#release('pongs'));
  }

  /** Nothing that is sent reaches anybody any more. */
  get isGone(): boolean {
    return this.#closing || this.#stream.destroyed;
  }

  /** Bytes that wait for the client to read them. */
  get writableLength(): number {
    return this.#stream.writableLength;
  }

  /** Sends a whole message, of one or several pieces. False when it is time to wait for `drained`. */
  send(code: Opcode, ...pieces: readonly Uint8Array[]): boolean {
    if (this.isGone) return true;
    this.#stream.cork();
    this.#stream.write(
      frameHeader(
        code,
        pieces.reduce((sum, { length }) => sum + length, 0),
      ),
    );
    for (const piece of pieces) this.#stream.write(piece);
    this.#stream.uncork();
    return !this.#stream.writableNeedDrain;
  }

  /** Resolves when there is room to send more, or nobody is there any more. */
  drained(): Promise<void> {
    return drained(this.#stream);
  }

  /** Holds up what the client sends until `resume`. */
  pause(): void {
    this.#hold('owner');
  }

  resume(): void {
    this.#release('owner');
  }

  /** Says good-bye and closes the connection once that is sent; for good a little later. */
  close(code: number = closeCode.normal): void {
    if (this.#closing) return;
    this.#closing = true;
    const stream = this.#stream;
    this.#holds.clear();
    stream.end(closeFrame(code));
    stream.resume();
    destroySoon(stream);
    this.#end();
  }

  /** Closes at once; what was not sent is dropped. */
  destroy(): void {
    this.#stream.destroy();
  }

  #read(chunk: Buffer): void {
    if (this.#closing) return;
    const wrong = this.#reader.push(chunk);
    if (wrong !== undefined) this.close(wrong);
  }

  #control(code: number, payload: Buffer): void {
    if (code === opcode.close) this.close(payload.length >= 2 ? payload.readUInt16BE(0) : closeCode.normal);
    else if (code === opcode.ping) {
      this.send(opcode.pong, payload);
      if (this.writableLength > maxUnreadBytes) this.#hold('pongs');
    }
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#options.ended?.();
  }

  #hold(by: 'pongs' | 'owner'): void {
    if (this.#closing) return;
    this.#holds.add(by);
    this.#stream.pause();
  }

  #release(by: 'pongs' | 'owner'): void {
    if (this.#holds.delete(by) && this.#holds.size === 0) this.#stream.resume();
  }
}
