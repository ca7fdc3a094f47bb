import type { ApiRequest, ApiResponse } from './exchange.ts';
import { gzipPieces } from './gzip-pieces.ts';

/** kube-apiserver compresses what is larger than this, at the fastest level. */
const thresholdBytes = 128 * 1024;

const acceptsGzip = (header: string | undefined): boolean =>
  header !== undefined && header.split(',').some((part) => /^\s*gzip\s*(?:;|$)/i.test(part) && !/;\s*q=0(?:\.0*)?\s*$/.test(part));

/** Compresses a large answer off the main thread when the client takes gzip. */
export const compressed = async (request: ApiRequest, response: ApiResponse): Promise<ApiResponse> => {
  const { body } = response;
  if (typeof body === 'function' || !acceptsGzip(request.headers['accept-encoding'])) return response;
  const pieces = body instanceof Uint8Array ? [body] : body;
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (size < thresholdBytes || response.headers['content-encoding']) return response;
  const packed = await gzipPieces(pieces);
  const given = response.headers['vary'];
  const vary =
    given === undefined ? 'Accept-Encoding' : String(given).includes('Accept-Encoding') ? given : `${String(given)}, Accept-Encoding`;
  return { ...response, headers: { ...response.headers, 'content-encoding': 'gzip', vary }, body: packed };
};
