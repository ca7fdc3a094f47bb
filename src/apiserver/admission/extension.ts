import type { ServerExtensionFactory } from '../extension.ts';
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from './certificates/signer-permissions.ts';
import type { AdmissionPlugin } from './contract.ts';
import { namespaceLifecycle } from './core/namespace-lifecycle.ts';
import { ownerReferencesPermissionEnforcement } from './core/owner-references.ts';
import { taintNodesByCondition } from './core/taint-nodes.ts';
import { limitRanger } from './limits/limit-ranger.ts';
import { defaultIngressClass } from './networking/default-ingress-class.ts';
import { podSecurity } from './pod-security/pod-security.ts';
import { priority } from './pods/priority.ts';
import { runtimeClass } from './pods/runtime-class.ts';
import { serviceAccount } from './pods/service-account.ts';
import { defaultTolerationSeconds } from './pods/tolerations.ts';
import { podTopologyLabels } from './pods/topology-labels.ts';
import { resourceQuota } from './quota/resource-quota.ts';
import { persistentVolumeClaimResize } from './storage/claim-resize.ts';
import { defaultStorageClass } from './storage/default-storage-class.ts';
import { storageObjectInUseProtection } from './storage/object-in-use-protection.ts';

export interface AdmissionSettings {
  /** Plugins that are off by default and wanted all the same. */
  readonly enable?: readonly 'OwnerReferencesPermissionEnforcement'[];
  /** Plugins that are on by default and not wanted. */
  readonly disable?: readonly string[];
}

/** The built-in admission plugins in kube-apiserver's order. */
export const admissionExtension =
  (settings: AdmissionSettings = {}): ServerExtensionFactory =>
  ({ api, authorize, catalog, options }) => {
    const onError = (error: unknown): void => options.log.warn('counting quota usage failed', { error: String(error) });
    const quota = resourceQuota(api, { now: options.now, onError });
    const plugins: readonly AdmissionPlugin[] = [
      namespaceLifecycle(api),
      limitRanger(api),
      serviceAccount(api),
      taintNodesByCondition,
      podSecurity(api),
      priority(api),
      defaultTolerationSeconds,
      storageObjectInUseProtection,
      persistentVolumeClaimResize(api),
      runtimeClass(api),
      certificateApproval(authorize),
      certificateSigning(authorize),
      certificateSubjectRestriction,
      defaultIngressClass(api),
      defaultStorageClass(api),
      podTopologyLabels(api),
      ...(settings.enable?.includes('OwnerReferencesPermissionEnforcement')
        ? [ownerReferencesPermissionEnforcement(authorize, catalog)]
        : []),
      quota.plugin,
    ];
    return {
      name: 'admission',
      admission: plugins.filter(({ name }) => !settings.disable?.includes(name)),
      stop: () => quota.refresher.stop(),
    };
  };
