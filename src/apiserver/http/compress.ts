import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ApiRequest, ApiResponse } from './exchange.ts';

const gzipAsync = promisify(gzip);

/** kube-apiserver compresses what is larger than this, at the fastest level. */
const thresholdBytes = 128 * 1024;

const acceptsGzip = (header: string | undefined): boolean =>
  header !== undefined && header.split(',').some((part) => part.split(';')[0]?.trim() === 'gzip');

/** Compresses a large answer off the main thread when the client takes gzip. */
export const compressed = async (request: ApiRequest, response: ApiResponse): Promise<ApiResponse> => {
  const { body } = response;
  if (typeof body === 'function' || !acceptsGzip(request.headers['accept-encoding'])) return response;
  const whole = body instanceof Uint8Array ? body : undefined;
  const size = whole ? whole.length : (body as readonly Uint8Array[]).reduce((sum, piece) => sum + piece.length, 0);
  if (size < thresholdBytes || response.headers['content-encoding']) return response;
  const packed = await gzipAsync(whole ?? Buffer.concat(body as readonly Uint8Array[]), { level: 1 });
  return { ...response, headers: { ...response.headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' }, body: packed };
};
