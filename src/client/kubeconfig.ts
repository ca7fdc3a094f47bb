import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { credentialsOfUser } from './kubeconfig-user.ts';
import type { KubeconfigUser } from './kubeconfig-user.ts';
import type { HttpTransportOptions } from './http/options.ts';
import { readPem } from './pem-file.ts';

interface KubeconfigCluster {
  readonly server?: string;
  readonly 'certificate-authority'?: string;
  readonly 'certificate-authority-data'?: string;
  readonly 'insecure-skip-tls-verify'?: boolean;
  readonly 'tls-server-name'?: string;
  readonly 'proxy-url'?: string;
}

/** client.config.k8s.io `v1` Config, the parts that reach a server. Relative file names are relative to the file they stand in. */
export interface Kubeconfig {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly 'current-context'?: string;
  readonly contexts?: readonly {
    readonly name: string;
    readonly context: { readonly cluster: string; readonly user?: string; readonly namespace?: string };
  }[];
  readonly clusters?: readonly { readonly name: string; readonly cluster: KubeconfigCluster; readonly directory?: string }[];
  readonly users?: readonly { readonly name: string; readonly user: KubeconfigUser; readonly directory?: string }[];
}

export interface KubeconfigTarget {
  readonly transport: HttpTransportOptions;
  /** The context's namespace, `default` when it names none. */
  readonly namespace: string;
  readonly context: string;
}

/** Reads a file, or what $KUBECONFIG lists (first entry of a name wins), or ~/.kube/config. @throws Error with the path when one cannot be read */
export const readKubeconfig = async (path?: string): Promise<Kubeconfig> => {
  const listed = path ?? process.env['KUBECONFIG'] ?? join(homedir(), '.kube', 'config');
  const merged = { contexts: [], clusters: [], users: [] } as Required<Pick<Kubeconfig, 'contexts' | 'clusters' | 'users'>>;
  let currentContext: string | undefined;
  for (const file of listed.split(path === undefined ? delimiter : '\0').filter((entry) => entry !== '')) {
    const config = parseKubeconfig(await readFile(file, 'utf8'), file);
    currentContext ??= config['current-context'];
    for (const list of ['contexts', 'clusters', 'users'] as const) {
      const known = merged[list] as unknown as { name: string }[];
      for (const entry of config[list] ?? []) if (!known.some(({ name }) => name === entry.name)) known.push(entry);
    }
  }
  return { ...merged, ...(currentContext === undefined ? {} : { 'current-context': currentContext }) };
};

/** @throws Error naming the file when the text is not a kubeconfig */
export const parseKubeconfig = (text: string, file = 'kubeconfig'): Kubeconfig => {
  const config = parse(text) as Kubeconfig | null;
  if (typeof config !== 'object' || config === null || !Array.isArray(config.clusters)) throw new Error(`read ${file}: not a kubeconfig`);
  const directory = dirname(resolve(file));
  const placed = <E extends object>(entries: readonly E[] | undefined): (E & { directory: string })[] =>
    (entries ?? []).map((entry) => ({ ...entry, directory }));
  return { ...config, clusters: placed(config.clusters), users: placed(config.users) };
};

/** The entry of that name. @throws Error naming what does not exist */
export const named = <E extends { name: string }>(entries: readonly E[] | undefined, name: string | undefined, what: string): E => {
  const entry = entries?.find((candidate) => candidate.name === name);
  if (!entry) throw new Error(`kubeconfig: ${what} ${JSON.stringify(name ?? '')} does not exist`);
  return entry;
};

/** How to reach the server of a context (the current one by default). @throws Error when the context, cluster or a file is missing */
export const targetOfKubeconfig = async (config: Kubeconfig, context = config['current-context']): Promise<KubeconfigTarget> => {
  const selected = named(config.contexts, context, 'context');
  const { cluster, directory = '.' } = named(config.clusters, selected.context.cluster, 'cluster');
  const user = selected.context.user ? named(config.users, selected.context.user, 'user') : undefined;
  if (!cluster.server) throw new Error(`kubeconfig: cluster ${JSON.stringify(selected.context.cluster)} has no server`);
  const certificateAuthority = await readPem(cluster['certificate-authority-data'], cluster['certificate-authority'], directory);
  const headers = user ? impersonationHeaders(user.user) : {};
  return {
    context: selected.name,
    namespace: selected.context.namespace ?? 'default',
    transport: {
      server: cluster.server,
      ...(certificateAuthority ? { certificateAuthority } : {}),
      ...(cluster['insecure-skip-tls-verify'] ? { insecureSkipTlsVerify: true } : {}),
      ...(cluster['tls-server-name'] ? { serverName: cluster['tls-server-name'] } : {}),
      ...(cluster['proxy-url'] ? { proxyUrl: cluster['proxy-url'] } : {}),
      ...(user ? { credentials: await credentialsOfUser(user.user, user.directory ?? '.') } : {}),
      ...(Object.keys(headers).length > 0 ? { headers } : {}),
    },
  };
};

function impersonationHeaders(user: KubeconfigUser): Record<string, string> {
  return {
    ...(user.as ? { 'impersonate-user': user.as } : {}),
    ...(user['as-uid'] ? { 'impersonate-uid': user['as-uid'] } : {}),
    ...(user['as-groups']?.length ? { 'impersonate-group': user['as-groups'].join(',') } : {}),
  };
}
