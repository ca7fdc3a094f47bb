import { BodyPieces } from './body-pieces.ts';
import { errorCode } from './frames.ts';
import type { RequestHead } from './request-headers.ts';

/** Bytes that wait in a stream from which on its writer had better wait too. */
const highWater = 256 * 1024;

/** So many pieces may be sent before they are forgotten. */
const keptChunks = 64;

/** What a stream needs of its connection. */
export interface StreamConnection {
  sendHeaders(stream: Http2Stream, status: number, headers: Readonly<Record<string, string | string[]>>, isLast: boolean): void;
  /** There is something to send. */
  wake(stream: Http2Stream): void;
  /** Bytes of the body were taken out of the stream: the client may send as many more. */
  consumed(stream: Http2Stream, bytes: number): void;
  reset(stream: Http2Stream, code: number): void;
}

type Listener = () => void;

/** One request and its answer. What is written is kept by reference until it is sent. */
export class Http2Stream {
  readonly id: number;
  readonly head: RequestHead;
  readonly connection: StreamConnection;
  /** What the client's window allows. */
  sendWindow: number;
  /** What the client may still send. */
  receiveWindow: number;
  /** Bytes of the body that came. */
  received = 0;
  remoteEnded: boolean;
  /** Nothing more comes or goes. */
  destroyed = false;
  writableEnded = false;
  trailers: Readonly<Record<string, string | string[]>> | undefined;
  writableNeedDrain = false;
  /** Bytes that were written and not yet sent. */
  writableLength = 0;
  #chunks: Uint8Array[] = [];
  /** Of the first chunk, what is sent already. */
  #sent = 0;
  #first = 0;
  readonly #body = new BodyPieces();
  #bodyListener: Listener | undefined;
  #close: Listener[] = [];
  #drain: Listener[] = [];

  constructor(
    id: number,
    options: {
      readonly head: RequestHead;
      readonly connection: StreamConnection;
      readonly sendWindow: number;
      readonly receiveWindow: number;
      readonly remoteEnded: boolean;
    },
  ) {
    this.id = id;
    this.head = options.head;
    this.connection = options.connection;
    this.sendWindow = options.sendWindow;
    this.receiveWindow = options.receiveWindow;
    this.remoteEnded = options.remoteEnded;
  }

  /** Ends the stream with it when there is no body. */
  respond(status: number, headers: Readonly<Record<string, string | string[]>>, isLast = false): void {
    if (this.destroyed) return;
    if (isLast) this.writableEnded = true;
    this.connection.sendHeaders(this, status, headers, isLast);
  }

  /** False when it is time to wait for `drain`. */
  write(chunk: Uint8Array): boolean {
    if (this.destroyed || this.writableEnded) return true;
    if (chunk.length > 0) {
      this.#chunks.push(chunk);
      this.writableLength += chunk.length;
      this.connection.wake(this);
    }
    this.writableNeedDrain = this.writableLength >= highWater;
    return !this.writableNeedDrain;
  }

  end(chunk?: Uint8Array): void {
    if (this.destroyed || this.writableEnded) return;
    if (chunk) this.write(chunk);
    this.writableEnded = true;
    this.connection.wake(this);
  }

  /** They go out when the body has ended. */
  addTrailers(trailers: Readonly<Record<string, string | string[]>>): void {
    this.trailers = trailers;
  }

  destroy(code: number = errorCode.cancel): void {
    if (!this.destroyed) this.connection.reset(this, code);
  }

  on(event: 'close' | 'drain', listener: Listener): void {
    (event === 'close' ? this.#close : this.#drain).push(listener);
  }

  once(event: 'close', listener: Listener): void {
    this.on(event, listener);
  }

  off(event: 'close' | 'drain', listener: Listener): void {
    const listeners = event === 'close' ? this.#close : this.#drain;
    const at = listeners.indexOf(listener);
    if (at >= 0) listeners.splice(at, 1);
  }

  /** Takes `bytes` of what waits, into `into`. */
  take(bytes: number, into: Uint8Array[]): void {
    let taken = 0;
    while (taken < bytes && this.#first < this.#chunks.length) {
      const chunk = this.#chunks[this.#first]!;
      const some = Math.min(bytes - taken, chunk.length - this.#sent);
      into.push(some === chunk.length ? chunk : chunk.subarray(this.#sent, this.#sent + some));
      taken += some;
      this.#sent += some;
      if (this.#sent < chunk.length) break;
      this.#first++;
      this.#sent = 0;
    }
    if (this.#first === this.#chunks.length || this.#first >= keptChunks) {
      this.#chunks = this.#chunks.slice(this.#first);
      this.#first = 0;
    }
    this.writableLength -= taken;
  }

  /** Tells who waits that there is room again. */
  drained(): void {
    if (!this.writableNeedDrain || this.writableLength > highWater / 4) return;
    this.writableNeedDrain = false;
    for (const listener of this.#drain.slice()) listener();
  }

  /** What came of the body since it was last asked for. */
  readBody(): Buffer[] {
    const { bytes } = this.#body;
    const chunks = this.#body.take();
    if (bytes > 0) this.connection.consumed(this, bytes);
    return chunks;
  }

  /** Calls back whenever there is more of the body, when it ends and when the stream closes. */
  onBody(listener: Listener): void {
    this.#bodyListener = listener;
  }

  /** The connection's: a copy of a piece of the body, and whether it is the last. */
  receive(chunk: Buffer | undefined, isLast: boolean): void {
    if (chunk) this.#body.push(chunk);
    if (isLast) this.remoteEnded = true;
    this.#bodyListener?.();
  }

  /** The connection's: both sides are done, or one gave up. Returns the bytes of the body that nobody read. */
  closed(): number {
    if (this.destroyed) return 0;
    this.destroyed = true;
    const unread = this.#body.bytes;
    this.#body.take();
    this.#chunks = [];
    this.writableLength = 0;
    this.#bodyListener?.();
    const listeners = this.#close;
    this.#close = [];
    for (const listener of listeners) listener();
    return unread;
  }
}
