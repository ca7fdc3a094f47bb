import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { TransportError } from '../transport.ts';
import type { Credentials, HttpTransportOptions } from './options.ts';

const dialTimeoutMilliseconds = 15_000;

/** A connection to the API server, TLS included; `protocol` is what ALPN agreed on. */
export interface Connection {
  readonly socket: Duplex;
  readonly protocol: 'h2' | 'http/1.1';
}

/** Connects over TCP, a proxy or the given tunnel, then TLS for https. @throws TransportError */
export const dial = async (options: HttpTransportOptions, credentials: Credentials, alpn: readonly string[]): Promise<Connection> => {
  const url = new URL(options.server);
  const socket = await openStream(options, url);
  if (url.protocol === 'http:') return { socket, protocol: 'http/1.1' };
  const secure = await startTls(socket, url, { options, credentials, alpn });
  return { socket: secure, protocol: secure.alpnProtocol === 'h2' ? 'h2' : 'http/1.1' };
};

const portOf = (url: URL): number => (url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port));
/** URL keeps the brackets of IPv6 literals; sockets do not want them. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

async function openStream(options: HttpTransportOptions, url: URL): Promise<Duplex> {
  if (options.connect) return options.connect(undefined);
  if (options.proxyUrl) return openThroughProxy(new URL(options.proxyUrl), url);
  return openTcp(url);
}

const openTcp = (url: URL): Promise<Socket> => {
  const socket = connectTcp({ host: hostOf(url), port: portOf(url), noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 });
  return settled(socket, 'connect', url.host);
};

/** Resolves on the event, rejects on an error or after 15 s. */
const settled = <S extends Duplex>(socket: S, event: string, what: string): Promise<S> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => socket.destroy(new Error(`no connection within ${dialTimeoutMilliseconds} ms`)),
      dialTimeoutMilliseconds,
    );
    const fail = (cause?: Error): void => {
      clearTimeout(timer);
      reject(new TransportError(`connect to ${what}: ${cause?.message ?? 'closed'}`, { cause }));
    };
    socket.once('error', fail);
    socket.once('close', () => fail());
    socket.once(event, () => {
      clearTimeout(timer);
      socket.removeListener('error', fail);
      resolve(socket);
    });
  });

const startTls = (
  socket: Duplex,
  url: URL,
  { options, credentials, alpn }: { options: HttpTransportOptions; credentials: Credentials; alpn: readonly string[] },
): Promise<TLSSocket> => {
  const host = options.serverName ?? hostOf(url);
  const isAddress = /^[\d.]+$|:/.test(host);
  const secure = connectTls({
    socket,
    host,
    ALPNProtocols: [...alpn],
    rejectUnauthorized: !options.insecureSkipTlsVerify,
    ...(isAddress ? {} : { servername: host }),
    ...(options.certificateAuthority ? { ca: options.certificateAuthority, allowPartialTrustChain: true } : {}),
    ...(credentials.certificate ? { cert: credentials.certificate, key: credentials.key } : {}),
  });
  return settled(secure, 'secureConnect', url.host);
};

async function openThroughProxy(proxy: URL, target: URL): Promise<Duplex> {
  const tcp = await openTcp(proxy);
  const socket =
    proxy.protocol === 'https:' ? await startTls(tcp, proxy, { options: { server: proxy.href }, credentials: {}, alpn: [] }) : tcp;
  const authority = `${target.hostname}:${portOf(target)}`;
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const authorization = proxy.username === '' ? '' : `Proxy-Authorization: Basic ${Buffer.from(user).toString('base64')}\r\n`;
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`);
  await readConnectAnswer(socket, proxy, authority);
  return socket;
}

async function readConnectAnswer(socket: Duplex, proxy: URL, authority: string): Promise<void> {
  let head = '';
  while (!head.includes('\r\n\r\n')) {
    const chunk: Buffer | null = socket.read(1) as Buffer | null;
    if (chunk) head += chunk.toString('latin1');
    else await settledRead(socket, proxy.host);
    if (head.length > 16_384) throw new TransportError(`proxy ${proxy.host}: answer to CONNECT is too long`);
  }
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  if (status !== '200') {
    socket.destroy();
    throw new TransportError(`proxy ${proxy.host}: CONNECT ${authority} answered ${status ?? head.slice(0, 40)}`);
  }
}

const settledRead = (socket: Duplex, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const end = (): void => reject(new TransportError(`proxy ${host}: connection closed during CONNECT`));
    socket.once('end', end);
    socket.once('readable', () => {
      socket.removeListener('end', end);
      resolve();
    });
  });
