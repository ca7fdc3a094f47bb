import type { Duplex } from 'node:stream';
import { destroySoon } from '../http/destroy-soon.ts';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import { text } from '../http/respond.ts';
import type { Backend } from '../proxy/backend.ts';
import { dialUpgrade, plainError, refusedUpgrade, untilTaken, upgradeHeaders } from '../proxy/dial-upgrade.ts';
import { opcode } from '../websocket/frame.ts';
import { acceptWebSocket, offeredProtocols, wantsWebSocket } from '../websocket/handshake.ts';
import { WebSocket } from '../websocket/web-socket.ts';

const prefix = 'SPDY/3.1+';

/** The protocols of SPDY that a client wants to speak through a WebSocket (KEP-4006). */
const tunnelled = (request: ApiRequest): readonly string[] =>
  offeredProtocols(request)
    .filter((each) => each.startsWith(prefix) && each.endsWith('.k8s.io'))
    .map((each) => each.slice(prefix.length));

export const wantsTunnel = (request: ApiRequest): boolean => wantsWebSocket(request) && tunnelled(request).length > 0;

/** Passes bytes both ways, those of the client in messages, until either is done. */
const bridge = (client: Duplex, kubelet: Duplex): Promise<void> =>
  new Promise((resolve) => {
    const socket = new WebSocket(client, {
      data: (piece) => {
        if (kubelet.destroyed || kubelet.write(piece)) return;
        socket.pause();
        kubelet.once('drain', () => socket.resume());
      },
      ended: () => {
        kubelet.end();
        destroySoon(kubelet);
      },
    });
    kubelet.on('data', (chunk: Buffer) => {
      if (socket.send(opcode.binary, chunk)) return;
      kubelet.pause();
      void socket.drained().then(() => kubelet.resume());
    });
    kubelet.on('end', () => kubelet.end());
    kubelet.on('close', () => {
      socket.close();
      resolve();
    });
    if (kubelet.destroyed) socket.close();
  });

const headersForSpdy = (request: ApiRequest): Record<string, string | string[]> => {
  const kept = Object.entries(upgradeHeaders(request)).filter(([name]) => !name.startsWith('sec-websocket-') && name !== 'content-length');
  return { ...Object.fromEntries(kept), upgrade: 'SPDY/3.1', 'x-stream-protocol-version': [...tunnelled(request)] };
};

/** Serves a client that speaks SPDY through a WebSocket with a kubelet that speaks it plainly. @throws StatusError */
export const tunnelStreams = async (request: ApiRequest, kubelet: Backend): Promise<ApiResponse> => {
  const dialed = await dialUpgrade(kubelet, { method: 'POST', headers: headersForSpdy(request), signal: request.signal });
  const { answer, connection: theirs } = dialed;
  if (!theirs) return refusedUpgrade(dialed);
  if (!(answer.headers.upgrade ?? '').toLowerCase().includes('spdy/3.1')) {
    theirs.destroy();
    return text(500, 'unable to upgrade: missing upgrade headers in response\n');
  }
  const spoken = answer.headers['x-stream-protocol-version'];
  if (typeof spoken !== 'string') {
    theirs.destroy();
    throw plainError('unable to upgrade: the kubelet does not say which protocol it speaks');
  }
  const taken = untilTaken(request.signal, theirs);
  const serve = (client: Duplex): Promise<void> => {
    taken();
    return bridge(client, theirs);
  };
  const response = acceptWebSocket(request, serve, { protocols: [`${prefix}${spoken}`] });
  if (response.status !== 101) theirs.destroy();
  return response;
};
