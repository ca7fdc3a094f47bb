import type { TLSSocket } from 'node:tls';
import { clientSubject } from '../certificates/client-subject.ts';
import type { ApiRequest } from '../http/exchange.ts';

/** The subject of the client certificate that TLS verified; undefined without one. Read once for a connection. */
export const peerSubject = (socket: TLSSocket): ApiRequest['certificate'] => {
  if (!socket.authorized) return undefined;
  const { raw } = socket.getPeerCertificate();
  return raw ? clientSubject(raw) : undefined;
};
