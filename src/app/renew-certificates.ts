import type { Identity } from '../apiserver/certificates/identity.ts';
import type { Logger } from '../controller-runtime/contract.ts';

const dayMilliseconds = 24 * 3600 * 1000;

interface Renewal {
  /** Loads the identity anew; whatever is due comes renewed. */
  readonly load: () => Identity;
  readonly onServing: (serving: Identity['serving']) => void;
  readonly onFrontProxy: (frontProxy: Identity['frontProxy']) => void;
  readonly log: Logger;
}

/** Looks once a day for certificates that are due and hands on what changed. Returns what ends it. */
export const renewCertificates = (identity: Identity, { load, onServing, onFrontProxy, log }: Renewal): (() => void) => {
  let current = identity;
  const renew = (): void => {
    try {
      const next = load();
      if (next.serving.certificate !== current.serving.certificate) {
        onServing(next.serving);
        log.info('renewed the serving certificate');
      }
      if (next.frontProxy.client.certificate !== current.frontProxy.client.certificate) onFrontProxy(next.frontProxy);
      current = next;
    } catch (error) {
      log.error('renewing certificates failed', { error: String(error) });
    }
  };
  const timer = setInterval(renew, dayMilliseconds);
  timer.unref();
  return () => clearInterval(timer);
};
