import type { HttpTransportOptions } from '../../../client/http/options.ts';
import { fixedCredentials } from '../../../client/http/options.ts';
import { parseKubeconfig, targetOfKubeconfig } from '../../../client/kubeconfig.ts';
import type { Kubeconfig } from '../../../client/kubeconfig.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { Cluster } from '../api/cluster.ts';

export interface Secret extends KubeObject {
  data?: Record<string, string>;
}

/** Longest wait for one answer of a member: a member that hangs costs a reconcile no more than this. Milliseconds. */
const timeoutMilliseconds = 10_000;

/**
 * How to reach a member: by the Secret's `kubeconfig`, or by `spec.apiEndpoint` with the Secret's `token` (or `tls.crt` and `tls.key`) and `caBundle`.
 * Undefined when nothing says how. @throws {Error} when the kubeconfig is malformed
 */
export const memberTarget = async ({ spec }: Cluster, secret: Secret | undefined): Promise<HttpTransportOptions | undefined> => {
  const value = (key: string): string | undefined => {
    const encoded = secret?.data?.[key];
    return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
  };
  const kubeconfig = value('kubeconfig');
  if (kubeconfig !== undefined) {
    const { transport } = await targetOfKubeconfig(selfContained(parseKubeconfig(kubeconfig, 'the Secret')));
    return { ...transport, timeoutMilliseconds };
  }
  if (!spec.apiEndpoint || !secret) return undefined;
  const [token, certificate, key, authority] = [value('token'), value('tls.crt'), value('tls.key'), value('caBundle') ?? value('ca.crt')];
  return {
    server: spec.apiEndpoint,
    timeoutMilliseconds,
    ...(authority ? { certificateAuthority: authority } : {}),
    ...(spec.insecureSkipTLSVerification ? { insecureSkipTlsVerify: true } : {}),
    ...(spec.proxyURL ? { proxyUrl: spec.proxyURL } : {}),
    ...(spec.proxyHeader ? { headers: spec.proxyHeader } : {}),
    credentials: fixedCredentials({ ...(token ? { token } : {}), ...(certificate && key ? { certificate, key } : {}) }),
  };
};

/** Fields that would make the hub run a program or read a file of its own because a Secret says so. */
const outside = ['exec', 'auth-provider', 'tokenFile', 'client-certificate', 'client-key', 'certificate-authority'];

/** @throws {Error} when the kubeconfig is not complete in itself */
const selfContained = (config: Kubeconfig): Kubeconfig => {
  for (const entry of [...(config.users ?? []).map(({ user }) => user), ...(config.clusters ?? []).map(({ cluster }) => cluster)]) {
    const found = outside.find((field) => field in (entry ?? {}));
    if (found)
      throw new Error(`kubeconfig in the Secret: ${found} is not taken: put the data itself into it (kubectl config view --raw --flatten)`);
  }
  return config;
};
