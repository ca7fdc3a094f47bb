import { createClient } from '../../../src/client/client.ts';
import type { Client } from '../../../src/client/contract.ts';
import { createHttpTransport } from '../../../src/client/http/http-transport.ts';
import { readKubeconfig, targetOfKubeconfig } from '../../../src/client/kubeconfig.ts';

/** Our own client, over the socket, as the kubeconfig's administrator. */
export const connect = async (kubeconfig: string, context = 'hub'): Promise<Client> => {
  const { transport } = await targetOfKubeconfig(await readKubeconfig(kubeconfig), context);
  return createClient(createHttpTransport({ ...transport, timeoutMilliseconds: 10_000 }), { userAgent: 'causeway-e2e' });
};
