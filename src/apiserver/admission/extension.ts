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
import { createPolicyStatus } from './policies/policy-status.ts';
import { validatingPolicies } from './policies/validating-policies.ts';
import { runtimeClass } from './pods/runtime-class.ts';
import { serviceAccount } from './pods/service-account.ts';
import { defaultTolerationSeconds } from './pods/tolerations.ts';
import { podTopologyLabels } from './pods/topology-labels.ts';
import { resourceQuota } from './quota/resource-quota.ts';
import { persistentVolumeClaimResize } from './storage/claim-resize.ts';
import { defaultStorageClass } from './storage/default-storage-class.ts';
import { storageObjectInUseProtection } from './storage/object-in-use-protection.ts';
import { authorizerVariables } from './selection/authorizer-variables.ts';
import { mutatingWebhooks } from './webhooks/mutating-webhooks.ts';
import { validatingWebhooks } from './webhooks/validating-webhooks.ts';
import { createRuleResolver } from '../authorization/rule-resolver.ts';

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
    const isEnabled = ({ name }: AdmissionPlugin): boolean => !settings.disable?.includes(name);
    const quota = resourceQuota(api, { now: options.now, onError });
    const policyStatus = createPolicyStatus(api, (error) =>
      options.log.warn('checking admission policies failed', { error: String(error) }),
    );
    const webhookOptions = {
      authorizer: authorizerVariables(createRuleResolver(api)),
      onIgnored: (error: unknown): void => options.log.warn('a webhook was ignored', { error: String(error) }),
    };
    const builtIn: readonly AdmissionPlugin[] = [
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
    ];
    const enabledBuiltIn = builtIn.filter(isEnabled);
    const plugins: readonly AdmissionPlugin[] = [
      ...enabledBuiltIn,
      mutatingWebhooks(api, { ...webhookOptions, before: enabledBuiltIn }),
      validatingPolicies(api, webhookOptions),
      validatingWebhooks(api, webhookOptions),
      quota.plugin,
    ];
    return {
      name: 'admission',
      admission: plugins.filter(isEnabled),
      async stop() {
        await Promise.all([quota.refresher.stop(), policyStatus.stop()]);
      },
    };
  };
