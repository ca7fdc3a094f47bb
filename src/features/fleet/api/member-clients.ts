import type { Client } from '../../../client/contract.ts';

/** Clients of the members that the hub reaches itself (push). Kept current with the Cluster objects and their Secrets. */
export interface MemberClients {
  /** Undefined while the member is unknown, pulls its work itself, or has no usable credentials. */
  get(cluster: string): Client | undefined;
  /** Names of the members there is a client for. */
  names(): readonly string[];
  /** Called with the member's name when its client appears, is replaced or goes away. */
  onChange(listener: (cluster: string) => void): () => void;
}
