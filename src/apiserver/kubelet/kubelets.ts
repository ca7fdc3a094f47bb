import { badRequest, notFound } from '../../apimachinery/errors/api-errors.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { KubeletOptions } from '../contract.ts';
import type { Backend } from '../proxy/backend.ts';
import type { InternalApi } from '../registry/contract.ts';
import { kubeletUrl } from './kubelet-address.ts';

const nodes = { group: '', version: 'v1', resource: 'nodes' };

/** How kubelets are reached. */
export interface Kubelets {
  /** Where a node's kubelet serves, and how to know it; undefined for a simulated node. @throws StatusError NotFound, BadRequest */
  find(nodeName: string, options?: { readonly insecure?: boolean }): Promise<Backend | undefined>;
  /** The same of a node that is at hand. @throws StatusError BadRequest */
  of(node: UnstructuredObject, options?: { readonly insecure?: boolean }): Backend | undefined;
}

/** Without an authority any certificate will do, as in kube-apiserver. */
export const createKubelets = (api: InternalApi, options: KubeletOptions = {}): Kubelets => {
  const tls = (insecure: boolean): NonNullable<Backend['tls']> => {
    const { certificateAuthority, client } = options;
    return {
      ...(certificateAuthority === undefined || insecure
        ? { rejectUnauthorized: false }
        : { ca: certificateAuthority, allowPartialTrustChain: true }),
      ...(client ? { cert: client.certificate, key: client.key } : {}),
    };
  };
  const of: Kubelets['of'] = (node, { insecure = false } = {}) => {
    const target = kubeletUrl(node, options.preferredAddressTypes);
    return target && { target, ...(target.protocol === 'https:' ? { tls: tls(insecure) } : {}) };
  };
  return {
    of,
    async find(name, more) {
      const node = await api.get(nodes, name);
      if (!node) throw notFound(nodes, name);
      return of(node, more);
    },
  };
};

/** A pod's node. @throws StatusError BadRequest when it has none yet */
export const nodeNameOf = (pod: UnstructuredObject): string => {
  const { nodeName } = (pod['spec'] ?? {}) as { nodeName?: string };
  if (!nodeName) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  return nodeName;
};
