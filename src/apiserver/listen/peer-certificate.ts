import type { TLSSocket } from 'node:tls';
import { clientSubject } from '../certificates/client-subject.ts';
import type { ApiRequest } from '../http/exchange.ts';

/** What a request says of its client's certificate. */
export type PeerCertificate = Pick<ApiRequest, 'certificate' | 'untrustedCertificate'>;

/** The subject of the client certificate that TLS verified; empty without one. Read once for a connection. */
export const peerCertificate = (socket: TLSSocket): PeerCertificate => {
  const { raw } = socket.getPeerCertificate();
  if (!raw) return {};
  if (!socket.authorized) return { untrustedCertificate: true };
  const certificate = clientSubject(raw);
  return certificate ? { certificate } : {};
};
