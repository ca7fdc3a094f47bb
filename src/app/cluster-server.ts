import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join, resolve as resolvePath } from 'node:path';
import type { UnstructuredObject } from '../apimachinery/meta/object.ts';
import type { KindDefinition } from '../api/kind-definition.ts';
import { createApiServer } from '../apiserver/api-server.ts';
import { type AuditOptions, auditSettings } from './audit-settings.ts';
import type { AuthorizationMode } from '../apiserver/authorization/contract.ts';
import { plantSeed } from '../apiserver/bootstrap/plant-seed.ts';
import { loadOrCreateIdentity } from '../apiserver/certificates/identity.ts';
import type { Identity } from '../apiserver/certificates/identity.ts';
import { servingNames } from '../apiserver/certificates/serving-names.ts';
import { shareAuthorities } from '../apiserver/certificates/shared-authorities.ts';
import type { UserInfo } from '../apiserver/http/exchange.ts';
import { listen } from '../apiserver/listen/listen.ts';
import type { Listener } from '../apiserver/listen/listen.ts';
import { componentsExtension, type Components } from '../apiserver/components/extension.ts';
import { createMetricsRegistry } from '../apiserver/metrics/registry.ts';
import { createSink } from '../apiserver/metrics/sink.ts';
import type { ServerExtensionFactory } from '../apiserver/extension.ts';
import { stampResourceVersion } from '../apiserver/registry/value-codec.ts';
import { createClient } from '../client/client.ts';
import type { ClientOptions } from '../client/client.ts';
import type { Client } from '../client/contract.ts';
import { createMeteredTransport } from '../client/metered-transport.ts';
import type { MetricsSink } from '../client/metrics-sink.ts';
import type { Transport } from '../client/transport.ts';
import type { ListeningAddress, MemoryLimits } from '../apiserver/contract.ts';
import type { Logger } from '../controller-runtime/contract.ts';
import { makeDirectory } from '../storage/make-directory.ts';
import { openStore } from '../storage/open.ts';
import { requireFinished } from '../storage/snapshot/unfinished.ts';
import type { EtcdAccess } from '../storage/open.ts';
import { advertisedAddress, isEveryAddress } from './advertised-address.ts';
import type { ControllerRole } from '../controller-runtime/feature.ts';
import { renderRoles } from './controller-roles.ts';
import { type AuthenticationOptions, followAuthentication } from './follow-authentication.ts';
import { defaultIssuer, type GivenCredentials, identityOptions } from './given-credentials.ts';
import { createInProcessTransport } from './in-process-transport.ts';
import { type KubeletFlags, kubeletOptions } from './kubelet-options.ts';
import { logDenials } from './log-denials.ts';
import { snapshotExtension } from './snapshot-route.ts';
import type { KubeconfigContext } from './kubeconfig.ts';
import { portsToTry } from './ports-to-try.ts';
import { renewCertificates } from './renew-certificates.ts';
import { readSeed } from './seed.ts';
import type { Seed } from './seed.ts';
import { followTlsFiles, type TlsFiles } from './follow-tls-files.ts';
import { type TlsFlags, tlsSettings } from './tls-options.ts';
import { type ServingFlags, servingOptions } from './serving-options.ts';

export interface ClusterServerOptions extends AuthenticationOptions {
  /** hub, or the member's name: the kubeconfig context. */
  readonly name: string;
  /** Keeps the identity (`pki/`); created when absent. */
  readonly directory: string;
  /** `memory:`, `lmdb:PATH` or `etcd:URLS`. */
  readonly store: string;
  readonly etcd?: EtcdAccess;
  readonly host?: string;
  /** The address that clients in the cluster reach the server at; by default the host, or this machine's when the host is every address. */
  readonly advertiseAddress?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Hears that the store has gone back to an earlier state: this process must end, as what it remembers is no longer true. */
  readonly storeLost?: (error: Error) => void;
  /** Taken when it is free and `port` is 0: the address a kubeconfig already names. */
  readonly preferredPort?: number;
  /** Which requests are audited, and where that goes. */
  readonly audit?: AuditOptions;
  readonly log: Logger;
  /** Parts of the seed that an empty store begins with; none by default. */
  readonly seed?: readonly (keyof Seed)[];
  readonly serviceClusterIPRange?: string;
  readonly memory?: MemoryLimits;
  /** Inclusive; default 30000 to 32767. */
  readonly nodePortRange?: readonly [number, number];
  /** Whose certificates, keys and tokens take the place of our own. */
  readonly credentials?: GivenCredentials;
  /** Files of such certificates, which are followed while the server runs. */
  readonly tlsFiles?: TlsFiles;
  readonly tls?: TlsFlags;
  readonly authorizationModes?: readonly AuthorizationMode[];
  /** What is served and enforced beyond the defaults. */
  readonly serving?: ServingFlags;
  /** How kubelets are reached; by default any certificate of theirs will do. */
  readonly kubelet?: KubeletFlags;
  /** Kinds and rooms of the server that only some clusters have. */
  readonly kinds?: readonly KindDefinition[];
  readonly extensions?: readonly ServerExtensionFactory[];
  /** Parts of the control plane beside the server and its store. */
  readonly components?: Components;
  /** What the identities of our controllers may do here. */
  readonly roles?: readonly ControllerRole[];
}

