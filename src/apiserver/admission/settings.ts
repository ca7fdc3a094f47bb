/** kube-apiserver's admission plugins that run unless they are disabled, in its order. */
export const defaultPlugins = [
  'NamespaceLifecycle',
  'LimitRanger',
  'ServiceAccount',
  'TaintNodesByCondition',
  'PodSecurity',
  'Priority',
  'DefaultTolerationSeconds',
  'DefaultStorageClass',
  'StorageObjectInUseProtection',
  'PersistentVolumeClaimResize',
  'RuntimeClass',
  'CertificateApproval',
  'CertificateSigning',
  'ClusterTrustBundleAttest',
  'CertificateSubjectRestriction',
  'DefaultIngressClass',
  'PodTopologyLabels',
  'NodeDeclaredFeatureValidator',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionWebhook',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionWebhook',
  'ResourceQuota',
] as const;

/** Plugins that run only where they are enabled. */
export const optionalPlugins = [
  'AlwaysAdmit',
  'AlwaysDeny',
  'AlwaysPullImages',
  'DenyServiceExternalIPs',
  'ExtendedResourceToleration',
  'LimitPodHardAntiAffinityTopology',
  'NamespaceAutoProvision',
  'NamespaceExists',
  'NodeRestriction',
  'OwnerReferencesPermissionEnforcement',
  'PodNodeSelector',
  'PodTolerationRestriction',
] as const;

/** Plugins of kube-apiserver that need a configuration file, which this server does not take. */
export const configuredPlugins = ['EventRateLimit', 'ImagePolicyWebhook'] as const;

export interface AdmissionSettings {
  /** Plugins that are off by default and wanted all the same. */
  readonly enable?: readonly string[];
  /** Plugins that are on by default and not wanted. */
  readonly disable?: readonly string[];
  /** MutatingAdmissionPolicy, a beta feature that is off by default; admissionregistration.k8s.io/v1beta1 must be served. */
  readonly mutatingPolicies?: boolean;
}

/** @throws {Error} when a plugin is unknown, named on both sides, or cannot run here */
export const checkAdmissionSettings = ({ enable = [], disable = [] }: AdmissionSettings): void => {
  const known: readonly string[] = [...defaultPlugins, ...optionalPlugins, ...configuredPlugins];
  for (const [flag, names] of [['enable', enable] as const, ['disable', disable] as const]) {
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined) throw new Error(`${flag}-admission-plugins plugin ${JSON.stringify(unknown)} is unknown`);
  }
  const both = enable.filter((name) => disable.includes(name));
  if (both.length > 0) throw new Error(`[${both.join(' ')}] in enable-admission-plugins and disable-admission-plugins overlapped`);
  const unavailable = enable.find((name) => (configuredPlugins as readonly string[]).includes(name));
  if (unavailable !== undefined)
    throw new Error(`enable-admission-plugins plugin ${JSON.stringify(unavailable)} is not available: it needs a configuration file`);
};

/** Whether a plugin runs: it is on by default and not disabled, or enabled. */
export const isEnabled = ({ enable = [], disable = [] }: AdmissionSettings, name: string): boolean =>
  enable.includes(name) || ((defaultPlugins as readonly string[]).includes(name) && !disable.includes(name));
