import { decodePem } from '../../apimachinery/x509/pem.ts';
import { parseCertificate } from '../../apimachinery/x509/parse-certificate.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { ServerExtensionFactory } from '../extension.ts';
import type { MetricsRegistry } from '../metrics/contract.ts';

interface Request {
  readonly spec?: { readonly signerName?: string; readonly expirationSeconds?: number };
  readonly status?: { readonly certificate?: string };
}

/** Certificates are given out as valid for some minutes already. */
const backdatingSeconds = 5 * 60;

const issuedSeconds = (certificate: string): number | undefined => {
  try {
    const [block] = decodePem(Buffer.from(certificate, 'base64').toString('utf8'));
    if (!block) return undefined;
    const { notBefore, notAfter } = parseCertificate(block.der);
    return (notAfter.getTime() - notBefore.getTime()) / 1000;
  } catch {
    return undefined;
  }
};

const isHonored = (wanted: number, certificate: string): boolean => {
  const issued = issuedSeconds(certificate);
  return issued !== undefined && Math.abs(wanted - issued) < backdatingSeconds + wanted / 20;
};

/** Counts certificates whose requests said how long they should be good for, and for how many the signer did as asked. */
export const issuedDurationsExtension =
  (metrics: MetricsRegistry): ServerExtensionFactory =>
  () => {
    const counter = (what: string, help: string) =>
      metrics.counter({ name: `apiserver_certificates_registry_csr_${what}_duration_total`, help, labels: ['signerName'] });
    const requested = counter('requested', 'Certificates that were issued upon a request that says a duration, by signer.');
    const honored = counter('honored', 'Those of them that are good for about as long as was asked, by signer.');

    const issued = (object: UnstructuredObject, old: UnstructuredObject): void => {
      const { spec, status: before } = old as Request;
      const { certificate } = (object as Request).status ?? {};
      const wanted = spec?.expirationSeconds;
      if (wanted === undefined || before?.certificate || !certificate) return;
      const { signerName = '' } = spec ?? {};
      const signer = signerName.startsWith('kubernetes.io/') ? signerName : 'other';
      requested.with(signer).inc();
      if (isHonored(wanted, certificate)) honored.with(signer).inc();
    };

    return {
      name: 'issued-durations',
      hooks: [
        {
          handles: ({ definition, subresource }) =>
            definition.group === 'certificates.k8s.io' && definition.plural === 'certificatesigningrequests' && subresource === 'status',
          reserve: async (_, { object, old }) => ({
            commit: () => {
              if (object && old) issued(object, old);
            },
            rollback: () => {},
          }),
        },
      ],
    };
  };
