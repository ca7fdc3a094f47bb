import { namespacesRef } from '../../../api/refs.gen.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { Client } from '../../../client/contract.ts';

/** Creates the namespace unless it is there. */
export const ensureNamespace = async (client: Client, name: string): Promise<void> => {
  const namespaces = client.resource(namespacesRef);
  if (await namespaces.find(name, undefined)) return;
  try {
    await namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error;
  }
};
