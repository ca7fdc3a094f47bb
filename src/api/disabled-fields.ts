/**
 * Fields of the published schemas whose feature is off in Kubernetes 1.35 by default, by the definition that holds them. What a client
 * writes there is dropped without a word, as the original does.
 */
const disabled: Readonly<Record<string, readonly string[]>> = {
  'io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy': ['maxUnavailable'],
  'io.k8s.api.coordination.v1.LeaseSpec': ['preferredHolder', 'strategy'],
  'io.k8s.api.core.v1.Lifecycle': ['stopSignal'],
  'io.k8s.api.core.v1.NodeSpec': ['configSource'],
  'io.k8s.api.core.v1.ContainerStatus': ['allocatedResourcesStatus'],
  'io.k8s.api.core.v1.NodeStatus': ['config'],
  'io.k8s.api.core.v1.PodSpec': ['workloadRef'],
  'io.k8s.api.core.v1.PodStatus': ['allocatedResources', 'extendedResourceClaimStatus', 'resources'],
  'io.k8s.api.core.v1.VolumeProjection': ['clusterTrustBundle', 'podCertificate'],
  'io.k8s.api.discovery.v1.Endpoint': ['deprecatedTopology'],
  'io.k8s.api.resource.v1.Device': [
    'allowMultipleAllocations',
    'bindingConditions',
    'bindingFailureConditions',
    'bindsToNode',
    'consumesCounters',
    'allNodes',
    'nodeName',
    'nodeSelector',
    'taints',
  ],
  'io.k8s.api.resource.v1.DeviceCapacity': ['requestPolicy'],
  'io.k8s.api.resource.v1.DeviceClassSpec': ['extendedResourceName'],
  'io.k8s.api.resource.v1.DeviceConstraint': ['distinctAttribute'],
  'io.k8s.api.resource.v1.DeviceSubRequest': ['capacity', 'tolerations'],
  'io.k8s.api.resource.v1.ExactDeviceRequest': ['capacity', 'tolerations'],
  'io.k8s.api.resource.v1.ResourceSliceSpec': ['perDeviceNodeSelection', 'sharedCounters'],
};

/** True when what is written there is dropped. */
export const isDisabledField = (definition: string, name: string): boolean => disabled[definition]?.includes(name) ?? false;

/** True for a struct that is dropped whole when a disabled field was all it held. */
export const goesWithItsField = (definition: string): boolean => definition === 'io.k8s.api.core.v1.Lifecycle';
