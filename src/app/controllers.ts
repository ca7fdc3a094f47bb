import { createClient } from '../client/client.ts';
import { createHttpTransport } from '../client/http/http-transport.ts';
import type { HttpTransportOptions } from '../client/http/options.ts';
import type { Logger } from '../controller-runtime/contract.ts';
import type { FleetSettings } from '../features/fleet/feature.ts';
import { createHubControllers } from './hub-controllers.ts';

export interface ControllersOptions {
  /** The API server that is to be the hub: of a real cluster, or one of ours. */
  readonly hub: HttpTransportOptions;
  readonly elect: boolean;
  readonly log: Logger;
  readonly fleet?: Omit<FleetSettings, 'members'>;
}

/**
 * The hub's controllers alone, over an API server that somebody else runs, with its own controller manager. Members are reached by the
 * kubeconfigs in their Secrets, or pull. @throws {Error} when the API server cannot be reached or does not let us install our kinds
 */
export const startControllers = async ({ hub, elect, log, fleet }: ControllersOptions): Promise<{ stop(): Promise<void> }> => {
  const client = createClient(createHttpTransport({ ...hub, timeoutMilliseconds: 15_000 }), {
    userAgent: 'causeway-controllers',
    omitManagedFields: true,
  });
  try {
    const manager = await createHubControllers({ client, log, elect, ...(fleet ? { fleet } : {}) });
    await manager.start();
    return {
      stop: async () => {
        await manager.stop();
        await client.close();
      },
    };
  } catch (error) {
    await client.close();
    throw error;
  }
};
