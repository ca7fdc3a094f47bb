import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex, Readable, Writable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { opcode } from '../../websocket/frame.ts';
import { WebSocket } from '../../websocket/web-socket.ts';
import { serveSpdy, type ServerStream } from './spdy-server.ts';

/** A kubelet whose containers are processes of this machine, in one directory: exec, attach, port-forward and logs as a real one serves them. */
export interface TestKubelet {
  readonly port: number;
  /** The containers' working directory. */
  readonly directory: string;
  /** What was asked for, in order: method, path and query, protocol. */
  readonly requests: readonly { readonly line: string; readonly headers: IncomingMessage['headers']; readonly client: string }[];
  /** Appends to the log that followers read. */
  log(line: string): void;
  /** Breaks every connection. */
  cut(): void;
  close(): Promise<void>;
}

/** A process' streams, each absent when nobody wants it. */
interface Streams {
  readonly stdin?: Readable | undefined;
  readonly stdout?: Writable | undefined;
  readonly stderr?: Writable | undefined;
  readonly error: (status: object) => void;
}

const success = { metadata: {}, status: 'Success' };
const exitStatus = (code: number): object => ({
  metadata: {},
  status: 'Failure',
  reason: 'NonZeroExitCode',
  message: `command terminated with non-zero exit code: exit status ${code}`,
  details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
});

export const startTestKubelet = async (options: {
  readonly certificate: string;
  readonly key: string;
  /** PEM of the authority of clients; others are refused. */
  readonly clientAuthority?: string;
}): Promise<TestKubelet> => {
  const directory = mkdtempSync(join(tmpdir(), 'kubelet-'));
  const requests: { line: string; headers: IncomingMessage['headers']; client: string }[] = [];
  const sockets = new Set<Duplex>();
  const children = new Set<ChildProcess>();
  const followers = new Set<Writable>();
  const lines: string[] = ['first', 'second'];

  const run = (command: readonly string[], { stdin, stdout, stderr, error }: Streams): void => {
    const [file = 'true', ...args] = command;
    const child = spawn(file, args, { cwd: directory, env: { ...process.env, HOME: directory } });
    children.add(child);
    child.stdin.on('error', () => {});
    if (stdin) stdin.pipe(child.stdin);
    else child.stdin.end();
    child.stdout.pipe(stdout ?? process.stderr, { end: stdout !== undefined });
    child.stderr.on('data', (chunk: Buffer) => (stderr ?? stdout)?.write(chunk));
    child.on('error', (failure) => {
      stdout?.end();
      stderr?.end();
      error({ metadata: {}, status: 'Failure', message: failure.message, reason: 'InternalError', code: 500 });
    });
    child.on('close', (code) => {
      children.delete(child);
      stderr?.end();
      error(code === 0 ? success : exitStatus(code ?? 137));
    });
  };

  const commandOf = (url: URL): readonly string[] => (url.pathname.startsWith('/attach/') ? ['cat'] : url.searchParams.getAll('command'));

  const execSpdy = (connection: Duplex, url: URL): void => {
    const wanted = ['error', ...['input', 'output', 'error'].filter((name) => url.searchParams.has(name))];
    const expected = wanted.length - (url.searchParams.has('tty') && url.searchParams.has('error') ? 1 : 0);
    const streams = new Map<string, ServerStream>();
    serveSpdy(connection, (stream) => {
      const type = stream.headers['streamtype'] ?? '';
      streams.set(type, stream);
      if (type === 'resize') return;
      if ([...streams.keys()].filter((each) => each !== 'resize').length < expected) return;
      const channel = streams.get('error');
      run(commandOf(url), {
        stdin: streams.get('stdin')?.input,
        stdout: streams.get('stdout')?.output,
        stderr: streams.get('stderr')?.output,
        error: (status) => {
          channel?.output.end(JSON.stringify(status));
        },
      });
    });
  };

  const forwardSpdy = (connection: Duplex): void => {
    const errors = new Map<string, ServerStream>();
    serveSpdy(connection, (stream) => {
      const { streamtype, requestid = '', port = '0' } = stream.headers;
      if (streamtype === 'error') return void errors.set(requestid, stream);
      const target = connect(Number(port), '127.0.0.1');
      stream.input.pipe(target).pipe(stream.output);
      target.on('close', () => errors.get(requestid)?.output.end());
      target.on('error', (failure) => {
        errors.get(requestid)?.output.end(failure.message);
        stream.output.end();
      });
    });
  };

  /** v4.channel.k8s.io, without a way to close standard input. */
  const execWebSocket = (connection: Duplex, url: URL): void => {
    const socket = new WebSocket(connection);
    const send = (channel: number, chunk: Uint8Array): boolean => socket.send(opcode.binary, Buffer.from([channel]), chunk);
    const [file = 'true', ...args] = commandOf(url);
    const child = spawn(file, args, { cwd: directory });
    children.add(child);
    child.stdin.end();
    child.stdout.on('data', (chunk: Buffer) => send(1, chunk));
    child.stderr.on('data', (chunk: Buffer) => send(2, chunk));
    child.on('close', (code) => {
      children.delete(child);
      send(3, Buffer.from(JSON.stringify(code === 0 ? success : exitStatus(code ?? 137))));
      socket.close();
    });
  };

  const server = createServer({
    cert: options.certificate,
    key: options.key,
    ...(options.clientAuthority === undefined ? {} : { ca: options.clientAuthority, requestCert: true, rejectUnauthorized: true }),
  });
  const note = (request: IncomingMessage): URL => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    const line = `${request.method} ${request.url} ${request.headers.upgrade ?? ''}`.trim();
    requests.push({ line, headers: request.headers, client: String(subject?.CN ?? '') });
    return new URL(request.url ?? '/', 'https://kubelet');
  };
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('request', (request, response) => {
    const url = note(request);
    if (!url.pathname.startsWith('/containerLogs/')) return void response.writeHead(404).end('404 page not found\n');
    if (url.pathname.endsWith('/broken')) return void response.writeHead(400).end('container "broken" is waiting to start');
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write(lines.map((line) => `${line}\n`).join(''));
    if (url.searchParams.get('follow') !== 'true') return void response.end();
    followers.add(response);
    response.on('close', () => followers.delete(response));
  });
  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    const url = note(request);
    connection.on('error', () => connection.destroy());
    if (head.length > 0) connection.unshift(head);
    if (url.pathname.endsWith('/broken')) {
      connection.end('HTTP/1.1 404 Not Found\r\ncontent-length: 30\r\nconnection: close\r\n\r\ncontainer not found ("broken")\n');
      return;
    }
    if (request.headers.upgrade?.toLowerCase() === 'websocket') {
      const accept = createHash('sha1')
        .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest('base64');
      connection.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n`,
      );
      return execWebSocket(connection, url);
    }
    const offered = String(request.headers['x-stream-protocol-version']).split(/,\s*/);
    const spoken = ['v4.channel.k8s.io', 'portforward.k8s.io'].find((each) => offered.includes(each)) ?? '';
    connection.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${spoken}\r\n\r\n`,
    );
    if (url.pathname.startsWith('/portForward/')) forwardSpdy(connection);
    else execSpdy(connection, url);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    directory,
    requests,
    log(line) {
      lines.push(line);
      for (const follower of followers) follower.write(`${line}\n`);
    },
    cut,
    close: async () => {
      for (const child of children) child.kill('SIGKILL');
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