/** One API server over its store, on a socket and in process. */
export interface ClusterServer {
  readonly name: string;
  readonly url: string;
  readonly identity: Identity;
  readonly kubeconfig: KubeconfigContext;
  /** Takes what this process' controllers and clients report; the server shows it on /metrics. */
  readonly metrics: MetricsSink;
  /** Calls the server in process as this user. */
  transport(user: UserInfo): Transport;
  client(user: UserInfo, userAgent: string, options?: Pick<ClientOptions, 'omitManagedFields'>): Client;
  close(): Promise<void>;
}

/** Opens the store, starts the server and waits until it is ready. Nothing is left open when it fails. @throws StoreUnavailableError, Error */
export const startClusterServer = async (options: ClusterServerOptions): Promise<ClusterServer> => {
  const { name, directory, log, credentials: given = {} } = options;
  const serviceClusterIPRange = options.serviceClusterIPRange ?? '10.96.0.0/16';
  const host = options.host ?? '127.0.0.1';
  const served = servingOptions(options.serving);
  const metrics = createMetricsRegistry();
  const sink = createSink(metrics);
  const handshakeErrors = metrics
    .counter({ name: 'apiserver_tls_handshake_errors_total', help: 'Connections whose TLS handshake failed.', labels: [] })
    .with();
  makeDirectory(directory);
  const store = await openStore(options.store, { stamp: stampResourceVersion, lost: options.storeLost, etcd: options.etcd });
  const cleanup: (() => Promise<void>)[] = [() => store.close()];
  try {
    await requireFinished(store, options.store);
    const advertised = (): string | undefined => options.advertiseAddress ?? advertisedAddress(host, serviceClusterIPRange);
    const loadIdentity = (): Identity =>
      loadOrCreateIdentity(join(directory, 'pki'), { now: Date.now(), names: namesOf(host, serviceClusterIPRange, advertised()) });
    // Replicas of one hub prove themselves by the same authorities.
    const sharing = store.driver === 'memory' ? undefined : shareAuthorities(store, join(directory, 'pki'), Date.now());
    const planting = plantSeed(store, () => partsOf(readSeed(), options.seed), Date.now());
    await Promise.all([sharing, planting]);
    const identity = loadIdentity();
    const audit = options.audit && (await auditSettings(options.audit));
    const instance = `${hostname()} ${resolvePath(directory)}`;
    const ownIssuers = given.serviceAccounts?.issuers ?? [defaultIssuer];
    const authentication = followAuthentication(options, { metrics, log, instance, ownIssuers });
    cleanup.unshift(async () => authentication.stop());
    let { frontProxy } = identity;
    let listens: (address: ListeningAddress) => void = () => {};
    const server = createApiServer(
      {
        store,
        ...served,
        kinds: [...served.kinds, ...(options.kinds ?? [])],
        metrics,
        log,
        now: () => Date.now(),
        identity: identityOptions(identity, given, () => frontProxy),
        listening: new Promise((resolve) => (listens = resolve)),
        instance,
        get authentication() {
          return authentication.current;
        },
        ...(audit ? { audit } : {}),
        ...(options.memory ? { memory: options.memory } : {}),
        ...(options.kubelet ? { kubelet: kubeletOptions(options.kubelet) } : {}),
        ...(options.roles ? { roles: renderRoles(options.roles) } : {}),
        serviceClusterIPRange,
        nodePortRange: options.nodePortRange ?? [30_000, 32_767],
        ...(options.authorizationModes ? { authorizationModes: options.authorizationModes } : {}),
      },
      [componentsExtension(options.components ?? {}), snapshotExtension(store), ...(options.extensions ?? [])],
    );
    cleanup.unshift(() => server.close());
    const files = followTlsFiles({ ...options.tlsFiles, named: options.tls?.tlsSniCertKey ?? [] }, log);
    cleanup.unshift(async () => files.stop());
    const listener = await listenPreferred(options, (port) =>
      listen(server.handle, {
        host,
        port,
        serving: given.serving ?? withAuthority(identity),
        clientAuthorities: [given.clientAuthorities ?? identity.certificateAuthority.certificate],
        ...files.identity,
        tls: tlsSettings(options.tls ?? {}),
        log,
        handshakeFailed: () => handshakeErrors.inc(),
      }),
    );
    files.begin(listener);
    cleanup.unshift(async () => {
      const closed = listener.close();
      server.drain();
      await closed;
    });
    const address = advertised();
    listens({ port: listener.port, ...(address === undefined ? {} : { advertised: address }) });
    await server.ready();
    // Nobody connects to "every address".
    const url = isEveryAddress(host) ? listener.url.replace(/\/\/[^/]*(?=:\d+$)/, `//${urlHost(address ?? '127.0.0.1')}`) : listener.url;
    const stopRenewing = renewCertificates(identity, {
      load: loadIdentity,
      onServing: (serving) => {
        if (!given.serving) listener.replace({ serving: withAuthority({ ...identity, serving }) });
      },
      onFrontProxy: (renewed) => (frontProxy = renewed),
      log,
    });
    cleanup.unshift(async () => stopRenewing());
    const transport = (user: UserInfo): Transport => createInProcessTransport(server.handle, { user, onDenied: logDenials(log) });
    return {
      name,
      url,
      identity,
      kubeconfig: {
        name,
        server: url,
        certificateAuthority: identity.certificateAuthority.certificate,
        client: identity.issueClient({ commonName: 'kubernetes-admin', organizations: ['system:masters'] }),
      },
      transport,
      metrics: sink,
      client: (user, userAgent, more) =>
        createClient(createMeteredTransport(transport(user), { sink, host: new URL(url).host }), { userAgent, ...more }),
      close: async () => {
        for (const step of cleanup) await step();
      },
    };
  } catch (error) {
    for (const step of cleanup) await step().catch(() => {});
    throw error;
  }
};

