import { parse, stringify } from 'yaml';

export interface KubeconfigContext {
  readonly name: string;
  readonly server: string;
  /** PEM. */
  readonly certificateAuthority: string;
  /** PEM; a kubeconfig keeps both base64. */
  readonly client: { readonly certificate: string; readonly key: string };
}

/** The file as it is. Entries of others, namespaces and the current context stay as their user set them; entries of `removed` go. */
export interface PreviousKubeconfig {
  readonly text: string | undefined;
  readonly removed: ReadonlySet<string>;
}

interface Named {
  readonly name: string;
}

interface Context extends Named {
  readonly context: { readonly cluster: string; readonly user: string; readonly namespace?: string };
}

interface Config {
  readonly 'current-context'?: string;
  readonly clusters?: readonly Named[];
  readonly users?: readonly Named[];
  readonly contexts?: readonly Context[];
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const userOf = (name: string): string => `${name}-admin`;

/** A kubeconfig (v1 Config) with one cluster, user and context per entry; the first is current unless the user chose another. */
export const renderKubeconfig = (contexts: readonly KubeconfigContext[], previous?: PreviousKubeconfig): string => {
  const old = readConfig(previous?.text);
  const replaced = new Set([...contexts.map(({ name }) => name), ...(previous?.removed ?? [])]);
  const others = <T extends Named>(entries: readonly T[] | undefined, nameOf = (name: string) => name): readonly T[] => {
    const names = new Set([...replaced].map(nameOf));
    return (entries ?? []).filter(({ name }) => !names.has(name));
  };
  const namespaces = new Map((old.contexts ?? []).map(({ name, context }) => [name, context.namespace]));
  const merged = [
    ...contexts.map(({ name }): Context => {
      const namespace = namespaces.get(name);
      return { name, context: { cluster: name, user: userOf(name), ...(namespace ? { namespace } : {}) } };
    }),
    ...others(old.contexts),
  ];
  const chosen = old['current-context'];
  return stringify({
    ...old,
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': merged.some(({ name }) => name === chosen) ? chosen : (contexts[0]?.name ?? ''),
    clusters: [
      ...contexts.map(({ name, server, certificateAuthority }) => ({
        name,
        cluster: { server, 'certificate-authority-data': base64(certificateAuthority) },
      })),
      ...others(old.clusters),
    ],
    users: [
      ...contexts.map(({ name, client }) => ({
        name: userOf(name),
        user: { 'client-certificate-data': base64(client.certificate), 'client-key-data': base64(client.key) },
      })),
      ...others(old.users, userOf),
    ],
    contexts: merged,
  });
};

/** Empty when there is no file, or it is no kubeconfig. */
const readConfig = (text: string | undefined): Config => {
  if (text === undefined) return {};
  try {
    const config = parse(text) as Config | null;
    const lists = [config?.clusters, config?.users, config?.contexts];
    return config && lists.every((list) => Array.isArray(list)) && config.contexts!.every(({ context }) => context) ? config : {};
  } catch {
    return {};
  }
};
