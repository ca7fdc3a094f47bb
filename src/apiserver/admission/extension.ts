import type { ServerExtensionFactory } from '../extension.ts';
import type { AdmissionObjectMeasures } from '../metrics/admission-object-measures.ts';
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from './certificates/signer-permissions.ts';
import type { AdmissionPlugin } from './contract.ts';
import { adminAccess } from './devices/admin-access.ts';
import { namespaceLifecycle, namespaceStillThere } from './core/namespace-lifecycle.ts';
import { alwaysAdmit, alwaysDeny } from './core/always.ts';
import { namespaceAutoProvision, namespaceExists } from './core/namespace-existence.ts';
import { ownerReferencesPermissionEnforcement } from './core/owner-references.ts';
import { taintNodesByCondition } from './core/taint-nodes.ts';
import { limitRanger } from './limits/limit-ranger.ts';
import { denyServiceExternalIPs } from './networking/deny-external-ips.ts';
import { alwaysPullImages } from './pods/always-pull-images.ts';
import { limitPodHardAntiAffinityTopology } from './pods/anti-affinity-topology.ts';
import { extendedResourceToleration } from './pods/extended-resource-toleration.ts';
import { defaultIngressClass } from './networking/default-ingress-class.ts';
import { podSecurity } from './pod-security/pod-security.ts';
import { podNodeSelector } from './pods/pod-node-selector.ts';
import { podTolerationRestriction } from './pods/pod-toleration-restriction.ts';
import { priority } from './pods/priority.ts';
import { createPolicyStatus } from './policies/policy-status.ts';
import { nodeRestriction } from './nodes/node-restriction.ts';
import { mutatingPolicies } from './policies/mutating-policies.ts';
import { validatingPolicies } from './policies/validating-policies.ts';
import { runtimeClass } from './pods/runtime-class.ts';
import { serviceAccount } from './pods/service-account.ts';
import { defaultTolerationSeconds } from './pods/tolerations.ts';
import { podTopologyLabels } from './pods/topology-labels.ts';
import { resourceQuota } from './quota/resource-quota.ts';
import { persistentVolumeClaimResize } from './storage/claim-resize.ts';
import { defaultStorageClass } from './storage/default-storage-class.ts';
import { storageObjectInUseProtection } from './storage/object-in-use-protection.ts';
import { type AdmissionSettings, isEnabled } from './settings.ts';
import { authorizerVariables } from './selection/authorizer-variables.ts';
import { mutatingWebhooks } from './webhooks/mutating-webhooks.ts';
import { validatingWebhooks } from './webhooks/validating-webhooks.ts';
import { createRuleResolver } from '../authorization/rule-resolver.ts';

/** The admission plugins in kube-apiserver's order; those that are on by default and not disabled, and those that are enabled. */
export const admissionExtension =
  (measures: AdmissionObjectMeasures, settings: AdmissionSettings = {}): ServerExtensionFactory =>
  ({ api, authorize, catalog, options }) => {
    const onError = (error: unknown): void => options.log.warn('counting quota usage failed', { error: String(error) });
    const quota = resourceQuota(api, { now: options.now, onError });
    const policyStatus = createPolicyStatus(api, (error) =>
      options.log.warn('checking admission policies failed', { error: String(error) }),
    );
    const webhookOptions = {
      measures,
      authorizer: authorizerVariables(createRuleResolver(api)),
      onIgnored: (error: unknown): void => options.log.warn('a webhook was ignored', { error: String(error) }),
    };
    const plugins: readonly AdmissionPlugin[] = [
      alwaysAdmit,
      namespaceAutoProvision(api),
      namespaceLifecycle(api),
      namespaceExists(api),
      limitPodHardAntiAffinityTopology,
      limitRanger(api),
      serviceAccount(api),
      nodeRestriction(api, authorize),
      taintNodesByCondition,
      alwaysPullImages,
      podSecurity(api, measures.podSecurity),
      podNodeSelector(api),
      priority(api),
      defaultTolerationSeconds,
      podTolerationRestriction(api),
      extendedResourceToleration,
      storageObjectInUseProtection,
      ownerReferencesPermissionEnforcement(authorize, catalog),
      persistentVolumeClaimResize(api),
      runtimeClass(api),
      certificateApproval(authorize),
      certificateSigning(authorize),
      certificateSubjectRestriction,
      defaultIngressClass(api),
      defaultStorageClass(api),
      denyServiceExternalIPs,
      podTopologyLabels(api),
      ...(settings.mutatingPolicies ? [mutatingPolicies(api, webhookOptions)] : []),
      mutatingWebhooks(api, webhookOptions),
      validatingPolicies(api, webhookOptions),
      validatingWebhooks(api, webhookOptions),
      namespaceStillThere(api),
      quota.plugin,
      alwaysDeny,
    ];
    return {
      name: 'admission',
      hooks: [adminAccess(api)],
      admission: plugins.filter(({ name }) => isEnabled(settings, name)),
      async stop() {
        await Promise.all([quota.refresher.stop(), policyStatus.stop()]);
      },
    };
  };
