import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority, issueServing } from '../../src/apiserver/certificates/key-pair.ts';

/** What to answer: a value as JSON, or status code and text; undefined never answers. */
export type Reply =
  | { readonly json: unknown }
  | { readonly code: number; readonly text: string; readonly headers?: Record<string, string> }
  | undefined;

/** A server that both API servers ask: webhooks for admission and conversion. */
export interface TlsServer {
  readonly url: string;
  readonly port: number;
  /** PEM in base64, as `caBundle` wants it. */
  readonly caBundle: string;
  close(): void;
}

/** Answers POSTs on a free port of 127.0.0.1 with a certificate of its own. */
export const createTlsServer = async (
  answer: (path: string, body: string) => Reply | Promise<Reply>,
  names: string[] = [],
): Promise<TlsServer> => {
  const term = { now: Date.now(), days: 1 };
  const authority = createAuthority('differential', term);
  const pair = issueServing({ commonName: 'hook', dnsNames: ['localhost', ...names], ipAddresses: ['127.0.0.1'] }, term, authority);
  const server = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const reply = await answer(request.url ?? '', Buffer.concat(chunks).toString('utf8'));
      if (!reply) return;
      if ('json' in reply) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply.json));
      else response.writeHead(reply.code, reply.headers).end(reply.text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    caBundle: Buffer.from(authority.certificate).toString('base64'),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
};
