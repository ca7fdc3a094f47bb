import { readFileSync } from 'node:fs';
import type { KubeletOptions } from '../apiserver/contract.ts';

/** kube-apiserver's flags for kubelets: files in PEM. */
export interface KubeletFlags {
  readonly kubeletCertificateAuthority?: string;
  readonly kubeletClientCertificate?: string;
  readonly kubeletClientKey?: string;
  readonly kubeletPreferredAddressTypes?: readonly string[];
}

/** The files are read now, and at each connection: certificates are renewed. @throws {Error} when one is missing */
export const kubeletOptions = (flags: KubeletFlags): KubeletOptions => {
  const { kubeletCertificateAuthority: authority, kubeletClientCertificate: certificate, kubeletClientKey: key } = flags;
  if ((certificate === undefined) !== (key === undefined))
    throw new Error('kubelet client: --kubelet-client-certificate and --kubelet-client-key belong together');
  const options: KubeletOptions = {
    get certificateAuthority() {
      return authority === undefined ? undefined : readFileSync(authority, 'utf8');
    },
    get client() {
      if (certificate === undefined || key === undefined) return undefined;
      return { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
    },
    preferredAddressTypes: flags.kubeletPreferredAddressTypes,
  };
  void options.certificateAuthority;
  void options.client;
  return options;
};
