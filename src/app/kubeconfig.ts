import { stringify } from 'yaml';

export interface KubeconfigContext {
  readonly name: string;
  readonly server: string;
  /** PEM. */
  readonly certificateAuthority: string;
  /** PEM; a kubeconfig keeps both base64. */
  readonly client: { readonly certificate: string; readonly key: string };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A kubeconfig (v1 Config) with one cluster, user and context per entry; the first is current. */
export const renderKubeconfig = (contexts: readonly KubeconfigContext[]): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': contexts[0]?.name ?? '',
    clusters: contexts.map(({ name, server, certificateAuthority }) => ({
      name,
      cluster: { server, 'certificate-authority-data': base64(certificateAuthority) },
    })),
    users: contexts.map(({ name, client }) => ({
      name: `${name}-admin`,
      user: { 'client-certificate-data': base64(client.certificate), 'client-key-data': base64(client.key) },
    })),
    contexts: contexts.map(({ name }) => ({ name, context: { cluster: name, user: `${name}-admin` } })),
  });
