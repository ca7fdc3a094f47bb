import { getServers } from 'node:dns';
import { posix } from 'node:path';
import { encodeJson, parseJson } from '../../../apimachinery/json/exact-json.ts';
import { checkServerIdentity } from '../../certificates/check-server-identity.ts';
import { missingSubjectAltName } from '../../metrics/certificate-measures.ts';
import { decodeYamlBody } from '../../http/decode-yaml-body.ts';
import { request } from 'node:https';
import { isIP } from 'node:net';

export interface PostOptions {
  /** As the error messages show it. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** The name that the certificate must have. */
  readonly serverName: string;
  /** PEM; undefined trusts the system's roots. */
  readonly authorities: string | undefined;
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal;
}

/** The webhook answered, but with another status than 200. */
export class ReviewStatusError extends Error {
  override readonly name = 'ReviewStatusError';
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

const maxResponseBytes = 3 * 1024 * 1024;

const unverified = /self.signed|unable to (get|verify)|CERT_|certificate/i;

/** The name server that was asked, as Go tells it. */
const resolver = (): string => {
  const [server] = getServers();
  if (server === undefined) return '';
  return ` on ${/^(?:[0-9.]+|[0-9a-f:]*:[0-9a-f:]*)$/i.test(server) ? (server.includes(':') ? `[${server}]:53` : `${server}:53`) : server}`;
};

const hostPort = (host: string, port: number | string): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

/** The address behind a name; of several that were tried the one that Go tells: IPv4 first. */
const refusedBy = (error: NodeJS.ErrnoException & { readonly address?: string; readonly errors?: unknown }): string | undefined => {
  const tried = (Array.isArray(error.errors) ? error.errors : [error]) as readonly { readonly address?: string }[];
  return (tried.find(({ address }) => address?.includes('.')) ?? tried[0])?.address;
};

/** What went wrong in the words that clients know from the original. */
const describeFailure = (error: NodeJS.ErrnoException, { url, host, port }: PostOptions): string => {
  const prefix = `Post "${url}": `;
  if (error.code === 'ECONNREFUSED') return `${prefix}dial tcp ${hostPort(refusedBy(error) ?? host, port)}: connect: connection refused`;
  if (error.code === 'ENOTFOUND') return `${prefix}dial tcp: lookup ${host}${resolver()}: no such host`;
  if (error.code === 'ECONNRESET') return `${prefix}EOF`;
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return `${prefix}context deadline exceeded`;
  if (error.code === missingSubjectAltName) return `${prefix}tls: failed to verify certificate: ${error.message}`;
  if (error.code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `${prefix}tls: failed to verify certificate: x509: certificate is not valid for ${host}`;
  }
  if (unverified.test(`${error.code} ${error.message}`)) {
    return `${prefix}tls: failed to verify certificate: x509: certificate signed by unknown authority`;
  }
  return `${prefix}${error.message}`;
};

/** What a Status says, undefined for any other body. */
const ownWords = (body: string): string | undefined => {
  try {
    const { kind, message } = parseJson(body) as { kind?: unknown; message?: unknown };
    return kind === 'Status' && typeof message === 'string' && message !== '' ? message : undefined;
  } catch {
    return undefined;
  }
};

const describeStatus = (status: number, body: string): string => {
  const words = ownWords(body);
  if (words !== undefined) return words;
  if (status === 404) return 'the server could not find the requested resource';
  if (status >= 500) return `an error on the server (${JSON.stringify(body.slice(0, 1024))}) has prevented the request from succeeding`;
  return `the server rejected our request for an unknown reason (${status})`;
};

const jsonStart = /^\s*[{[]/;

/** JSON where it begins as such, a list too, which no review is; YAML otherwise, whatever the type that was said. @throws Error, worded for the client */
const decodeDocument = async (text: string): Promise<unknown> => {
  try {
    return jsonStart.test(text) ? parseJson(text) : (await decodeYamlBody(Buffer.from(text))).value;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`couldn't get version/kind; json parse error: ${isCutOff(text) ? 'unexpected end of JSON input' : why}`, {
      cause: error,
    });
  }
};

/** Whether more text could still make it JSON. */
const isCutOff = (text: string): boolean => {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g))
    depth += token === '{' || token === '[' ? 1 : token === '}' || token === ']' ? -1 : 0;
  return depth > 0;
};

/** The path as Go's client sends it: absolute, single slashes, none at the end. */
export const cleanPath = (path: string): string => posix.join('/', path).replace(/(?<=.)\/$/, '');

/**
 * Posts JSON over connections that Node keeps for a while, apart for each name and set of authorities, and answers the parsed body. As in
 * Go any certificate of the bundle is an anchor of trust, the server's own too: no need for a root.
 * @throws Error, worded for the client, on any failure, also a status that is no success
 */
export const postReview = async (review: unknown, options: PostOptions): Promise<unknown> => {
  const body = Buffer.from(encodeJson(review));
  const deadline = AbortSignal.timeout(Math.ceil(options.timeoutSeconds * 1000));
  const signal = options.signal ? AbortSignal.any([deadline, options.signal]) : deadline;
  const { status, text, type } = await new Promise<{ status: number; text: string; type: string }>((resolve, reject) => {
    const outgoing = request(
      {
        host: options.host,
        port: options.port,
        path: options.path,
        method: 'POST',
        checkServerIdentity,
        ...(isIP(options.serverName) ? {} : { servername: options.serverName }),
        ...(options.authorities === undefined ? {} : { ca: options.authorities, allowPartialTrustChain: true }),
        signal,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          'content-length': body.length,
          host: options.serverName,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxResponseBytes) outgoing.destroy(new Error('response body too large'));
          else chunks.push(chunk);
        });
        const contentType = incoming.headers['content-type'] ?? 'application/json';
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8'), type: contentType }),
        );
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    // A switch of protocols is neither an answer nor an error.
    outgoing.on('close', () => reject(new Error('EOF')));
    outgoing.end(body);
  }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(describeFailure(error, options), { cause: error });
  });
  if (status < 200 || status > 206) throw new ReviewStatusError(describeStatus(status, text), status);
  if (text === '') throw new Error(`0-length response with status code: ${status} and content type: ${type}`);
  return decodeDocument(text);
};
