import { createServer as createHttp1Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer, type SecureContextOptions, type TlsOptions, type TLSSocket } from 'node:tls';
import type { ApiServerLogger } from '../contract.ts';
import type { ApiHandler } from '../http/exchange.ts';
import { peerCertificate } from './peer-certificate.ts';
import { serveHttp1 } from './http1-exchange.ts';
import type { Http2Connection } from './http2/connection.ts';
import { maxHeaderBytes } from './http2/request-headers.ts';
import { serveHttp2 } from './http2-exchange.ts';
import { serveUpgrade } from './upgrade-exchange.ts';
import { chooseByName, type NamedCertificate } from './named-certificates.ts';
import { createAnswerPlaces } from './answer-places.ts';
import { createHeldAnswers } from './held-answers.ts';
import { createThreadTurns } from '../scheduling/thread-turns.ts';

/** PEM. */
export interface ServingCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** Who the server is, and whose clients it believes. */
export interface TlsIdentity {
  readonly serving: ServingCertificate;
  /** For clients that ask for one of these names. */
  readonly named?: readonly NamedCertificate[];
  /** PEM of the authorities whose client certificates are believed. */
  readonly clientAuthorities: readonly string[];
}

export interface ListenOptions extends TlsIdentity {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Default: TLS 1.2 and Node.js' cipher suites. */
  readonly tls?: Pick<SecureContextOptions, 'minVersion' | 'ciphers'>;
  readonly log: ApiServerLogger;
  /** Connections that nobody uses are closed after so long. Default 90 s, as kube-apiserver. */
  readonly idleMilliseconds?: number;
  /** Hears of connections whose TLS handshake failed. */
  readonly handshakeFailed?: () => void;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** `https://127.0.0.1:6443` */
  readonly url: string;
  /** What is given, for connections from now on. @throws {Error} when a certificate and its key do not belong together: all stays as it was */
  replace(identity: Partial<TlsIdentity>): void;
  /** Takes no more connections, lets requests end, cuts what is left after a grace period. */
  close(options?: { readonly graceMilliseconds?: number }): Promise<void>;
}

/** What all answers that wait for slow readers may make the server hold. */
const maxHeldBytes = 256 * 2 ** 20;
/** Large answers that are made at the same time. */
const maxMakingBytes = 64 * 2 ** 20;
/** For the headers of a request, as kube-apiserver. */
const headersMilliseconds = 32_000;
const handshakeMilliseconds = 10_000;
/** Between looks for connections that have become idle, while the server stops. */
const idleCheckMilliseconds = 50;
/** How long requests may begin in one round of the event loop. */
const sliceMilliseconds = 10;

/** The client went away: kubectl does not say good-bye. */
const isHangUp = (error: unknown): boolean => ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');

/** HTTPS with HTTP/2 and HTTP/1.1 by ALPN, client certificates asked for and verified but not required. */
export const listen = async (handler: ApiHandler, options: ListenOptions): Promise<Listener> => {
  const { log, idleMilliseconds = 90_000 } = options;
  const failed = (error: unknown): void => {
    if (!isHangUp(error)) log.warn('connection failed', { error: error instanceof Error ? error.message : String(error) });
  };
  const places = createAnswerPlaces(createHeldAnswers(maxHeldBytes, Date.now), maxMakingBytes);
  const turns = createThreadTurns({ sliceMilliseconds, now: () => performance.now() });
  const http1 = createHttp1Server(
    { maxHeaderSize: maxHeaderBytes, keepAliveTimeout: idleMilliseconds, headersTimeout: headersMilliseconds, requestTimeout: 0 },
    serveHttp1({ handler, places, turns, failed }),
  );
  const upgrade = serveUpgrade({ handler, places, turns, failed });
  http1.on('upgrade', upgrade).on('connect', upgrade);
  // It does not listen itself: this is when it begins to watch over slow headers.
  http1.emit('listening');
  const connections = new Set<Http2Connection>();
  const beginHttp2 = (socket: TLSSocket): void => {
    const peer = { certificate: peerCertificate(socket), remoteAddress: socket.remoteAddress ?? '' };
    const connection = serveHttp2(socket, peer, { handler, idleMilliseconds, places, turns, failed });
    connections.add(connection);
    socket.on('close', () => connections.delete(connection));
  };

  const sockets = new Set<TLSSocket>();
  let identity: TlsIdentity = options;
  const contextOf = ({ serving, clientAuthorities }: TlsIdentity): SecureContextOptions => ({
    minVersion: 'TLSv1.2',
    ...options.tls,
    cert: serving.certificate,
    key: serving.key,
    ca: [...clientAuthorities],
  });
  let byName = chooseByName(identity.named ?? [], contextOf(identity));
  const SNICallback: NonNullable<TlsOptions['SNICallback']> = (name, done) => done(null, byName(name));
  const tls = createTlsServer({
    ...contextOf(identity),
    requestCert: true,
    rejectUnauthorized: false,
    ALPNProtocols: ['h2', 'http/1.1'],
    handshakeTimeout: handshakeMilliseconds,
    // Asked for each handshake that names the server, so only where there is a choice.
    ...(options.named?.length ? { SNICallback } : {}),
  });
  tls.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
    if (socket.alpnProtocol === 'h2') beginHttp2(socket);
    else http1.emit('connection', socket);
  });
  tls.on('tlsClientError', (_error, socket) => {
    options.handshakeFailed?.();
    socket.destroy();
  });

  await new Promise<void>((resolve, reject) => {
    tls.once('error', reject);
    tls.listen(options.port, options.host, () => {
      tls.off('error', reject);
      resolve();
    });
  });
  const { port } = tls.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;

  return {
    host: options.host,
    port,
    url: `https://${host}:${port}`,
    replace: (change) => {
      const wanted = { ...identity, ...change };
      const chosen = chooseByName(wanted.named ?? [], contextOf(wanted));
      tls.setSecureContext(contextOf(wanted));
      [identity, byName] = [wanted, chosen];
    },
    async close({ graceMilliseconds = 2000 } = {}) {
      const closed = new Promise<void>((resolve) => tls.close(() => resolve()));
      for (const connection of connections) connection.close();
      http1.closeIdleConnections();
      http1.close();
      // Those whose last answer ends later.
      const idle = setInterval(() => http1.closeIdleConnections(), idleCheckMilliseconds);
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, graceMilliseconds);
      await closed;
      clearInterval(idle);
      clearTimeout(cut);
    },
  };
};
