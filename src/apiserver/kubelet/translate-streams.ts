import type { Duplex } from 'node:stream';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import type { Backend } from '../proxy/backend.ts';
import { opcode } from '../websocket/frame.ts';
import { acceptWebSocket, offeredProtocols, wantsWebSocket } from '../websocket/handshake.ts';
import { WebSocket } from '../websocket/web-socket.ts';
import { dialSpdy } from './dial-spdy.ts';
import { streamFailure, type StreamStatus, toStreamStatus } from './error-channel.ts';
import type { SpdyClient, SpdyStream } from './spdy/client.ts';

/** Which of a process' streams are wanted. */
export interface StreamOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** KEP-4006: the protocol in which a client can close its standard input. */
const protocol = 'v5.channel.k8s.io';
const kubeletProtocols = ['v5', 'v4', 'v3', 'v2'].map((version) => `${version}.channel.k8s.io`);
kubeletProtocols.push('channel.k8s.io');

/** The first byte of a message says which stream it is of. */
const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

const maxErrorBytes = 64 * 1024;

/** Whether a client speaks the protocol that kubelets do not. */
export const wantsTranslation = (request: ApiRequest): boolean => wantsWebSocket(request) && offeredProtocols(request).includes(protocol);

/** What the client sends, by channel, as it comes: streams that are not open yet hold it up. */
const createReceiver = (socket: () => WebSocket) => {
  const streams = new Map<number, SpdyStream>();
  let client: SpdyClient | undefined;
  let current: number | undefined;
  return {
    open: (opened: SpdyClient, number: number, stream: SpdyStream): void => {
      client = opened;
      streams.set(number, stream);
    },
    data: (piece: Buffer, { begins }: { readonly begins: boolean }): void => {
      let content = piece;
      if (begins) current = undefined;
      if (current === undefined) {
        current = content[0];
        content = content.subarray(1);
      }
      if (content.length === 0 || current === undefined) return;
      if (current === channel.close) streams.get(content[0] ?? channel.close)?.end();
      else if (streams.get(current)?.write(content) === false) {
        socket().pause();
        void client?.drained().then(() => socket().resume());
      }
    },
  };
};

/** Runs the streams of one connection; the status to end it with. */
const run = async (
  kubelet: Backend,
  {
    socket,
    receiver,
    options,
    signal,
  }: {
    readonly socket: WebSocket;
    readonly receiver: ReturnType<typeof createReceiver>;
    readonly options: StreamOptions;
    readonly signal: AbortSignal;
  },
): Promise<StreamStatus> => {
  const { client, protocol: spoken } = await dialSpdy(kubelet, kubeletProtocols, signal);
  const stop = (): void => client.close();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const send = (number: number, piece: Buffer): void => {
      if (socket.send(opcode.binary, Buffer.from([number]), piece)) return;
      client.pause();
      void socket.drained().then(() => client.resume());
    };
    const output = (streamtype: 'stdout' | 'stderr'): Promise<void> =>
      new Promise((resolve, reject) => {
        const listener = { data: (piece: Buffer) => send(channel[streamtype], piece), ended: () => resolve() };
        client.open({ streamtype }, listener).catch(reject);
      });
    let report = '';
    const reported = new Promise<boolean>((resolve) => {
      const listener = {
        data: (piece: Buffer) => {
          if (report.length < maxErrorBytes) report += piece.toString('utf8');
        },
        ended: resolve,
      };
      client.open({ streamtype: 'error' }, listener).catch(() => resolve(true));
    });
    const input = (streamtype: 'stdin' | 'resize'): Promise<void> =>
      client.open({ streamtype }).then((stream) => receiver.open(client, channel[streamtype], stream));
    const inputs = [];
    if (options.stdin) inputs.push(input('stdin'));
    const outputs = [];
    if (options.stdout) outputs.push(output('stdout'));
    if (options.stderr && !options.tty) outputs.push(output('stderr'));
    if (options.tty) inputs.push(input('resize'));
    await Promise.all(inputs);
    socket.resume();
    await Promise.all(outputs);
    const broken = await reported;
    if (broken && report === '') return streamFailure('error reading from error stream: the connection was closed');
    return toStreamStatus(report, spoken);
  } finally {
    signal.removeEventListener('abort', stop);
    client.close();
  }
};

/** Serves a client of WebSockets with the streams of a kubelet, which speaks SPDY. Failures are told on the client's channel for errors. */
export const translateStreams = (request: ApiRequest, kubelet: Backend, options: StreamOptions): ApiResponse => {
  const serve = async (connection: Duplex): Promise<void> => {
    const gone = new AbortController();
    const receiver = createReceiver(() => socket);
    const socket: WebSocket = new WebSocket(connection, { data: receiver.data, ended: () => gone.abort() });
    socket.pause();
    const first = options.stdout ? channel.stdout : options.stderr ? channel.stderr : channel.error;
    // Tells the client that it is connected.
    socket.send(opcode.binary, Buffer.from([first]));
    const status = await run(kubelet, { socket, receiver, options, signal: gone.signal }).catch((error: unknown) =>
      streamFailure(error instanceof Error ? error.message : String(error)),
    );
    socket.send(opcode.binary, Buffer.from([channel.error]), Buffer.from(JSON.stringify(status)));
    socket.close();
  };
  return acceptWebSocket(request, serve, { protocols: [protocol] });
};
