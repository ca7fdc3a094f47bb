import type { Duplex } from 'node:stream';
import { AbuseLimit } from './abuse-limit.ts';
import {
  ConnectionError,
  errorCode,
  type Frame,
  frame,
  frameFlag,
  FrameReader,
  frameType,
  goAwayFrame,
  maxFrameBytes,
  maxWindow,
  numberFrame,
  settingId,
  settingsFrame,
  StreamError,
} from './frames.ts';
import { HeaderBlocks } from './header-blocks.ts';
import { encodeHeaders } from './header-encoder.ts';
import { checkLength, protocol, unpadded, wrongSize } from './mistakes.ts';
import { Output } from './output.ts';
import { type HeadReader, maxHeaderBytes } from './request-headers.ts';
import { destroySoon } from '../../http/destroy-soon.ts';
import { Http2Stream, type StreamConnection } from './stream.ts';

/** Streams one connection may have open, as kube-apiserver. */
const maxStreams = 250;
/** A body of the largest kind needs few round trips. */
const streamWindow = 2 ** 20;
const connectionWindow = 2 ** 22;
/** For a client's first frame, and for the rest of headers that it has begun, as kube-apiserver. */
const headersMilliseconds = 32_000;
/** Streams that we have reset lately: what is still on its way to them is no mistake. */
const maxForgiven = 1000;

export interface ConnectionOptions {
  /** A connection without streams is closed after so long. */
  readonly idleMilliseconds: number;
  /** A request has come; its body may not be there yet. */
  readonly serve: (stream: Http2Stream) => void;
  /** Hears why a connection ends that did not end well. */
  readonly failed: (error: unknown) => void;
}

/** The server's side of one HTTP/2 connection (RFC 9113) over a socket that TLS has been agreed upon for. */
export class Http2Connection implements StreamConnection {
  readonly #socket: Duplex;
  readonly #options: ConnectionOptions;
  readonly #reader = new FrameReader();
  readonly #blocks = new HeaderBlocks();
  readonly #output: Output;
  readonly #abuse = new AbuseLimit();
  readonly #streams = new Map<number, Http2Stream>();
  readonly #forgiven = new Set<number>();
  #lastStream = 0;
  #hasSettings = false;
  #isClosing = false;
  #isBroken = false;
  #peerWindow = 65_535;
  /** What the client may still send, and what it has sent since it was last told that there is room. */
  #receiveWindow = connectionWindow;
  #unreported = 0;
  #deadline: NodeJS.Timeout | undefined;
  readonly #idle: NodeJS.Timeout;

