import { errorCode, StreamError } from './frames.ts';

/** A request's beginning. Header names are lower-case; several values of one are joined. */
export interface RequestHead {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string | undefined>;
  /** Bytes of the body as the client declares them. */
  readonly length: number | undefined;
  /** It has more headers than are taken. */
  readonly isTooLarge: boolean;
}

/** Of all headers together, as they would be written, and 32 bytes for each (RFC 9113, 6.5.2). */
export const maxHeaderBytes = 64 * 1024;

/** Headers of one connection, which HTTP/2 has no use for (RFC 9113, 8.2.2). */
export const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);
const validName = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
// eslint-disable-next-line no-control-regex
const invalidValue = /[\0\r\n]/;
const pseudoNames = new Set([':method', ':scheme', ':path', ':authority', ':protocol']);

/** Names are few and come again: each is looked at once. */
const knownNames = new Set<string>();
const isValidName = (name: string): boolean => {
  if (knownNames.has(name)) return true;
  if (!validName.test(name) || hopByHop.has(name)) return false;
  if (knownNames.size < 1000 && name.length < 64) knownNames.add(name);
  return true;
};

/** Takes a block's headers one by one; those of a request must be as RFC 9113, section 8, wants them. */
export class HeadReader {
  readonly #stream: number;
  readonly #pseudo: Record<string, string | undefined> = {};
  readonly #headers: Record<string, string | undefined> = {};
  #bytes = 0;
  #hasPlain = false;
  #wrong: string | undefined;

  constructor(stream: number) {
    this.#stream = stream;
  }

  /** Never throws: the whole block must be read, or those that follow could not be. */
  readonly take = (name: string, value: string): void => {
    this.#bytes += name.length + value.length + 32;
    if (this.#bytes > maxHeaderBytes || this.#wrong !== undefined) return;
    if (name.charCodeAt(0) === 58) {
      if (this.#hasPlain) this.#wrong = `${name} after other headers`;
      else if (!pseudoNames.has(name) || this.#pseudo[name] !== undefined) this.#wrong = `${name} is not expected`;
      else if (invalidValue.test(value)) this.#wrong = `${name} has characters that end a line`;
      this.#pseudo[name] = value;
      return;
    }
    this.#hasPlain = true;
    if (!isValidName(name) || (name === 'te' && value !== 'trailers') || invalidValue.test(value)) {
      this.#wrong = `header ${JSON.stringify(name.slice(0, 64))}`;
      return;
    }
    // Not a name to keep in an object, and nobody's header.
    if (name === '__proto__') return;
    const before = Object.hasOwn(this.#headers, name) ? this.#headers[name] : undefined;
    this.#headers[name] = before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`;
  };

  /** @throws StreamError when they are not those of a request */
  head(): RequestHead {
    const { ':method': method, ':scheme': scheme, ':path': path, ':authority': authority, ':protocol': protocol } = this.#pseudo;
    const isTooLarge = this.#bytes > maxHeaderBytes;
    const isConnect = method === 'CONNECT' && path === undefined && scheme === undefined;
    if (this.#wrong === undefined && !isTooLarge) {
      if (!method || (!isConnect && (!scheme || !path)) || protocol !== undefined) this.#wrong = ':method, :scheme and :path are wanted';
    }
    if (this.#wrong !== undefined) throw new StreamError(this.#stream, errorCode.protocol, this.#wrong);
    const headers = this.#headers;
    if (authority !== undefined && headers['host'] === undefined) headers['host'] = authority;
    const declared = headers['content-length'];
    if (declared !== undefined && !/^\d{1,15}$/.test(declared)) {
      throw new StreamError(this.#stream, errorCode.protocol, 'header "content-length"');
    }
    return {
      method: method ?? 'GET',
      path: path ?? '/',
      headers,
      length: declared === undefined ? undefined : Number(declared),
      isTooLarge,
    };
  }

  /** @throws StreamError when trailers have what only a beginning may have */
  checkTrailers(): void {
    if (Object.keys(this.#pseudo).length > 0) this.#wrong ??= 'trailers begin a request';
    if (this.#wrong !== undefined) throw new StreamError(this.#stream, errorCode.protocol, this.#wrong);
  }
}
