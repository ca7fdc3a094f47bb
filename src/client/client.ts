import type { ResourceRef } from '../apimachinery/meta/group-version.ts';
import { managedFieldsHeader } from '../apimachinery/meta/managed-fields-header.ts';
import type { KubeObject } from '../apimachinery/meta/object.ts';
import type { Client } from './contract.ts';
import { createDiscoveryMapper } from './discovery-mapper.ts';
import { createJsonExchange } from './exchange.ts';
import { createResourceClient } from './resource-client.ts';
import { timerSleep } from './retry.ts';
import type { Sleep } from './retry.ts';
import type { Transport } from './transport.ts';

export interface ClientOptions {
  /** Names the caller in the server's log and, up to the first slash, as the field manager. Default `causeway`. */
  readonly userAgent?: string;
  /** The field manager of writes that name none. */
  readonly fieldManager?: string;
  /** Asks a Causeway server to leave managedFields out of single objects and events; lists, and other servers, have them as ever. */
  readonly omitManagedFields?: boolean;
  /** Waits between retries; tests inject their own. */
  readonly sleep?: Sleep;
}

/** A client of one API server, in process or over HTTPS. Safe for concurrent use; closing it closes the transport. */
export const createClient = (transport: Transport, options: ClientOptions = {}): Client => {
  const exchange = createJsonExchange(transport, {
    userAgent: options.userAgent ?? 'causeway',
    headers: options.omitManagedFields ? { [managedFieldsHeader]: 'omit' } : {},
    sleep: options.sleep ?? timerSleep,
  });
  const raw: Client['raw'] = (path, call = {}) => exchange.send({ method: 'GET', path, accept: call.accept, signal: call.signal });
  return {
    resource: <T extends KubeObject>(ref: ResourceRef) => createResourceClient<T>(exchange, ref, { fieldManager: options.fieldManager }),
    refFor: createDiscoveryMapper(raw),
    raw,
    close: () => transport.close(),
  };
};
