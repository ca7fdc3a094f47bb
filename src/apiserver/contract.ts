import type { BootstrapObjects } from '../api/bootstrap.ts';
import type { KindDefinition } from '../api/kind-definition.ts';
import type { Store } from '../storage/contract.ts';
import type { AdmissionSettings } from './admission/settings.ts';
import type { AuditSettings } from './audit/settings.ts';
import type { AuthorizationMode } from './authorization/contract.ts';
import type { AuthenticationConfiguration } from './authentication/oidc/configuration.ts';
import type { MetricsRegistry } from './metrics/contract.ts';
import type { ApiHandler } from './http/exchange.ts';

export interface ApiServerLogger {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export interface ApiServerOptions {
  readonly store: Store;
  readonly kinds: readonly KindDefinition[];
  readonly log: ApiServerLogger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Who signs and verifies: certificate authority, service account keys, bootstrap tokens. See authentication/. */
  readonly identity: IdentityOptions;
  /** Whose tokens are believed besides our own, and who may come without any; see parseAuthenticationConfiguration. Read at each use. */
  readonly authentication?: AuthenticationConfiguration | undefined;
  /** Service cluster IPs are allocated from here. */
  readonly serviceClusterIPRange: string;
  /** Where the server turned out to listen: for the `kubernetes` Service and its Endpoints. Absent when it only serves in process. */
  readonly listening?: Promise<ListeningAddress>;
  /** Tells API servers on one host and one store apart. Default: the host's name. */
  readonly instance?: string;
  /** How much is kept of what could be read from the store again. */
  readonly memory?: MemoryLimits;
  /** Roles and bindings that this server always has, besides the default ones of every cluster. */
  readonly roles?: BootstrapObjects;
  /** Where every request is logged, as far as the policy says. */
  readonly audit?: AuditSettings;
  /** Which admission plugins run besides or instead of the default ones. */
  readonly admission?: AdmissionSettings;
  /** Who is asked whether a request may be, besides system:masters being let through. Default: RBAC and Node. */
  readonly authorizationModes?: readonly AuthorizationMode[];
  /** Where the server reports, besides what others in the process report there. A registry of its own by default. */
  readonly metrics?: MetricsRegistry;
  /** How kubelets are reached. */
  readonly kubelet?: KubeletOptions;
  /** Inclusive. */
  readonly nodePortRange: readonly [number, number];
}

/** In bytes. */
export interface MemoryLimits {
  /** Collections that are listed again and again; 0 reads every list from the store. Default 256 MiB. */
  readonly lists?: number;
  /** Recent events that watches go on from, of all kinds together; the store tells older ones. Default 64 MiB. */
  readonly events?: number;
}

/** PEM, read at each connection. */
export interface KubeletOptions {
  /** Whose serving certificates are believed; without it any certificate is. */
  readonly certificateAuthority?: string | undefined;
  /** Who the server is to them. */
  readonly client?: { readonly certificate: string; readonly key: string } | undefined;
  /** Which of a node's addresses is taken, the first that it has. Default: Hostname, InternalDNS, InternalIP, ExternalDNS, ExternalIP. */
  readonly preferredAddressTypes?: readonly string[] | undefined;
}

export interface ListeningAddress {
  readonly port: number;
  /** The address by which clients in the cluster reach this server; absent when there is none, such as on loopback. */
  readonly advertised?: string;
}

/** PEM throughout. Private keys never leave this structure. */
export interface IdentityOptions {
  readonly clientCertificateAuthority: { readonly certificate: string };
  readonly serviceAccountKey: { readonly privateKey: string; readonly publicKey: string };
  /** Public keys or certificates whose service account tokens are believed, instead of the public key above. */
  readonly serviceAccountVerificationKeys?: readonly string[];
  readonly serviceAccountIssuer: string;
  /** Earlier names of the issuer, whose tokens are still good. */
  readonly formerServiceAccountIssuers?: readonly string[];
  readonly audiences: readonly string[];
  /** How aggregated API servers know that a request comes through us: the authority they trust and our certificate by it. Read at each use. */
  readonly frontProxy?: {
    readonly certificateAuthority: { readonly certificate: string };
    readonly client: { readonly certificate: string; readonly key: string };
  };
  /** Static tokens, such as the agent's bootstrap token. */
  readonly tokens?: readonly StaticToken[];
}

/** A bearer token known from the start. */
export interface StaticToken {
  readonly token: string;
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
}

export interface ApiServer {
  readonly handle: ApiHandler;
  /** Bootstrap objects are in place, CRDs are served, caches are current: /readyz is ok. */
  ready(): Promise<void>;
  /** Ends watches in good order and refuses new requests; those under way go on. The first step of a shutdown, before connections are closed. */
  drain(): void;
  /** Ends watches, refuses new requests, waits for those under way. The store stays open: its owner closes it. */
  close(): Promise<void>;
}