const partsOf = (seed: Seed | undefined, parts: readonly (keyof Seed)[] = []): readonly UnstructuredObject[] =>
  seed ? parts.flatMap((part) => seed[part]) : [];

/** The authority goes with the certificate: who knows only its hash (an agent that joins) can take it from there. */
const withAuthority = ({ serving, certificateAuthority }: Identity): Identity['serving'] => ({
  ...serving,
  certificate: `${serving.certificate}${certificateAuthority.certificate}`,
});

/** Every name clients may use for the server. */
const namesOf = (host: string, range: string, advertised: string | undefined): ReturnType<typeof servingNames> => {
  const dnsNames = isIP(host) === 0 ? [host] : [];
  const addresses = [isIP(host) !== 0 && !isEveryAddress(host) ? host : undefined, advertised];
  return servingNames(range, { dnsNames, ipAddresses: addresses.filter((address) => address !== undefined) });
};

const urlHost = (address: string): string => (address.includes(':') ? `[${address}]` : address);

const listenPreferred = async (
  { port, preferredPort }: ClusterServerOptions,
  open: (port: number) => Promise<Listener>,
): Promise<Listener> => {
  let failure: unknown;
  for (const candidate of portsToTry(port, preferredPort)) {
    try {
      return await open(candidate);
    } catch (error) {
      failure = error;
      if (!['EADDRINUSE', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) break;
    }
  }
  if ((failure as NodeJS.ErrnoException).code === 'EADDRINUSE')
    throw new Error(
      `listen on port ${port}: another process has it: stop that one, or choose another port with --port (0 takes a free one)`,
      {
        cause: failure,
      },
    );
  throw failure;
};
