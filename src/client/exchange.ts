import { encodeJson, parseJson } from '../apimachinery/json/exact-json.ts';
import { jsonLines } from './json-lines.ts';
import { errorOfResponse, errorOfStatus, isStatus } from './response-error.ts';
import { withRetryAfter } from './retry.ts';
import type { Sleep } from './retry.ts';
import type { Transport, TransportRequest } from './transport.ts';

export interface JsonRequest {
  readonly method: string;
  readonly path: string;
  readonly accept?: string | undefined;
  readonly contentType?: string;
  /** Serialized as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** Requests with JSON in and out; every non-2xx answer is thrown as a StatusError. */
export interface JsonExchange {
  /** The parsed body, the text when it is not JSON, undefined when it is empty. */
  send(request: JsonRequest): Promise<unknown>;
  /** The values of a newline-delimited JSON stream. */
  stream(request: JsonRequest): AsyncGenerator<unknown, void, void>;
}

export interface ExchangeOptions {
  readonly userAgent: string;
  /** On every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly sleep: Sleep;
}

export const createJsonExchange = (transport: Transport, options: ExchangeOptions): JsonExchange => {
  const wire = (request: JsonRequest): TransportRequest => ({
    method: request.method,
    path: request.path,
    headers: {
      accept: request.accept ?? 'application/json',
      'user-agent': options.userAgent,
      ...options.headers,
      ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
    },
    ...(transport.passesObjects ? { takesObjects: true } : {}),
    ...(request.body === undefined ? {} : transport.passesObjects ? { content: request.body } : { body: encodeJson(request.body) }),
    ...(request.signal ? { signal: request.signal } : {}),
  });

  const send = async (request: JsonRequest): Promise<unknown> => {
    const sent = wire(request);
    const answer = await withRetryAfter(() => transport.request(sent), { sleep: options.sleep, signal: request.signal });
    if (answer.status >= 300) throw errorOfResponse(answer.status, answer.body);
    if (answer.object !== undefined) return answer.object;
    if (answer.body.length === 0) return undefined;
    const text = Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.byteLength).toString('utf8');
    const type = answer.headers['content-type'];
    return type === undefined || String(type).includes('json') ? parseJson(text) : text;
  };

  async function* stream(request: JsonRequest): AsyncGenerator<unknown, void, void> {
    const sent = wire(request);
    const open = () => transport.stream(sent);
    const answer = await withRetryAfter(open, {
      sleep: options.sleep,
      signal: request.signal,
      discard: (refused) => void drain(refused.chunks).catch(() => undefined),
    });
    if (answer.status >= 300) throw errorOfResponse(answer.status, await drain(answer.chunks));
    yield* answer.values ?? jsonLines(answer.chunks);
  }

  return { send, stream };
};

/** Reads to the end: error bodies are short. */
async function drain(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const chunk of chunks) pieces.push(chunk);
  return Buffer.concat(pieces);
}

/** The `{type, object}` frame of a watch; an ERROR frame is thrown. @throws StatusError */
export const watchFrame = (value: unknown): { type: string; object: unknown } => {
  const frame = value as { type?: unknown; object?: unknown };
  if (isStatus(value)) throw errorOfStatus(value);
  if (frame.type === 'ERROR') throw errorOfStatus(isStatus(frame.object) ? frame.object : { code: 500, message: encodeJson(value) });
  return { type: String(frame.type), object: frame.object };
};
