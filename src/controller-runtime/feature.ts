import type { CustomResourceDefinitionSource } from '../apimachinery/schema/definition-source.ts';
import type { Manager } from './contract.ts';

/** Where a controller runs: `hub` beside the hub's API, `cluster` beside every API server that is a cluster, `member` beside a member's, in the agent. */
export type Role = 'hub' | 'cluster' | 'member';

/** A rule of RBAC (rbac.authorization.k8s.io/v1 PolicyRule). */
export interface ControllerRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** What one identity may do in an API server of ours: a ClusterRole `system:controller:NAME` and its binding. */
export interface ControllerRole {
  readonly name: string;
  /** Identities as given to Manager.as; default: the one of the same name. */
  readonly identities?: readonly string[];
  /** The rules, or the name of the ClusterRole that has them. */
  readonly rules: readonly ControllerRule[] | string;
}

/** A feature's only door: what app needs to compose it. */
export interface Feature<Settings = never, MemberSettings = Settings> {
  readonly name: string;
  /** Installed at start on the servers of these roles, never over somebody else's. */
  readonly kinds?: Partial<Record<Role, readonly CustomResourceDefinitionSource[]>>;
  /** What the feature's identities may do, where no default role of the cluster says it. */
  readonly roles?: Partial<Record<Role, readonly ControllerRole[]>>;
  /** Registers the feature's controllers of that role with the manager. */
  readonly controllers: Partial<Record<'hub' | 'cluster', (manager: Manager, settings: Settings) => void | Promise<void>>> & {
    /** The manager is over the member's API server; the settings bring the hub's. */
    readonly member?: (manager: Manager, settings: MemberSettings) => void | Promise<void>;
  };
}
