import { createHash, X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import type { DetailedPeerCertificate } from 'node:tls';
import { TransportError } from '../../../client/transport.ts';

const patienceMilliseconds = 15_000;

/** `sha256:` and the hex SHA-256 of a certificate's public key (DER SubjectPublicKeyInfo), the form of kubeadm's discovery hashes. PEM or DER. */
export const publicKeyHash = (certificate: string | Buffer): string => {
  const spki = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return `sha256:${createHash('sha256').update(spki).digest('hex')}`;
};

/**
 * The hub's certificate authority (PEM), taken from what the hub presents and believed only because its key has the hash; nothing is sent
 * before. @throws {TransportError} when the hub cannot be reached, {Error} when it presents no such authority
 */
export const authorityOfHub = async (server: string, hash: string): Promise<string> => {
  const { hostname, port, host } = new URL(server);
  const chain = await new Promise<DetailedPeerCertificate>((resolve, reject) => {
    const fail = (cause: Error): void => reject(new TransportError(`connect to ${host}: ${cause.message}`, { cause }));
    const options = {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || 443),
      rejectUnauthorized: false,
      timeout: patienceMilliseconds,
    };
    const socket = connect(options, () => {
      resolve(socket.getPeerCertificate(true));
      socket.destroy();
    });
    socket.once('error', fail);
    socket.once('timeout', () => {
      socket.destroy();
      fail(new Error(`no answer within ${patienceMilliseconds} ms`));
    });
  });
  for (let certificate = chain; certificate?.raw; certificate = certificate.issuerCertificate) {
    const found = new X509Certificate(certificate.raw);
    if (found.ca && publicKeyHash(certificate.raw) === hash.toLowerCase()) return found.toString();
    if (certificate.issuerCertificate === certificate) break;
  }
  throw new Error(
    `the hub at ${host} presents no certificate authority with the hash ${hash}: it is another server, or it does not send its authority: copy the authority over and use --hub-ca`,
  );
};
