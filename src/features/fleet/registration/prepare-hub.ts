import { createBackoff } from '../../../controller-runtime/backoff.ts';
import { sleep } from '../../../controller-runtime/clock.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { fleetNamespace } from '../api/names.ts';
import { ensureCertificateAccess } from './agent-access.ts';
import { ensureNamespace } from './ensure-namespace.ts';

/** Once this process leads: the fleet's namespace, and what lets agents ask for certificates. Tried until it is there. */
export const addHubPreparation = (manager: Manager): void => {
  manager.addRunnable('fleet-preparation', async (signal) => {
    const backoff = createBackoff({ initialMilliseconds: 100, maxMilliseconds: 10_000 });
    while (!signal.aborted) {
      try {
        await ensureNamespace(manager.client, fleetNamespace);
        await ensureCertificateAccess(manager.client);
        return;
      } catch (error) {
        manager.log.warn('the fleet is not prepared yet', { error: error instanceof Error ? error.message : String(error) });
        await sleep(manager.clock, backoff.next(), signal);
      }
    }
  });
};
