import { type Command, InvalidArgumentError, Option } from 'commander';
import { addAuditOptions, type AuditFlags } from './audit-options.ts';
import { boolean, integerBetween, list, parsePath } from './options.ts';
import { kubeletFlagOptions, servingFlagOptions, tlsFlagOptions } from './serving-flags.ts';
import type { TlsFlags } from '../app/tls-options.ts';
import type { KubeletFlags } from '../app/kubelet-options.ts';
import type { ServingFlags } from '../app/serving-options.ts';
import type { CredentialFlags } from '../app/envtest/credential-files.ts';

const modes = ['RBAC', 'Node', 'AlwaysAllow', 'AlwaysDeny'] as const;
type Mode = (typeof modes)[number];

export interface KubeApiServerFlags extends CredentialFlags, ServingFlags, KubeletFlags, AuditFlags, TlsFlags {
  readonly securePort: number;
  readonly bindAddress: string;
  readonly advertiseAddress?: string;
  readonly anonymousAuth?: boolean;
  readonly authenticationConfig?: string;
  readonly authorizationMode: readonly Mode[];
  readonly etcdServers: readonly string[];
  readonly etcdPrefix?: string;
  readonly etcdCafile?: string;
  readonly etcdCertfile?: string;
  readonly etcdKeyfile?: string;
  readonly serviceClusterIpRange: string;
  readonly serviceNodePortRange: readonly [number, number];
  readonly v: number;
}

const parseModes = (text: string): Mode[] =>
  list(text).map((name) => {
    const mode = modes.find((each) => each === name);
    if (!mode) throw new InvalidArgumentError(`${JSON.stringify(name)} is not one of ${modes.join(', ')}.`);
    return mode;
  });

const parsePorts = (text: string): [number, number] => {
  const [, first = 0, last = -1] = (/^(\d+)-(\d+)$/.exec(text) ?? []).map(Number);
  if (first < 1 || last < first || last > 65_535) throw new InvalidArgumentError('It must be two ports, such as 30000-32767.');
  return [first, last];
};

const each = (text: string, before: readonly string[] = []): string[] => [...before, text];
const lists = (text: string, before: readonly string[] = []): string[] => [...before, ...list(text)];

/** Names and values are kube-apiserver's; so are defaults, but for the address it listens on. */
const ownOptions = (): Option[] => [
  new Option('--secure-port <port>', 'port of HTTPS; 0 takes a free one').argParser(integerBetween(0, 65_535)).default(6443),
  new Option('--bind-address <ip>', 'address to listen on').default('127.0.0.1'),
  new Option('--advertise-address <ip>', "address of this machine in the `kubernetes` Service's Endpoints"),
  new Option('--cert-dir <dir>', 'directory of apiserver.crt and apiserver.key, and of the keys made here')
    .argParser(parsePath)
    .default('/var/run/kubernetes'),
  new Option('--tls-cert-file <file>', 'PEM of the serving certificate'),
  new Option('--tls-private-key-file <file>', 'PEM of its key'),
  new Option('--client-ca-file <file>', 'PEM of the authorities whose client certificates are believed'),
  new Option('--anonymous-auth [boolean]', 'requests without credentials are let in as system:anonymous').argParser(boolean),
  new Option('--token-auth-file <file>', 'tokens: token,user,uid,"group1,group2" in each line'),
  new Option('--authentication-config <file>', 'AuthenticationConfiguration: OpenID Connect issuers, anonymous requests'),
  new Option('--api-audiences <names>', 'whom tokens must be for; default: the first issuer').argParser(lists),
  new Option('--service-account-issuer <name>', 'issuer of service account tokens; further ones are believed').argParser(each),
  new Option('--service-account-key-file <file>', 'PEM of keys or certificates that verify service account tokens').argParser(each),
  new Option('--service-account-signing-key-file <file>', 'PEM of the key that signs them'),
  new Option('--authorization-mode <modes>', `some of ${modes.join(', ')}`).argParser(parseModes).default(['AlwaysAllow'], 'AlwaysAllow'),
  new Option('--etcd-servers <urls>', 'etcd to keep everything in; memory when `causeway envtest etcd` answers there, or without it')
    .argParser(lists)
    .default([], 'memory'),
  new Option('--etcd-prefix <path>', 'before every key in etcd (default /causeway)'),
  new Option('--etcd-cafile <file>', 'PEM of the authority that signs the etcd servers'),
  new Option('--etcd-certfile <file>', 'PEM of the client certificate for etcd'),
  new Option('--etcd-keyfile <file>', 'PEM of its key'),
  new Option('--service-cluster-ip-range <cidr>', 'where Services get their addresses').default('10.0.0.0/24'),
  new Option('--service-node-port-range <ports>', 'where Services get their node ports')
    .argParser(parsePorts)
    .default([30_000, 32_767], '30000-32767'),
  new Option('-v, --v <level>', 'how much is logged on standard error: 0 warnings, 1 more, 4 everything')
    .argParser(integerBetween(0, 100))
    .default(0),
];

/** What this server is always, so that only this value is taken. */
const always: Readonly<Record<string, string>> = {
  'allow-privileged': 'true',
  'disable-http2-serving': 'false',
  'enable-bootstrap-token-auth': 'true',
  'enable-garbage-collector': 'true',
  'enable-priority-and-fairness': 'true',
  'service-account-lookup': 'true',
  'storage-backend': 'etcd3',
};

/** About how fast, how much or where it is logged: taken, and told that they do nothing. */
const withoutEffect =
  'authentication-token-webhook-cache-ttl contention-profiling delete-collection-workers enable-aggregator-routing enable-logs-handler ' +
  'endpoint-reconciler-type etcd-compaction-interval etcd-count-metric-poll-period etcd-db-metric-poll-interval etcd-healthcheck-timeout ' +
  'etcd-readycheck-timeout event-ttl goaway-chance http2-max-streams-per-connection kubelet-timeout lease-reuse-duration-seconds ' +
  'livez-grace-period log-flush-frequency log-json-info-buffer-size log-json-split-stream log-text-info-buffer-size log-text-split-stream ' +
  'logging-format max-connection-bytes-per-sec max-mutating-requests-inflight max-requests-inflight min-request-timeout ' +
  'permit-address-sharing permit-port-sharing profiling request-timeout show-hidden-metrics-for-version shutdown-delay-duration ' +
  'shutdown-send-retry-after shutdown-watch-termination-grace-period storage-initialization-timeout storage-media-type vmodule ' +
  'watch-cache watch-cache-sizes';

const fixed = ([name, value]: readonly [string, string]): Option =>
  new Option(`--${name} [value]`, `only ${value}`).hideHelp().argParser((text) => {
    if (text !== value) throw new InvalidArgumentError(`This server is always ${value} here.`);
  });

/** The flags of kube-apiserver that this program takes; commander refuses others. `ignored` hears of those that do nothing. */
export const addKubeApiServerOptions = (command: Command, ignored: (flag: string) => void): Command => {
  for (const option of [
    ...ownOptions(),
    ...servingFlagOptions(),
    ...kubeletFlagOptions(),
    ...tlsFlagOptions(),
    ...Object.entries(always).map(fixed),
  ])
    command.addOption(option);
  for (const name of withoutEffect.split(' ')) {
    command.addOption(new Option(`--${name} [value]`).hideHelp());
    command.on(`option:${name}`, () => ignored(name));
  }
  return addAuditOptions(command);
};
