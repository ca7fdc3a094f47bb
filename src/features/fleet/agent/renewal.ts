import { parseCertificate } from '../../../apimachinery/x509/parse-certificate.ts';
import { decodePem } from '../../../apimachinery/x509/pem.ts';
import { createBackoff } from '../../../controller-runtime/backoff.ts';
import { sleep } from '../../../controller-runtime/clock.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import type { KeyedCertificate } from './certificate.ts';

/** When a certificate (PEM) is to be renewed: after 60 to 75 % of its life, so that many agents do not come at once. Milliseconds since the epoch. */
export const renewalTime = (certificate: string, random: () => number): number => {
  const { notBefore, notAfter } = validityOf(certificate);
  return notBefore + (notAfter - notBefore) * (0.6 + 0.15 * random());
};

/** The time a certificate (PEM) holds. Milliseconds since the epoch. @throws {Error} when there is none in the text */
export const validityOf = (pem: string): { readonly notBefore: number; readonly notAfter: number } => {
  const block = decodePem(pem).find(({ label }) => label === 'CERTIFICATE');
  if (!block) throw new Error('no certificate in PEM text');
  const { notBefore, notAfter } = parseCertificate(block.der);
  return { notBefore: notBefore.getTime(), notAfter: notAfter.getTime() };
};

export interface RenewalOptions {
  readonly current: () => KeyedCertificate;
  readonly request: (signal: AbortSignal) => Promise<KeyedCertificate>;
  /** Keeps the new certificate; connections from then on use it. */
  readonly adopt: (renewed: KeyedCertificate) => void;
  readonly random?: () => number;
}

/** Renews a certificate in time, again and again, without a restart; keeps trying while the hub does not answer. */
export const addCertificateRenewal = (manager: Manager, { current, request, adopt, random = Math.random }: RenewalOptions): void => {
  const { clock, log } = manager;
  manager.addRunnable('certificate-renewal', async (signal) => {
    const backoff = createBackoff({ initialMilliseconds: 1_000, maxMilliseconds: 300_000, jitter: 0.2, random });
    let due = renewalTime(current().certificate, random);
    while (!signal.aborted) {
      if (clock.now() < due) {
        await sleep(clock, due - clock.now(), signal);
        continue;
      }
      try {
        adopt(await request(signal));
        due = renewalTime(current().certificate, random);
        backoff.reset();
        log.info('certificate renewed', { until: new Date(validityOf(current().certificate).notAfter).toISOString() });
      } catch (error) {
        if (signal.aborted) return;
        log.warn('cannot renew the certificate', { error: error instanceof Error ? error.message : String(error) });
        await sleep(clock, backoff.next(), signal);
      }
    }
  });
};
