import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Session, Settings } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { readFileSync } from 'node:fs';
import { connect as connectTls } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { parse } from 'yaml';

/** What a socket needs to be the administrator. */
export interface Access {
  readonly url: URL;
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

interface KubeconfigFile {
  readonly clusters: readonly { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }[];
  readonly users: readonly { readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string } }[];
}

/** The first cluster and user of a kubeconfig. */
export const readAccess = (kubeconfig: string): Access => {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as KubeconfigFile;
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
  return {
    url: new URL(clusters[0]!.cluster.server),
    ca: bytes(clusters[0]!.cluster['certificate-authority-data']),
    cert: bytes(users[0]!.user['client-certificate-data']),
    key: bytes(users[0]!.user['client-key-data']),
  };
};

export interface Answer {
  readonly code: number;
  /** Parsed where it is JSON. */
  readonly body: { readonly kind?: string; readonly reason?: string; readonly message?: string; readonly [field: string]: unknown };
}

export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Not every answer is JSON, and a watch's is more than one value. */
const parsed = (text: string): Answer['body'] => {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null) return value as Answer['body'];
  } catch {}
  return { message: text };
};

/** One HTTP/1.1 request on a connection of its own. Rejects when there is no answer. */
export const send = ({ url, ...tls }: Access, path: string, { method = 'GET', headers = {}, body }: RawRequest = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    // Warnings of webhooks may take more than the 16 KiB that Node.js takes, and less than the megabytes that clients in Go do.
    const options = { ...tls, method, host: url.hostname, port: url.port, path, agent: false, headers, maxHeaderSize: 2 ** 20 };
    let answered = false;
    const request = httpsRequest(options, (response) => {
      answered = true;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ code: response.statusCode ?? 0, body: parsed(text) });
      });
    });
    request.setTimeout(30_000, () => request.destroy(new Error(`${method} ${path}: no answer in 30 s`)));
    // A server that refuses a body early closes the connection under the rest of it.
    request.on('error', (error) => answered || reject(error));
    request.end(body);
  });

/** An HTTP/2 connection. */
export const openHttp2 = async ({ url, ...tls }: Access, settings: Settings = {}): Promise<ClientHttp2Session> => {
  const session = connectHttp2(url, { ...tls, settings });
  session.on('error', () => {});
  await new Promise((resolve, reject) => session.once('connect', resolve).once('error', reject));
  return session;
};

/** A TLS connection on which a test writes what it likes. */
export const openTls = ({ url, ...tls }: Access, protocol = 'http/1.1'): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connectTls({ ...tls, host: url.hostname, port: Number(url.port), ALPNProtocols: [protocol] }, () => resolve(socket));
    socket.on('error', reject);
  });
