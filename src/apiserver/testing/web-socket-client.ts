import { connect } from 'node:tls';

/** A message that the server sent. */
export interface Received {
  readonly opcode: number;
  readonly content: Buffer;
}

/** The client's side of a raw connection: what a request was answered, and frames. */
export interface TestWebSocket {
  readonly head: string;
  readonly status: number;
  /** The next frame; undefined when the server has closed the connection. */
  next(): Promise<Received | undefined>;
  /** Sends a masked frame. */
  send(opcode: number, content: Buffer | string, options?: { readonly final?: boolean }): void;
  /** Sends bytes as they are. */
  raw(bytes: Buffer): void;
  /** All bytes after the head, when the server has closed. */
  rest(): Promise<string>;
  destroy(): void;
}

export interface TestWebSocketOptions {
  readonly ca: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
}

const mask = Buffer.from([1, 2, 3, 4]);

/** A frame as clients send it. */
export const clientFrame = (opcode: number, content: Buffer, final = true): Buffer => {
  const length = content.length;
  const header = length < 126 ? Buffer.alloc(2) : Buffer.alloc(length < 65_536 ? 4 : 10);
  header[0] = (final ? 0x80 : 0) | opcode;
  header[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (header.length === 4) header.writeUInt16BE(length, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, mask, content.map((byte, at) => byte ^ mask[at & 3]!)]);
};

const firstFrame = (bytes: Buffer): { frame: Received; size: number } | undefined => {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 0x7f;
  const from = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < from) return undefined;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (bytes.length < from + length) return undefined;
  return { frame: { opcode: bytes[0]! & 0x0f, content: bytes.subarray(from, from + length) }, size: from + length };
};

/** Asks for a WebSocket by hand, so that everything can be wrong with it. */
export const openWebSocket = (url: string, { ca, headers = {}, method = 'GET' }: TestWebSocketOptions): Promise<TestWebSocket> =>
  new Promise((resolve, reject) => {
    const { hostname, port, pathname, search } = new URL(url);
    const asked = {
      host: hostname,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    };
    let bytes = Buffer.alloc(0);
    const state = { closed: false };
    let opened = false;
    let notify: () => void = () => {};
    const changed = (): Promise<void> => new Promise((done) => (notify = done));
    const socket = connect({ host: hostname, port: Number(port), ca }, () => {
      const lines = Object.entries(asked).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`);
    });
    const opening = (): void => {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      opened = true;
      const head = bytes.subarray(0, end).toString('latin1');
      bytes = bytes.subarray(end + 4);
      resolve({
        head,
        status: Number(head.split(' ')[1]),
        async next() {
          for (;;) {
            const found = firstFrame(bytes);
            if (found) {
              bytes = bytes.subarray(found.size);
              return found.frame;
            }
            if (state.closed) return undefined;
            await changed();
          }
        },
        send: (opcode, content, { final = true } = {}) => void socket.write(clientFrame(opcode, Buffer.from(content), final)),
        raw: (sent) => void socket.write(sent),
        async rest() {
          while (!state.closed) await changed();
          return bytes.toString();
        },
        destroy: () => void socket.destroy(),
      });
    };
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (!opened) opening();
      notify();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      state.closed = true;
      reject(new Error('closed before it was answered'));
      notify();
    });
  });
