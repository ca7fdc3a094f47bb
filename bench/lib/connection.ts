import { readFileSync } from 'node:fs';
import { connect, type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from 'node:http2';
import { readKubeconfig, targetOfKubeconfig } from '../../src/client/kubeconfig.ts';

/** One HTTP/2 connection over TLS, the same code for both sides: what it costs is in both figures. */
export interface Connection {
  /** Resolves with the answer's bytes. @throws Error with the body when the status is 300 or more */
  request(method: string, path: string, options?: { readonly body?: string | Buffer; readonly contentType?: string }): Promise<Buffer>;
  /** A stream whose chunks the caller reads. */
  open(path: string): ClientHttp2Stream;
  close(): void;
}

/** Connects as the kubeconfig's current user. */
export type Connect = () => Promise<Connection>;

export const connector = async (kubeconfig: string): Promise<Connect> => {
  const { transport } = await targetOfKubeconfig(await readKubeconfig(kubeconfig));
  const { certificate, key, token } = (await transport.credentials?.get()) ?? {};
  const authorization = token ? { authorization: `Bearer ${token}` } : {};
  const tls = { ca: transport.certificateAuthority ?? readFileSync('/etc/ssl/certs/ca-certificates.crt'), cert: certificate, key };
  return async () => {
    const session = connect(transport.server, { ...tls, settings: { initialWindowSize: 2 ** 24 } });
    await new Promise<void>((resolve, reject) => {
      session.once('connect', () => resolve());
      session.once('error', reject);
    });
    session.on('error', () => {});
    session.setLocalWindowSize(2 ** 26);
    return connection(session, authorization);
  };
};

const connection = (session: ClientHttp2Session, common: OutgoingHttpHeaders): Connection => ({
  request: (method, path, { body, contentType = 'application/json' } = {}) =>
    new Promise((resolve, reject) => {
      const headers = { ...common, ':method': method, ':path': path, accept: 'application/json' };
      const stream = session.request(body === undefined ? headers : { ...headers, 'content-type': contentType }, {
        endStream: body === undefined,
      });
      const chunks: Buffer[] = [];
      let status = 0;
      stream.on('response', (answer) => (status = Number(answer[':status'])));
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', reject);
      stream.on('end', () => {
        const answer = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
        if (status < 300) resolve(answer);
        else reject(new Error(`${method} ${path}: ${status} ${answer.toString('utf8', 0, 300)}`));
      });
      if (body !== undefined) stream.end(body);
    }),
  open: (path) => session.request({ ...common, ':method': 'GET', ':path': path, accept: 'application/json' }),
  close: () => session.destroy(),
});
