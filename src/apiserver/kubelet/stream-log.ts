import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { badRequest } from '../../apimachinery/errors/api-errors.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import { type Backend, beginRequest } from '../proxy/backend.ts';
import { relayBody } from '../proxy/relay-body.ts';
import { opcode } from '../websocket/frame.ts';
import { acceptWebSocket, wantsWebSocket } from '../websocket/handshake.ts';
import { WebSocket } from '../websocket/web-socket.ts';

const maxRefusalBytes = 50_000;
/** Until the answer's head is there. */
const answerMilliseconds = 30_000;

const open = (backend: Backend, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const outgoing = beginRequest(backend, { method: 'GET', headers: {}, signal });
    outgoing.setTimeout(answerMilliseconds, () => outgoing.destroy(new Error(`no answer within ${answerMilliseconds / 1000} s`)));
    outgoing.on('response', (incoming) => {
      outgoing.setTimeout(0);
      resolve(incoming);
    });
    outgoing.on('error', (error) => reject(new StatusError('', `Get ${JSON.stringify(backend.target.href)}: ${error.message}`)));
    outgoing.end();
  });

/** What a kubelet answered instead of a log, as a Status. */
const refusal = async (incoming: IncomingMessage, name: string): Promise<StatusError> => {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of incoming as AsyncIterable<Buffer>) {
    pieces.push(piece);
    size += piece.length;
    if (size > maxRefusalBytes) break;
  }
  const said = Buffer.concat(pieces).subarray(0, maxRefusalBytes).toString('utf8');
  const code = incoming.statusCode ?? 502;
  if (code === 500)
    return new StatusError('InternalError', `Internal error occurred: ${said}`, { details: { causes: [{ message: said }] } });
  if (code === 400) return badRequest(said);
  const details = { name, kind: 'pods/log' };
  const subject = `( pods/log ${name})`;
  if (code === 404) return new StatusError('NotFound', `the server could not find the requested resource ${subject}`, { details });
  if (code === 401)
    return new StatusError('Unauthorized', `the server has asked for the client to provide credentials ${subject}`, { details });
  if (code === 403) return new StatusError('Forbidden', `${said} ${subject}`, { details });
  return new StatusError(
    'InternalError',
    `an error on the server (${JSON.stringify(said)}) has prevented the request from succeeding ${subject}`,
    {
      details,
      code,
    },
  );
};

/** Pieces of a log in messages: as they are, or in base64. An empty one comes first. */
const overWebSocket = (request: ApiRequest, incoming: Readable): ApiResponse =>
  acceptWebSocket(
    request,
    async (connection, protocol) => {
      const socket = new WebSocket(connection, { ended: () => incoming.destroy() });
      const encoded = protocol === 'base64.binary.k8s.io';
      const send = (piece: Buffer): boolean =>
        encoded ? socket.send(opcode.text, Buffer.from(piece.toString('base64'))) : socket.send(opcode.binary, piece);
      send(Buffer.alloc(0));
      try {
        for await (const piece of incoming as AsyncIterable<Buffer>) if (!send(piece)) await socket.drained();
      } catch {
        // The kubelet broke off, or nobody reads.
      }
      socket.close();
    },
    { protocols: ['', 'binary.k8s.io', 'base64.binary.k8s.io'] },
  );

/** A container's log as its kubelet tells it, streamed. @throws StatusError */
export const streamLog = async (request: ApiRequest, backend: Backend, name: string): Promise<ApiResponse> => {
  const incoming = await open(backend, request.signal);
  const code = incoming.statusCode ?? 502;
  if (code < 200 || code > 206) throw await refusal(incoming, name);
  if (wantsWebSocket(request)) return overWebSocket(request, incoming);
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: (sink) => relayBody(incoming, sink) };
};
