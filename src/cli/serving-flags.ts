import { InvalidArgumentError, Option } from 'commander';
import { list } from './options.ts';
import type { KubeletFlags } from '../app/kubelet-options.ts';
import type { ServingFlags } from '../app/serving-options.ts';

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
