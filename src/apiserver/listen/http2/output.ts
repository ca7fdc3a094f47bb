import type { Duplex } from 'node:stream';
import { frame, frameFlag, frameHead, frameType, headBytes, maxFrameBytes, numberFrame } from './frames.ts';
import { encodeTrailers } from './header-encoder.ts';
import type { Http2Stream } from './stream.ts';
import { bufferBytes, writePieces } from './write-buffers.ts';

/** Bytes of frames that may wait for the socket: beyond it somebody asks for answers and reads none. */
const maxHeld = 8 * 2 ** 20;
/** Frames that one stream sends before the next one's turn. */
const framesATurn = 4;

/**
 * What a connection sends: control frames at once, bodies as windows and the socket allow, stream by stream in turn. One write at a time:
 * TLS copies what comes in several.
 */
export class Output {
  /** Of the whole connection. */
  window = 65_535;
  readonly #socket: Duplex;
  readonly #ended: (stream: Http2Stream) => void;
  readonly #flooded: () => void;
  /** Streams that may have something to send. */
  readonly #ready = new Set<Http2Stream>();
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #isScheduled = false;
  #isWriting = false;

  constructor(socket: Duplex, on: { readonly ended: (stream: Http2Stream) => void; readonly flooded: () => void }) {
    this.#socket = socket;
    this.#ended = on.ended;
    this.#flooded = on.flooded;
  }

  send(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes + this.#socket.writableLength > maxHeld) this.#flooded();
    else this.#schedule();
  }

  sendHeaders(stream: number, block: Buffer, isLast: boolean): void {
    const flags = isLast ? frameFlag.endStream : 0;
    if (block.length <= maxFrameBytes) return this.send(frame(frameType.headers, flags | frameFlag.endHeaders, stream, block));
    this.send(frame(frameType.headers, flags, stream, block.subarray(0, maxFrameBytes)));
    for (let at = maxFrameBytes; at < block.length; at += maxFrameBytes) {
      const end = Math.min(at + maxFrameBytes, block.length);
      this.send(frame(frameType.continuation, end === block.length ? frameFlag.endHeaders : 0, stream, block.subarray(at, end)));
    }
  }

  reset(stream: number, code: number): void {
    this.send(numberFrame(frameType.reset, stream, code));
  }

  wake(stream: Http2Stream): void {
    this.#ready.add(stream);
    this.#schedule();
  }

  /** There is room in the connection's window again. */
  resume(): void {
    if (this.#ready.size > 0) this.#schedule();
  }

  forget(stream: Http2Stream): void {
    this.#ready.delete(stream);
  }

  /** Writes what is there, now. */
  flush(): void {
    if (this.#socket.destroyed) return;
    this.#pump();
    this.#write();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isWriting) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (!this.#isWriting) this.flush();
    });
  }

  /** For another frame in the write that is being made up. */
  get #hasRoom(): boolean {
    return this.#bytes + headBytes + maxFrameBytes <= bufferBytes;
  }

  #pump(): void {
    // Those that have more are visited again, at the end.
    for (const stream of this.#ready) {
      if (!this.#hasRoom) return;
      this.#turn(stream);
    }
  }

  #turn(stream: Http2Stream): void {
    for (let i = 0; i < framesATurn && this.#hasRoom; i++) {
      const waiting = stream.writableLength;
      const bytes = waiting === 0 ? 0 : Math.min(waiting, stream.sendWindow, this.window, maxFrameBytes);
      const isBlocked = waiting > 0 && bytes <= 0;
      // It stays where it is until the connection's window grows; its own wakes it up.
      if (isBlocked && stream.sendWindow > 0) return;
      if (isBlocked || (waiting === 0 && !stream.writableEnded)) {
        this.#ready.delete(stream);
        return;
      }
      this.#sendData(stream, bytes);
      if (stream.destroyed) return;
    }
    this.#ready.delete(stream);
    this.#ready.add(stream);
  }

  #sendData(stream: Http2Stream, bytes: number): void {
    const head = this.#pieces.length;
    this.#pieces.push(nothing);
    stream.take(bytes, this.#pieces);
    const isLast = stream.writableEnded && stream.writableLength === 0;
    const trailers = isLast ? stream.trailers : undefined;
    this.#pieces[head] = frameHead(frameType.data, isLast && !trailers ? frameFlag.endStream : 0, stream.id, bytes);
    this.#bytes += this.#pieces[head].length + bytes;
    stream.sendWindow -= bytes;
    this.window -= bytes;
    if (trailers) this.sendHeaders(stream.id, encodeTrailers(trailers), true);
    if (isLast) this.#ended(stream);
    else stream.drained();
  }

  #write(): void {
    if (this.#bytes === 0) return;
    this.#isWriting = true;
    writePieces(this.#socket, this.#pieces, this.#bytes, this.#written);
    this.#pieces = [];
    this.#bytes = 0;
  }

  readonly #written = (): void => {
    this.#isWriting = false;
    this.flush();
  };
}
const nothing = new Uint8Array();