  constructor(socket: Duplex, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#output = new Output(socket, {
      ended: (stream) => this.#ended(stream),
      flooded: () => this.#break(errorCode.enhanceYourCalm, new Error('answers are not read')),
    });
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('end', () => socket.destroy());
    socket.on('close', () => this.#gone());
    const settings = [
      [settingId.maxConcurrentStreams, maxStreams],
      [settingId.initialWindowSize, streamWindow],
      [settingId.maxHeaderListSize, maxHeaderBytes],
    ] as const;
    this.#output.send(settingsFrame(settings));
    this.#output.send(numberFrame(frameType.windowUpdate, 0, connectionWindow - 65_535));
    this.#expect();
    this.#idle = setTimeout(() => this.#closeIfIdle(), options.idleMilliseconds).unref();
  }

  /** Whether a new stream had better be looked at again before it is served. */
  get isSuspicious(): boolean {
    return this.#abuse.isSuspicious(this.#streams.size);
  }

  /** Takes no more streams, and ends when those that are open have. */
  close(): void {
    if (this.#isClosing || this.#isBroken) return;
    this.#isClosing = true;
    this.#output.send(goAwayFrame(this.#lastStream, errorCode.none));
    this.#endWhenIdle();
  }

  sendHeaders(stream: Http2Stream, status: number, headers: Readonly<Record<string, string | string[]>>, isLast: boolean): void {
    this.#output.sendHeaders(stream.id, encodeHeaders(status, headers), isLast);
    if (isLast) this.#ended(stream);
  }

  wake(stream: Http2Stream): void {
    this.#output.wake(stream);
  }

  consumed(stream: Http2Stream, bytes: number): void {
    this.#credit(bytes);
    if (stream.remoteEnded || stream.receiveWindow > streamWindow / 2) return;
    this.#output.send(numberFrame(frameType.windowUpdate, stream.id, streamWindow - stream.receiveWindow));
    stream.receiveWindow = streamWindow;
  }

  reset(stream: Http2Stream, code: number): void {
    this.#forgive(stream.id);
    this.#output.reset(stream.id, code);
    this.#closed(stream);
  }

  #receive(chunk: Buffer): void {
    if (this.#isBroken) return;
    try {
      this.#reader.read(chunk, (each) => {
        if (!this.#isBroken) this.#takeFrame(each);
      });
    } catch (error) {
      const code = error instanceof ConnectionError ? error.code : errorCode.internal;
      this.#break(code, error);
    }
  }

  #takeFrame(each: Frame): void {
    try {
      this.#take(each);
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      this.#abuse.reset();
      const stream = this.#streams.get(error.stream);
      if (stream) return this.reset(stream, error.code);
      this.#forgive(error.stream);
      this.#output.reset(error.stream, error.code);
    }
  }

  #take(each: Frame): void {
    const { type, flags, stream } = each;
    if (!this.#hasSettings && (type !== frameType.settings || (flags & frameFlag.ack) !== 0)) throw protocol('settings come first');
    if (this.#blocks.open !== undefined && (type !== frameType.continuation || stream !== this.#blocks.open)) {
      throw protocol('headers were not finished');
    }
    switch (type) {
      case frameType.data:
        return this.#takeData(each);
      case frameType.headers:
      case frameType.continuation:
        return this.#takeHeaders(each);
      case frameType.reset:
        return this.#takeReset(each);
      case frameType.settings:
        return this.#takeSettings(each);
      case frameType.ping:
        return this.#takePing(each);
      case frameType.windowUpdate:
        return this.#takeWindow(each);
      case frameType.priority:
        return this.#takePriority(each);
      case frameType.pushPromise:
        throw protocol('clients push nothing');
      case frameType.goAway:
        if (stream !== 0) throw protocol('GOAWAY is for a connection');
        if (each.payload.length < 8) throw wrongSize('GOAWAY');
        return undefined;
      default:
        return this.#abuse.idleFrame();
    }
  }

  #takeData({ flags, stream: id, payload }: Frame): void {
    this.#checkNotIdle(id);
    const data = unpadded(flags, payload);
    const isLast = (flags & frameFlag.endStream) !== 0;
    if (data.length === 0 && !isLast) this.#abuse.idleFrame();
    this.#receiveWindow -= payload.length;
    if (this.#receiveWindow < 0) throw new ConnectionError(errorCode.flowControl, 'more was sent than there is room for');
    const stream = this.#streams.get(id);
    this.#credit(stream ? payload.length - data.length : payload.length);
    if (!stream) {
      if (this.#forgiven.has(id)) return;
      throw new StreamError(id, errorCode.streamClosed, 'the stream is closed');
    }
    if (stream.remoteEnded) throw new StreamError(id, errorCode.streamClosed, 'its body has ended');
    stream.receiveWindow -= payload.length;
    if (stream.receiveWindow < 0) throw new StreamError(id, errorCode.flowControl, 'more was sent than there is room for');
    stream.received += data.length;
    checkLength(stream, isLast);
    // What the socket gave is larger than what is kept of it.
    stream.receive(data.length > 0 ? Buffer.from(data) : undefined, isLast);
  }

  #takeHeaders(each: Frame): void {
    const block = this.#blocks.take(each);
    if (!block) return this.#expect();
    const { stream: id, isLast, dependsOnItself, headers } = block;
    if (this.#deadline) this.#met();
    const open = this.#streams.get(id);
    if (dependsOnItself) throw new StreamError(id, errorCode.protocol, 'it depends on itself');
    if (open) {
      if (open.remoteEnded) throw new StreamError(id, errorCode.streamClosed, 'its body has ended');
      headers.checkTrailers();
      if (!isLast) throw new StreamError(id, errorCode.protocol, 'trailers end a stream');
      checkLength(open, true);
      return open.receive(undefined, true);
    }
    if (id <= this.#lastStream) {
      if (this.#forgiven.has(id)) return undefined;
      throw new ConnectionError(errorCode.streamClosed, `stream ${id} is closed`);
    }
    this.#lastStream = id;
    if (this.#isClosing) return this.#output.reset(id, errorCode.refusedStream);
    if (this.#streams.size >= maxStreams) throw new StreamError(id, errorCode.refusedStream, 'too many streams');
    return this.#open(id, headers, isLast);
  }

  #open(id: number, headers: HeadReader, isLast: boolean): void {
    const stream = new Http2Stream(id, {
      head: headers.head(),
      connection: this,
      sendWindow: this.#peerWindow,
      receiveWindow: streamWindow,
      remoteEnded: isLast,
    });
    if (isLast) checkLength(stream, true);
    this.#streams.set(id, stream);
    if (stream.head.isTooLarge) stream.respond(431, {}, true);
    else this.#options.serve(stream);
  }

  #takeReset({ stream: id, payload }: Frame): void {
    this.#checkNotIdle(id);
    if (payload.length !== 4) throw wrongSize('RST_STREAM');
    const stream = this.#streams.get(id);
    if (!stream) return this.#abuse.idleFrame();
    this.#closed(stream);
    return this.#abuse.reset();
  }

  #takeSettings({ flags, stream, payload }: Frame): void {
    if (stream !== 0) throw protocol('SETTINGS are for a connection');
    const isAck = (flags & frameFlag.ack) !== 0;
    if (payload.length % 6 !== 0 || (isAck && payload.length > 0)) throw wrongSize('SETTINGS');
    if (isAck) return;
    if (!this.#hasSettings) this.#met();
    else this.#abuse.idleFrame();
    this.#hasSettings = true;
    for (let at = 0; at < payload.length; at += 6) {
      // Each may change the windows of all streams.
      if (at > 0) this.#abuse.idleFrame();
      this.#set(payload.readUInt16BE(at), payload.readUInt32BE(at + 2));
    }
    this.#output.send(frame(frameType.settings, frameFlag.ack, 0, empty));
  }

  #set(id: number, value: number): void {
    const enablePush = 2;
    if (id === enablePush && value > 1) throw protocol('SETTINGS_ENABLE_PUSH is 0 or 1');
    if (id === settingId.maxFrameSize && (value < maxFrameBytes || value >= 2 ** 24)) throw protocol('SETTINGS_MAX_FRAME_SIZE');
    if (id !== settingId.initialWindowSize) return;
    if (value > maxWindow) throw new ConnectionError(errorCode.flowControl, 'SETTINGS_INITIAL_WINDOW_SIZE');
    for (const stream of this.#streams.values()) {
      stream.sendWindow += value - this.#peerWindow;
      if (stream.sendWindow > maxWindow) throw new ConnectionError(errorCode.flowControl, 'a window is too large');
      this.#output.wake(stream);
    }
    this.#peerWindow = value;
  }

  #takePing({ flags, stream, payload }: Frame): void {
    if (stream !== 0) throw protocol('PING is for a connection');
    if (payload.length !== 8) throw wrongSize('PING');
    if ((flags & frameFlag.ack) !== 0) return;
    this.#abuse.idleFrame();
    this.#output.send(frame(frameType.ping, frameFlag.ack, 0, payload));
  }

  #takeWindow({ stream: id, payload }: Frame): void {
    if (payload.length !== 4) throw wrongSize('WINDOW_UPDATE');
    const more = payload.readUInt32BE(0) & maxWindow;
    if (id === 0) {
      if (more === 0) throw protocol('WINDOW_UPDATE by nothing');
      this.#output.window += more;
      if (this.#output.window > maxWindow) throw new ConnectionError(errorCode.flowControl, 'a window is too large');
      return this.#output.resume();
    }
    this.#checkNotIdle(id);
    const stream = this.#streams.get(id);
    if (!stream) return undefined;
    if (more === 0) throw new StreamError(id, errorCode.protocol, 'WINDOW_UPDATE by nothing');
    stream.sendWindow += more;
    if (stream.sendWindow > maxWindow) throw new StreamError(id, errorCode.flowControl, 'a window is too large');
    return this.#output.wake(stream);
  }

  #takePriority({ stream, payload }: Frame): void {
    if (stream === 0) throw protocol('PRIORITY is for a stream');
    if (payload.length !== 5) throw new StreamError(stream, errorCode.frameSize, 'PRIORITY has five bytes');
    if ((payload.readUInt32BE(0) & maxWindow) === stream) throw new StreamError(stream, errorCode.protocol, 'it depends on itself');
    this.#abuse.idleFrame();
  }

  #checkNotIdle(id: number): void {
    if (id === 0 || id > this.#lastStream || id % 2 === 0) throw protocol(`stream ${id} is not open`);
  }

  /** Bytes that were taken out of the connection. */
  #credit(bytes: number): void {
    this.#unreported += bytes;
    if (this.#unreported < connectionWindow / 4 || this.#isBroken) return;
    this.#output.send(numberFrame(frameType.windowUpdate, 0, this.#unreported));
    this.#receiveWindow += this.#unreported;
    this.#unreported = 0;
  }

  /** The answer is complete. */
  #ended(stream: Http2Stream): void {
    if (stream.destroyed) return;
    // Who still sends need not: nobody reads the rest.
    if (!stream.remoteEnded) this.reset(stream, errorCode.none);
    else this.#closed(stream);
  }

  #closed(stream: Http2Stream): void {
    this.#streams.delete(stream.id);
    this.#output.forget(stream);
    this.#credit(stream.closed());
    if (this.#streams.size === 0 && !this.#isBroken) this.#idle.refresh();
    if (this.#isClosing) this.#endWhenIdle();
  }

  /** Streams that end later begin the wait anew. */
  #closeIfIdle(): void {
    if (this.#streams.size === 0) this.close();
  }

  #forgive(id: number): void {
    this.#forgiven.add(id);
    if (this.#forgiven.size <= maxForgiven) return;
    for (const oldest of this.#forgiven) {
      this.#forgiven.delete(oldest);
      return;
    }
  }

  #endWhenIdle(): void {
    if (this.#streams.size > 0) return;
    this.#output.flush();
    this.#socket.end();
  }

  /** Says why, and ends. */
  #break(code: number, error: unknown): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#output.send(goAwayFrame(this.#lastStream, code));
    this.#output.flush();
    this.#socket.end();
    destroySoon(this.#socket);
    this.#options.failed(error);
    this.#gone();
  }

  #gone(): void {
    this.#met();
    clearTimeout(this.#idle);
    this.#isBroken = true;
    for (const stream of this.#streams.values()) {
      this.#streams.delete(stream.id);
      this.#output.forget(stream);
      stream.closed();
    }
  }

  #expect(): void {
    this.#deadline ??= setTimeout(() => this.#break(errorCode.protocol, new Error('headers took too long')), headersMilliseconds).unref();
  }

  #met(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }
}

const empty = new Uint8Array();
