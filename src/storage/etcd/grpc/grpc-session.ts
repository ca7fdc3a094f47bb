import { connect, type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from 'node:http2';
import { GrpcError, grpcStatus } from './grpc-error.ts';

/** PEM. */
export interface TlsFiles {
  /** Authorities of the server; absent: those that Node trusts. */
  readonly ca?: string | Buffer | undefined;
  /** The client's certificate and its key. */
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
}

interface Connection {
  readonly session: ClientHttp2Session;
  /** Under way. */
  calls: number;
  /** Asks for a sign of life; the connection is given up when none comes. */
  ping(): void;
}

/** etcd ends connections that ping more often than every 5 s, or while nothing is called. */
const pingMilliseconds = 6000;
const pongMilliseconds = 3000;
const streamWindow = 2 ** 20;
const connectionWindow = 2 ** 24;
/** MB; Node's 10 are fewer than a few large objects under way need. */
const sessionMemory = 1000;

/** The HTTP/2 connection to one server: made when it is needed, given up when it does not answer to pings. */
export class GrpcSession {
  readonly #origin: string;
  readonly #tls: () => TlsFiles;
  #current: Promise<Connection> | undefined;
  #closed = false;

  /** `tls` is asked for each connection: certificates are renewed. */
  constructor(origin: string, tls: () => TlsFiles) {
    this.#origin = origin;
    this.#tls = tls;
  }

  /** Begins a call; the time limit is for the connection. @throws GrpcError unavailable, and not sent */
  async open(headers: OutgoingHttpHeaders, timeoutMilliseconds: number): Promise<ClientHttp2Stream> {
    if (this.#closed) throw unreachable('the channel is closed');
    const connection = await (this.#current ??= this.#connect(timeoutMilliseconds));
    try {
      const stream = connection.session.request(headers);
      connection.calls++;
      stream.once('close', () => connection.calls--);
      return stream;
    } catch (error) {
      // It was lost a moment ago.
      throw unreachable('connection lost', error as Error);
    }
  }

  /** To be called when a call was not answered in time: asks at once whether anybody is there. */
  probe(): void {
    void this.#current?.then(({ ping }) => ping()).catch(() => undefined);
  }

  /** Calls under way end with an error. */
  close(): void {
    this.#closed = true;
    void this.#current?.then(({ session }) => session.destroy()).catch(() => undefined);
  }

  /** @throws GrpcError for files that cannot be read or do not belong together, as while they are being renewed */
  #begin(): ClientHttp2Session {
    const settings = { initialWindowSize: streamWindow, enablePush: false };
    try {
      const { ca, cert, key } = this.#tls();
      return connect(this.#origin, { ca, cert, key, settings, maxSessionMemory: sessionMemory });
    } catch (error) {
      throw unreachable((error as Error).message, error as Error);
    }
  }

  #connect(timeoutMilliseconds: number): Promise<Connection> {
    const session = this.#begin();
    const connection: Connection = { session, calls: 0, ping: createPing(session) };
    const connecting = new Promise<Connection>((resolve, reject) => {
      const timer = setTimeout(() => session.destroy(new Error(`no connection within ${timeoutMilliseconds} ms`)), timeoutMilliseconds);
      session.once('connect', () => {
        clearTimeout(timer);
        session.setLocalWindowSize(connectionWindow);
        if (this.#closed) session.destroy();
        resolve(connection);
      });
      session.on('error', (error) => reject(unreachable(error.message, error)));
      session.once('close', () => {
        clearTimeout(timer);
        reject(unreachable('connection lost'));
      });
    });
    const leave = (): void => {
      if (this.#current === connecting) this.#current = undefined;
    };
    // A server that goes away finishes what it has, and takes nothing new.
    session.once('goaway', leave);
    session.once('close', leave);
    keepAlive(connection);
    return connecting;
  }
}

const unreachable = (details: string, cause?: Error): GrpcError =>
  new GrpcError({ code: grpcStatus.unavailable, details: `failed to connect: ${details}`, sent: false, ...(cause ? { cause } : {}) });

/** Destroys a connection whose other end has gone without a word. */
function keepAlive(connection: Connection): void {
  const beat = setInterval(() => {
    if (connection.calls > 0) connection.ping();
  }, pingMilliseconds).unref();
  connection.session.once('close', () => clearInterval(beat));
}

function createPing(session: ClientHttp2Session): () => void {
  let late: NodeJS.Timeout | undefined;
  session.once('close', () => clearTimeout(late));
  return () => {
    if (session.destroyed || session.connecting || late) return;
    late = setTimeout(() => session.destroy(new Error('no answer to a ping')), pongMilliseconds).unref();
    session.ping(() => {
      clearTimeout(late);
      late = undefined;
    });
  };
}
