import { InvalidArgumentError, Option } from 'commander';
import { list } from './options.ts';
import type { KubeletFlags } from '../app/kubelet-options.ts';
import type { ServingFlags } from '../app/serving-options.ts';
import { type NamedFiles, parseNamedFiles, type TlsFlags } from '../app/tls-options.ts';

const pairs = (text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  ...before,
  ...Object.fromEntries(
    list(text).map((pair) => {
      const [key = '', value = ''] = pair.split('=', 2);
      if (key === '') throw new InvalidArgumentError('It must be NAME=true or NAME=false, more of them after commas.');
      return [key, value];
    }),
  ),
});

/** What the API server serves and enforces; the flags and their values are kube-apiserver's. */
export const servingFlagOptions = (): Option[] => [
  new Option(
    '--runtime-config <pairs>',
    'API versions that are off by default, such as admissionregistration.k8s.io/v1beta1=true',
  ).argParser(pairs),
  new Option('--feature-gates <pairs>', 'features that are off by default: MutatingAdmissionPolicy=true').argParser(pairs),
  new Option('--enable-admission-plugins <names>', 'admission plugins besides those on by default, such as NodeRestriction').argParser(
    list,
  ),
  new Option('--disable-admission-plugins <names>', 'admission plugins that are on by default and not wanted').argParser(list),
];

/** The flags that were given. */
export const givenServingFlags = ({
  runtimeConfig,
  featureGates,
  enableAdmissionPlugins,
  disableAdmissionPlugins,
}: ServingFlags): ServingFlags => ({
  ...(runtimeConfig ? { runtimeConfig } : {}),
  ...(featureGates ? { featureGates } : {}),
  ...(enableAdmissionPlugins ? { enableAdmissionPlugins } : {}),
  ...(disableAdmissionPlugins ? { disableAdmissionPlugins } : {}),
});

/** How the API server reaches kubelets; the flags are kube-apiserver's. */
export const kubeletFlagOptions = (): Option[] => [
  new Option(
    '--kubelet-certificate-authority <file>',
    'PEM of the authorities that sign the certificates of kubelets; without it any will do',
  ),
  new Option('--kubelet-client-certificate <file>', 'PEM of the certificate that is shown to kubelets'),
  new Option('--kubelet-client-key <file>', 'PEM of its key'),
  new Option(
    '--kubelet-preferred-address-types <types>',
    "which of a node's addresses is taken, the first that it has (default Hostname,InternalDNS,InternalIP,ExternalDNS,ExternalIP)",
  ).argParser(list),
];

/** Those that were given. */
export const givenKubeletFlags = (flags: KubeletFlags): KubeletFlags => ({
  ...(flags.kubeletCertificateAuthority === undefined ? {} : { kubeletCertificateAuthority: flags.kubeletCertificateAuthority }),
  ...(flags.kubeletClientCertificate === undefined ? {} : { kubeletClientCertificate: flags.kubeletClientCertificate }),
  ...(flags.kubeletClientKey === undefined ? {} : { kubeletClientKey: flags.kubeletClientKey }),
  ...(flags.kubeletPreferredAddressTypes ? { kubeletPreferredAddressTypes: flags.kubeletPreferredAddressTypes } : {}),
});

const named = (text: string, before: readonly NamedFiles[] = []): NamedFiles[] => {
  try {
    return [...before, parseNamedFiles(text)];
  } catch (error) {
    throw new InvalidArgumentError(`It must be CERTIFICATE,KEY or CERTIFICATE,KEY:NAME,NAME: ${(error as Error).message}.`);
  }
};

/** How connections are kept secret; the flags and their values are kube-apiserver's. */
export const tlsFlagOptions = (): Option[] => [
  new Option('--tls-min-version <version>', 'least version of TLS (default VersionTLS12)').choices([
    'VersionTLS10',
    'VersionTLS11',
    'VersionTLS12',
    'VersionTLS13',
  ]),
  new Option(
    '--tls-cipher-suites <names>',
    'suites of TLS 1.2 and before, by names such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256; those of TLS 1.3 are always there',
  ).argParser(list),
  new Option(
    '--tls-sni-cert-key <files>',
    'CERTIFICATE,KEY in PEM for clients that ask for one of its names, or for those after a colon: CERTIFICATE,KEY:NAME,NAME; may be repeated, and is read again when it changes',
  ).argParser(named),
];

/** Those that were given. */
export const givenTlsFlags = ({ tlsMinVersion, tlsCipherSuites, tlsSniCertKey }: TlsFlags): TlsFlags => ({
  ...(tlsMinVersion === undefined ? {} : { tlsMinVersion }),
  ...(tlsCipherSuites ? { tlsCipherSuites } : {}),
  ...(tlsSniCertKey ? { tlsSniCertKey } : {}),
});
