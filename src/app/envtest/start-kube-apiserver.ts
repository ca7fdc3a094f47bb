import { type AuditOptions } from '../audit-settings.ts';
import { type ClusterServer, type ClusterServerOptions, startClusterServer } from '../cluster-server.ts';
import type { KubeletFlags } from '../kubelet-options.ts';
import { type CredentialFlags, readCredentials, tlsFilesOf } from './credential-files.ts';
import { storeUri } from './store-uri.ts';

type Kept = 'host' | 'port' | 'advertiseAddress' | 'authenticationConfig' | 'anonymousRequests' | 'serviceClusterIPRange';
type Passed = Kept | 'tls' | 'nodePortRange' | 'authorizationModes' | 'serving' | 'etcd' | 'storeLost' | 'log';

/** What kube-apiserver's flags say. */
export interface KubeApiServerOptions extends Pick<ClusterServerOptions, Passed> {
  readonly credentials: CredentialFlags;
  readonly kubelet?: KubeletFlags;
  readonly audit?: AuditOptions;
  /** None: everything is kept in memory. */
  readonly etcdServers: readonly string[];
  readonly etcdPrefix?: string;
}

/** An API server as kube-apiserver is one: no controllers, nobody's kubeconfig. @throws Error that says which flag is wrong */
export const startKubeApiServer = async (options: KubeApiServerOptions): Promise<ClusterServer> => {
  const { credentials, etcdServers, etcdPrefix, authorizationModes = [], ...rest } = options;
  // As the original: who may do everything need not be nobody.
  const anonymousRequests = authorizationModes.includes('AlwaysAllow') ? false : rest.anonymousRequests;
  return startClusterServer({
    ...rest,
    ...(anonymousRequests === undefined ? {} : { anonymousRequests }),
    authorizationModes,
    name: 'kube-apiserver',
    directory: credentials.certDir,
    store: await storeUri(etcdServers, etcdPrefix),
    credentials: readCredentials(credentials),
    tlsFiles: tlsFilesOf(credentials),
    seed: ['cluster'],
  });
};
