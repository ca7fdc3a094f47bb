import { posix } from 'node:path';
import { encodeJson, parseJson } from '../../../apimachinery/json/exact-json.ts';
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

/** What went wrong in the words that clients know from the original. */
const describeFailure = (error: NodeJS.ErrnoException, { url, host, port }: PostOptions): string => {
  const where = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const prefix = `Post "${url}": `;
  if (error.code === 'ECONNREFUSED') return `${prefix}dial tcp ${where}: connect: connection refused`;
  if (error.code === 'ENOTFOUND') return `${prefix}dial tcp: lookup ${host}: no such host`;
  if (error.code === 'ECONNRESET') return `${prefix}EOF`;
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return `${prefix}context deadline exceeded`;
  if (error.code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `${prefix}tls: failed to verify certificate: x509: certificate is not valid for ${host}`;
  }
  if (unverified.test(`${error.code} ${error.message}`)) {
    return `${prefix}tls: failed to verify certificate: x509: certificate signed by unknown authority`;
  }
  return `${prefix}${error.message}`;
};

const describeStatus = (status: number, body: string): string => {
  if (status === 404) return 'the server could not find the requested resource';
  if (status >= 500) return `an error on the server (${JSON.stringify(body.slice(0, 1024))}) has prevented the request from succeeding`;
  return `the server rejected our request for an unknown reason (${status})`;
};

/** The path as Go's client sends it: absolute, single slashes, none at the end. */
export const cleanPath = (path: string): string => posix.join('/', path).replace(/(?<=.)\/$/, '');

/**
 * Posts JSON over connections that Node keeps for a while, apart for each name and set of authorities, and answers the parsed body. As in
 * Go any certificate of the bundle is an anchor of trust, the server's own too: no need for a root.
 * @throws Error, worded for the client, on any failure, also a status other than 200
 */
export const postReview = async (review: unknown, options: PostOptions): Promise<unknown> => {
  const body = Buffer.from(encodeJson(review));
  const deadline = AbortSignal.timeout(options.timeoutSeconds * 1000);
  const signal = options.signal ? AbortSignal.any([deadline, options.signal]) : deadline;
  const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const outgoing = request(
      {
        host: options.host,
        port: options.port,
        path: options.path,
        method: 'POST',
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
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
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
  if (status !== 200) throw new ReviewStatusError(describeStatus(status, text), status);
  try {
    return parseJson(text);
  } catch (error) {
    throw new Error(`couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
};
