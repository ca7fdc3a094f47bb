import type { CustomResourceDefinitionSource } from '../apimachinery/schema/definition-source.ts';
import type { Manager } from './contract.ts';

/** Where a controller runs: `hub` beside the hub's API, `cluster` beside every API server that is a cluster, `member` beside a member's, in the agent. */
export type Role = 'hub' | 'cluster' | 'member';

/** A feature's only door: what app needs to compose it. */
export interface Feature<Settings = never, MemberSettings = Settings> {
  readonly name: string;
  /** Installed at start on the servers of these roles, never over somebody else's. */
  readonly kinds?: Partial<Record<Role, readonly CustomResourceDefinitionSource[]>>;
  /** Registers the feature's controllers of that role with the manager. */
  readonly controllers: Partial<Record<'hub' | 'cluster', (manager: Manager, settings: Settings) => void | Promise<void>>> & {
    /** The manager is over the member's API server; the settings bring the hub's. */
    readonly member?: (manager: Manager, settings: MemberSettings) => void | Promise<void>;
  };
}
