import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { CertificateSigningRequest } from '../../../api/certificates/types.gen.ts';
import { certificateSigningRequestsRef } from '../../../api/refs.gen.ts';
import { createCertificateRequest } from '../../../apimachinery/x509/certificate-request.ts';
import { signerNames } from '../../../apimachinery/x509/kubernetes-signers.ts';
import type { Client } from '../../../client/contract.ts';
import { agentGroup, agentUser, joinAnnotations } from '../api/agent.ts';

/** PEM. */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateWish {
  readonly cluster: string;
  /** At least 600: the API takes no less. */
  readonly expirationSeconds: number;
  /** Told at joining. */
  readonly location?: { readonly [field in keyof typeof joinAnnotations]?: string };
  readonly signal?: AbortSignal;
}

const pollMilliseconds = 300;
const patienceMilliseconds = 60_000;

/**
 * Asks the hub for the agent's client certificate, with a new key that never leaves this process, and waits for it.
 * @throws {StatusError} Unauthorized for a bad token, {Error} when the hub denies the request or nobody decides within a minute
 */
export const requestCertificate = async (hub: Client, wish: CertificateWish): Promise<KeyedCertificate> => {
  const { cluster, expirationSeconds, signal } = wish;
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = { commonName: agentUser(cluster), organizations: [agentGroup] };
  const requests = hub.resource<CertificateSigningRequest>(certificateSigningRequestsRef);
  const call = signal ? { signal } : {};
  const { metadata } = await requests.create(
    {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name: `agent-${cluster}-${randomBytes(5).toString('hex')}`, annotations: annotationsOf(wish) },
      spec: {
        request: Buffer.from(createCertificateRequest({ subject }, keys)).toString('base64'),
        signerName: signerNames.client,
        usages: ['digital signature', 'client auth'],
        expirationSeconds,
      },
    },
    call,
  );
  const deadline = Date.now() + patienceMilliseconds;
  while (Date.now() < deadline) {
    const { status } = await requests.get(metadata.name, undefined, call);
    const refused = status?.conditions?.find(({ type }) => type === 'Denied' || type === 'Failed');
    if (refused) throw new Error(`the hub refused to let cluster ${cluster} join: ${refused.message ?? refused.reason ?? refused.type}`);
    if (status?.certificate)
      return {
        certificate: Buffer.from(status.certificate, 'base64').toString('utf8'),
        key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      };
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
  }
  throw new Error(
    `certificate request ${metadata.name}: nobody decided on it within a minute: see that the hub's controllers run (kubectl get csr)`,
  );
};

const annotationsOf = ({ location = {} }: CertificateWish): Record<string, string> =>
  Object.fromEntries(
    Object.entries(joinAnnotations).flatMap(([field, annotation]) => {
      const value = location[field as keyof typeof joinAnnotations];
      return value ? [[annotation, value]] : [];
    }),
  );
