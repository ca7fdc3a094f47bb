/** HTTP/2's frames, settings and error codes (RFC 9113, sections 4, 6 and 7). */

export const frameType = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const frameFlag = { ack: 0x1, endStream: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const;

export const settingId = {
  headerTableSize: 1,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
} as const;

export const errorCode = {
  none: 0,
  protocol: 1,
  internal: 2,
  flowControl: 3,
  streamClosed: 5,
  frameSize: 6,
  refusedStream: 7,
  cancel: 8,
  compression: 9,
  enhanceYourCalm: 11,
} as const;

/** What a client sends first. */
export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
export const headBytes = 9;
/** The largest frame that every peer takes, and that we take. */
export const maxFrameBytes = 16_384;
export const maxWindow = 2 ** 31 - 1;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** Ends the connection, with GOAWAY. */
export class ConnectionError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Ends one stream, with RST_STREAM. */
export class StreamError extends Error {
  readonly stream: number;
  readonly code: number;

  constructor(stream: number, code: number, message: string) {
    super(message);
    this.stream = stream;
    this.code = code;
  }
}

const writeHead = (target: Buffer, { length, type, flags, stream }: Omit<Frame, 'payload'> & { readonly length: number }): void => {
  target[0] = length >>> 16;
  target[1] = length >>> 8;
  target[2] = length;
  target[3] = type;
  target[4] = flags;
  target.writeUInt32BE(stream, 5);
};

/** The nine bytes before a payload that is sent as it is. */
export const frameHead = (type: number, flags: number, stream: number, length: number): Buffer => {
  const head = Buffer.allocUnsafe(headBytes);
  writeHead(head, { length, type, flags, stream });
  return head;
};

export const frame = (type: number, flags: number, stream: number, payload: Uint8Array): Buffer => {
  const whole = Buffer.allocUnsafe(headBytes + payload.length);
  writeHead(whole, { length: payload.length, type, flags, stream });
  whole.set(payload, headBytes);
  return whole;
};

/** A frame whose payload is one number of 32 bits: RST_STREAM, WINDOW_UPDATE. */
export const numberFrame = (type: number, stream: number, value: number): Buffer => {
  const whole = Buffer.allocUnsafe(headBytes + 4);
  writeHead(whole, { length: 4, type, flags: 0, stream });
  whole.writeUInt32BE(value, headBytes);
  return whole;
};

export const settingsFrame = (settings: readonly (readonly [id: number, value: number])[]): Buffer => {
  const payload = Buffer.allocUnsafe(6 * settings.length);
  for (const [index, [id, value]] of settings.entries()) {
    payload.writeUInt16BE(id, 6 * index);
    payload.writeUInt32BE(value, 6 * index + 2);
  }
  return frame(frameType.settings, 0, 0, payload);
};

export const goAwayFrame = (lastStream: number, code: number): Buffer => {
  const payload = Buffer.allocUnsafe(8);
  payload.writeUInt32BE(lastStream, 0);
  payload.writeUInt32BE(code, 4);
  return frame(frameType.goAway, 0, 0, payload);
};

/** Cuts what arrives into frames; a frame's payload is valid until the next chunk. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  #begun = false;

  /** @throws ConnectionError when it is not HTTP/2, or a frame is too large */
  read(chunk: Buffer, take: (frame: Frame) => void): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    if (!this.#begun) {
      const shown = Math.min(bytes.length, preface.length);
      if (bytes.compare(preface, 0, shown, 0, shown) !== 0) throw new ConnectionError(errorCode.protocol, 'no HTTP/2 preface');
      if (shown < preface.length) {
        this.#rest = bytes;
        return;
      }
      this.#begun = true;
      at = preface.length;
    }
    while (bytes.length - at >= headBytes) {
      const length = bytes.readUIntBE(at, 3);
      if (length > maxFrameBytes) throw new ConnectionError(errorCode.frameSize, `a frame of ${length} bytes`);
      const end = at + headBytes + length;
      if (end > bytes.length) break;
      const [type, flags] = [bytes[at + 3]!, bytes[at + 4]!];
      const stream = bytes.readUInt32BE(at + 5) & 0x7fff_ffff;
      const payload = bytes.subarray(at + headBytes, end);
      at = end;
      take({ type, flags, stream, payload });
    }
    this.#rest = at === bytes.length ? nothing : bytes.subarray(at);
  }
}
const nothing = Buffer.alloc(0);
